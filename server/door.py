"""The server that the options on the command line ask for: its gateway, and what looks after the feed beside it."""

from __future__ import annotations

import argparse
import contextlib

from feed.items import FeedDocument
from server.abilities import Abilities
from server.access import Access
from server.gateway import Gateway
from server.limits import Limits
from server.mind import Mind
from server.places import Places
from server.settings import Settings
from server.tls import tls_context
from server.tokens import TokenBook
from server.watching import Watching

SPARE_DESCRIPTORS = 256  # for files, and connections that are not let in


def gateway(abilities: Abilities, options: argparse.Namespace, settings: Settings) -> Gateway:
    """Return the gateway that the options ask for.

    Raises:
        SettingsError: the options make no sense; nobody could come in; the certificate is of no use.
        TokenFileError: the tokens cannot be read.
    """
    access = Access(TokenBook(settings.tokens_path), everybody=options.require_token)
    access.check_listening(options.host)
    allow_connections(options.connections)
    return Gateway(
        abilities,
        access=access,
        allowed_origins=options.allow_origin,
        limits=Limits(connections=options.connections),
        tls=tls_context(options.tls_cert, options.tls_key),
        places=Places(options.conversations),
    )


def watching(
    gateway: Gateway, mind: Mind, document: FeedDocument | None, source: str | None, options: argparse.Namespace
) -> Watching | None:
    """Return what keeps the feed of ``source`` up to date, or None where that is not wanted."""
    if document is None or source is None or options.refresh == 0:
        return None
    return Watching(source, document, mind.put, gateway.broadcast.tell_changes, seconds=options.refresh)


def allow_connections(count: int) -> None:
    """Let this process have so many connections open, as far as the system allows; each takes a file descriptor."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource  # noqa: PLC0415 - not everywhere

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = count + SPARE_DESCRIPTORS
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))

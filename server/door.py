"""The gateway that the options on the command line ask for."""

from __future__ import annotations

import argparse

from server.abilities import Abilities
from server.access import Access
from server.gateway import Gateway
from server.limits import Limits
from server.settings import Settings
from server.tls import tls_context
from server.tokens import TokenBook


def gateway(abilities: Abilities, options: argparse.Namespace, settings: Settings) -> Gateway:
    """Return the gateway that the options ask for.

    Raises:
        SettingsError: the options make no sense; nobody could come in; the certificate is of no use.
        TokenFileError: the tokens cannot be read.
    """
    access = Access(TokenBook(settings.tokens_path), everybody=options.require_token)
    access.check_listening(options.host)
    return Gateway(
        abilities,
        access=access,
        allowed_origins=options.allow_origin,
        limits=Limits(connections=options.connections),
        tls=tls_context(options.tls_cert, options.tls_key),
    )

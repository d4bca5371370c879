"""``visavis token``: who may talk to this server from elsewhere."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.settings import Settings
from server.tokens import Allowance, Token, TokenBook


def run(options: argparse.Namespace, console: Console) -> int:
    """Make, list or revoke; return the exit code."""
    book = TokenBook(Settings.from_environment(os.environ).tokens_path)
    match options.action:
        case "new":
            _new(book, options, console)
        case "revoke":
            gone = book.revoke(options.name)
            console.print(
                f"the token {escape(gone.name)} is no longer valid; who uses it has to leave", highlight=False
            )
        case _:
            _list(book.tokens())
    return 0


def _new(book: TokenBook, options: argparse.Namespace, console: Console) -> None:
    allowance = Allowance(
        connections=options.connections,
        conversations=options.conversations,
        messages_per_minute=options.messages_per_minute,
    )
    token, secret = book.new(options.name, days=options.days, allowance=allowance)
    console.print(
        f"this is the token {escape(token.name)}; keep it, nobody can show it again:", style="dim", highlight=False
    )
    sys.stdout.write(f"{secret}\n")


def _list(tokens: tuple[Token, ...]) -> None:
    table = Table("name", "id", "made", "valid until", "all who use it together may have", box=None)
    for token in tokens:
        may = token.allowance
        table.add_row(
            escape(token.name),
            token.id,
            f"{token.made:%Y-%m-%d}",
            "it is revoked" if token.expires is None else f"{token.expires:%Y-%m-%d}",
            f"{may.connections} connections, {may.conversations} conversations, "
            f"{may.messages_per_minute:,} messages a minute",
        )
    Console().print(table if tokens else "there are no tokens; make one with: visavis token new NAME", highlight=False)

"""What can go wrong in the viewer."""

from __future__ import annotations


class ViewerError(Exception):
    """Root of the viewer's errors; the message says what to do."""


class ConnectionFailedError(ViewerError):
    """No server answers, or it is not one of ours."""


class ServerStartError(ViewerError):
    """The viewer's own server did not come up."""


class InputError(ViewerError):
    """What the user named cannot be used: a file, a format, an option (exit code 2)."""


class DisplayError(ViewerError):
    """No window can be opened here."""

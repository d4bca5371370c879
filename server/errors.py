"""Everything that server/ raises on purpose: one tree, each message says what was wrong and what to do."""

from __future__ import annotations

from pathlib import Path


class ServerError(Exception):
    """Base of the errors of this package.

    Attributes:
        code: a stable word for programs, sent in ``error`` events.
    """

    code = "server_error"


class RequestError(ServerError):
    """A client asked for something that cannot be done now; it gets an ``error`` event and the session lives."""

    code = "invalid_request"


class NoItemOpenError(RequestError):
    """Something was said while no item is open."""

    code = "no_item_open"

    def __init__(self) -> None:
        super().__init__('no item is open, so nobody can answer; send {"type": "feed.open", "item_id": ...} first')


class NothingToAnswerError(RequestError):
    """An answer was asked for and everything that was said is answered."""

    code = "nothing_to_answer"

    def __init__(self) -> None:
        super().__init__("all that was said is answered; add a message with conversation.item.create first")


class NothingToCancelError(RequestError):
    """A cancel came when nothing was being said."""

    code = "response_cancel_not_active"

    def __init__(self) -> None:
        super().__init__("there is no active response to cancel")


class NothingToTruncateError(RequestError):
    """A truncate named an answer that is not of this conversation, or a time after its end."""

    code = "invalid_truncation"

    def __init__(self, length: int | None) -> None:
        super().__init__(
            "item_id names no answer of this conversation"
            if length is None
            else f"audio_end_ms is after the answer's end: it has {length / 24:.0f} ms of sound"
        )


class TooMuchUnansweredError(RequestError):
    """Messages pile up and no answer is asked for."""

    code = "too_much_unanswered"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} messages wait for an answer; ask for it with response.create before adding more")


class UnknownGenerationError(RequestError):
    """A playback report named an utterance that does not exist."""

    code = "unknown_generation"

    def __init__(self, generation: int) -> None:
        super().__init__(f"there was no generation {generation} yet; take the number from response.created")


class SlowClientError(ServerError):
    """A client reads so slowly that what waits for it no longer fits; its session ends."""

    code = "slow_client"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit >> 20} MiB wait for the client; it must read what it is sent")


class ResumeError(ServerError):
    """A client wants to go on with a session and cannot; it gets an ``error`` event and is closed with 4404.

    ``code`` is "session_gone" (there is none, any more), "session_gap" (it cannot go on from there) or
    "invalid_request".
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message}; begin a new session")
        self.code = code


class ReplacedError(ServerError):
    """The client of a session came back over another connection; the earlier one is closed with 4001."""

    code = "replaced"

    def __init__(self) -> None:
        super().__init__("the session goes on over another connection")


class QueueFullError(RequestError):
    """So many wait to talk that nobody can be told to wait any more."""

    code = "queue_full"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} conversations wait already; try again in some minutes")


class FloodError(ServerError):
    """A client sends more than any conversation needs, and goes on although it is slowed down; its session ends."""

    code = "rate_limited"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"you were slowed down for {seconds:.0f} seconds and go on sending too much; docs/server.md has the limits"
        )


class SettingsError(ServerError):
    """A setting makes no sense (exit code 2)."""

    code = "bad_settings"


class AccessDeniedError(ServerError):
    """Somebody from elsewhere shows no token, or a wrong one."""

    code = "access_denied"

    def __init__(self, *, shown: bool) -> None:
        super().__init__(
            "this token is not known, was revoked or has expired"
            if shown
            else "show a token (Authorization: Bearer TOKEN); whoever runs this server makes one: visavis token new"
        )


class NoTokensError(SettingsError):
    """Others are to be let in, and there is no token that would let them in (exit code 2)."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"nobody could come in at {host}: only this machine may without a token, and there are no tokens; "
            "make one first, with: visavis token new NAME"
        )


class CertificateError(SettingsError):
    """The files for TLS are of no use (exit code 2)."""

    code = "bad_certificate"


class TokenFileError(ServerError):
    """The file of the tokens cannot be used."""

    code = "bad_token_file"

    def __init__(self, path: Path, cause: Exception) -> None:
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
        super().__init__(f"{path}: the tokens cannot be used ({reason})")


class TokenNameError(SettingsError):
    """A token cannot have this name (exit code 2)."""

    code = "bad_token_name"


class UnknownTokenError(SettingsError):
    """There is no token of this name or id (exit code 2)."""

    code = "unknown_token"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no token {name!r}; there are {', '.join(known) or 'none'}")


class EmptyFeedError(RequestError):
    """There is no item to talk to."""

    code = "empty_feed"

    def __init__(self) -> None:
        super().__init__("the feed has no items, so there is nobody to talk to; start the server with --feed SOURCE")


class UnsupportedError(RequestError):
    """A request of the Realtime API that this server does not do."""

    code = "unsupported"


class ListenError(ServerError):
    """The address to listen on cannot be had."""

    code = "cannot_listen"


class BadQuestionError(RequestError):
    """A question cannot be asked: it is missing, empty or too long (exit code 2)."""

    code = "bad_question"


class UnknownChoiceError(RequestError):
    """The feed has no item of the id that the user gave (exit code 2)."""

    code = "unknown_item"

    def __init__(self, item_id: str, known: list[str], total: int) -> None:
        more = f" and {total - len(known)} more" if total > len(known) else ""
        super().__init__(f"the feed has no item {item_id!r}; it has {', '.join(known) or 'none'}{more}")

"""Everything that feed/ raises on purpose: one tree, each message says what was wrong, with what, and what to do."""

from __future__ import annotations


class FeedError(Exception):
    """Base of the errors of this package."""


class SourceError(FeedError):
    """A feed could not be had from a source.

    Attributes:
        source: the path or address as the user gave it.
    """

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"{source}: {problem}")
        self.source = source


class SourceMissingError(SourceError):
    """There is nothing at the path, or the server says so."""


class SourceRefusedError(SourceError):
    """The address is of a kind that is never opened (not http or https, a device, a redirect to elsewhere)."""


class SourceUnreachableError(SourceError):
    """The network, the server or the disk did not give the feed."""


class SourceTooLargeError(SourceError):
    """The feed has more bytes or files than are read."""


class SourceEncodingError(SourceError):
    """The bytes are not text in the encoding that they claim."""


class NotAFeedError(SourceError):
    """The text is none of JSON Feed, RSS, Atom, or a folder of Markdown and text files."""


class ItemRejectedError(FeedError):
    """One item of a feed is left out; the message is the reason in words."""


class StoreError(FeedError):
    """The store's file cannot be used: not ours, of a newer version, or not writable."""


class UnknownItemError(FeedError):
    """No item of that id is in the store."""

    def __init__(self, item_id: str) -> None:
        super().__init__(f"there is no item {item_id!r} in the feed; list the feed's items to see their ids")
        self.item_id = item_id


class EmbeddingModelError(FeedError):
    """The files of the sentence-embedding model are missing or not what they should be."""

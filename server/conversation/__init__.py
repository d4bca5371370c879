"""Turn-taking, a pure core: events of the ears, the models and the client go in, commands for them come out.

``core`` takes the events and ``commands`` has what follows from them. Between them, ``floor`` decides who speaks:
``end_of_turn`` whether the user is done, ``interruption`` whether a sound over the host's voice is one, ``user`` what
is known of their turn, ``host`` which generation is alive, ``utterance`` and ``loudspeaker`` what of it was heard,
``presence`` what the figure shows meanwhile. All numbers stand in ``thresholds``, with the table of waits.
"""

from server.conversation.commands import (
    AnnounceTurn,
    Attend,
    Attention,
    BeginReply,
    Command,
    Commands,
    DropReply,
    DropTurn,
    EndTurn,
    FinishReply,
    Kind,
    MakeBridge,
    Remember,
    ReplyCommand,
    ScoreTurn,
    SendNotice,
    SendSentence,
    SendSound,
    StartReply,
    StopReason,
    StopReply,
    Yield,
    Yielding,
)
from server.conversation.core import Conversation
from server.conversation.thresholds import MAX_PENDING, MAX_QUESTION_CHARS, Eagerness, Manners
from server.conversation.utterance import Piece, Silent

__all__ = [
    "MAX_PENDING",
    "MAX_QUESTION_CHARS",
    "AnnounceTurn",
    "Attend",
    "Attention",
    "BeginReply",
    "Command",
    "Commands",
    "Conversation",
    "DropReply",
    "DropTurn",
    "Eagerness",
    "EndTurn",
    "FinishReply",
    "Kind",
    "MakeBridge",
    "Manners",
    "Piece",
    "Remember",
    "ReplyCommand",
    "ScoreTurn",
    "SendNotice",
    "SendSentence",
    "SendSound",
    "Silent",
    "StartReply",
    "StopReason",
    "StopReply",
    "Yield",
    "Yielding",
]

"""The host's side: at most one generation alive, perhaps one made ahead of its time, and those that are over."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from feed.replies import Sentence, Turn
from server.conversation.commands import (
    BeginReply,
    Command,
    DropReply,
    FinishReply,
    Kind,
    Remember,
    StartReply,
    StopReason,
    StopReply,
    Yield,
    Yielding,
)
from server.conversation.interruption import same_words
from server.conversation.thresholds import REMEMBERED_TURNS, REPORT_GRACE
from server.conversation.utterance import Piece, Utterance


class Host:
    """Who answers. Commands are appended to ``out``, in the order in which to carry them out.

    Attributes:
        item_id: the open item.
        live: the generation that was announced and may still be heard.
        ahead: a generation that is made before it is certain that the user's turn is over; never beside a live one.
        closed: pieces of the live one, of which nothing was handed out yet, wait for the user to be done.
    """

    def __init__(self, out: list[Command]) -> None:
        self.item_id: str | None = None
        self.live: Utterance | None = None
        self.ahead: Utterance | None = None
        self.closed = False
        self._out = out
        self._over: deque[Utterance] = deque(maxlen=REMEMBERED_TURNS)
        self._next_generation = 1

    # -- to be read ------------------------------------------------------------------------------------------------

    @property
    def next_generation(self) -> int:
        """The number that no utterance has had yet."""
        return self._next_generation

    @property
    def introduced(self) -> bool:
        """Whether anything was said to this user about this item."""
        return self.live is not None or bool(self._over)

    def speaking(self, at: float) -> bool:
        """Whether a generation is alive and has something left to say."""
        return self.live is not None and self.live.sounding(at)

    def find(self, generation: int) -> Utterance | None:
        """Return the utterance of a generation of this conversation, whether announced or not."""
        known = (*self._over, self.live, self.ahead)
        return next((each for each in known if each is not None and each.generation == generation), None)

    def history(self, at: float) -> tuple[Turn, ...]:
        """Return the turns as they were heard by time ``at``, oldest first."""
        utterances = [*self._over, *([self.live] if self.live else [])]
        turns = (utterance.turn(at) for utterance in utterances)
        return tuple(turn for turn in turns if turn.question or turn.reply)

    def next_change(self) -> float | None:
        """Return when the live generation will have been played, or a report about an older one no longer counts."""
        times = [each.over_at + REPORT_GRACE for each in self._over if each.over_at is not None and not each.remembered]
        live = self.live
        if live is not None and not (live.making or live.waiting or self.closed):
            dry_at = live.speaker.dry_at()
            times += [] if dry_at is None else [dry_at]
        return min(times, default=None)

    # -- beginning and ending --------------------------------------------------------------------------------------

    def start(self, kind: Kind, question: str | None, at: float, *, aloud: bool, begun: bool) -> Utterance:
        """Let something be made: announced at once (``begun``), or ahead of its time."""
        assert self.item_id is not None
        self.drop()
        self.cut(at, "client_cancelled")
        history = self.history(at)
        utterance = Utterance(self._next_generation, kind, self.item_id, question, aloud)
        self._next_generation += 1
        self._out.append(StartReply(utterance.generation, kind, self.item_id, question, history, aloud))
        if begun:
            self.live = utterance
            self._begin(utterance)
        else:
            self.ahead = utterance
        return utterance

    def drop(self) -> None:
        """Throw away what was made ahead."""
        ahead, self.ahead = self.ahead, None
        if ahead is not None:
            self._out.append(DropReply(ahead.generation))

    def fits(self, question: str) -> bool:
        """Whether what is made ahead answers ``question``: the words, not the punctuation, are the same."""
        return self.ahead is not None and same_words(self.ahead.question or "", question)

    def release(self, at: float) -> None:
        """Announce what was made ahead and hand out as much of it as there is."""
        ahead, self.ahead = self.ahead, None
        assert ahead is not None
        self.live = ahead
        self._begin(ahead)
        self._flush(at)

    def cut(self, at: float, reason: StopReason) -> None:
        """End the live generation where it is."""
        live, self.live = self.live, None
        self.closed = False
        if live is None:
            return
        unfinished = live.sounding(at)
        live.speaker.stop(at)
        live.making, live.waiting = live.making or bool(live.waiting), []  # what was kept back was never said
        live.cut = unfinished
        self._bury(live, at)
        if unfinished:
            heard = " ".join(part.text for part in live.turn(at).reply)
            self._out.append(StopReply(live.generation, reason, heard))

    def retire(self, at: float) -> bool:
        """Let go of a generation that was played to its end, and of those that no report can change any more.

        Returns:
            Whether the live one was played to its end.
        """
        live = self.live
        ended = live is not None and not live.sounding(at) and not self.closed
        if live is not None and ended:
            self._bury(live, at)
            self.live = None
        for utterance in self._over:
            if utterance.over_at is not None and at >= utterance.over_at + REPORT_GRACE:
                self._remember(utterance, at)
        return ended

    def leave(self, at: float) -> None:
        """End the conversation about this item."""
        self.drop()
        self.cut(at, "client_cancelled")
        for utterance in self._over:
            self._remember(utterance, at)
        self._over.clear()
        self.item_id = None

    # -- what is made ----------------------------------------------------------------------------------------------

    def take(self, generation: int, piece: Piece, at: float) -> bool:
        """Take the next piece of a generation; return whether it was handed out now."""
        utterance = self.making(generation)
        if utterance is None:
            return False
        if self._waits(utterance) or utterance.waiting:
            utterance.waiting.append(piece)
            return False
        self._out.append(utterance.hand_out(piece, at))
        return True

    def take_bridge(self, generation: int, pieces: Sequence[Piece], at: float) -> bool:
        """Take words that ask for patience; they are dropped when something better came first."""
        live = self.live
        if live is None or live.generation != generation or live.started or live.waiting or self.closed or not pieces:
            return False
        if not live.making or not isinstance(pieces[0], Sentence):
            return False
        live.bridged = True
        self._out.extend(live.hand_out(piece, at) for piece in pieces)
        return True

    def finished(self, generation: int, error: str | None) -> bool:
        """Take the end of the making of a generation; return whether all of it was handed out."""
        utterance = self.making(generation)
        if utterance is None:
            return False
        utterance.making, utterance.error = False, error
        if self._waits(utterance) or utterance.waiting:
            return False
        self._finish(utterance)
        return True

    def making(self, generation: int) -> Utterance | None:
        """Return a generation that more of may come of."""
        for utterance in (self.live, self.ahead):
            if utterance is not None and utterance.generation == generation and utterance.making:
                return utterance
        return None

    def close_gate(self) -> None:
        """Keep what the live generation has to say, of which nothing was handed out yet, to yourself."""
        self.closed = self.live is not None and not self.live.started

    def open_gate(self, at: float) -> bool:
        """Hand out what was kept; return whether anything was."""
        if not self.closed:
            return False
        self.closed = False
        return self._flush(at)

    def yields(self, how: Yielding, at: float, *, moves: bool) -> None:
        """Make room in the live generation, or take it back; ``moves``: the client really holds on request."""
        live = self.live
        if live is None or not live.started:
            return
        if live.yielded == how or (how == "resume" and live.yielded is None):
            return
        live.yielded = None if how == "resume" else how
        if how == "hold":
            if moves:
                live.speaker.stop(at)
        elif live.speaker.stopped:
            live.speaker.go_on(at)
        self._out.append(Yield(live.generation, how))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _begin(self, utterance: Utterance) -> None:
        utterance.begun = True
        self._out.append(BeginReply(utterance.generation))

    def _waits(self, utterance: Utterance) -> bool:
        return not utterance.begun or self.closed

    def _flush(self, at: float) -> bool:
        live = self.live
        if live is None:
            return False
        waiting, live.waiting = live.waiting, []
        self._out.extend(live.hand_out(piece, at) for piece in waiting)
        if not live.making:
            self._finish(live)
        return bool(waiting)

    def _finish(self, utterance: Utterance) -> None:
        utterance.complete()
        self._out.append(FinishReply(utterance.generation, utterance.error))

    def _bury(self, utterance: Utterance, at: float) -> None:
        utterance.over_at = at
        if len(self._over) == REMEMBERED_TURNS:
            self._remember(self._over[0], at)
        self._over.append(utterance)

    def _remember(self, utterance: Utterance, at: float) -> None:
        if utterance.remembered:
            return
        utterance.remembered = True
        utterance.speaker.fix(utterance.speaker.position(at), at)
        turn = utterance.turn(at)
        if turn.question or turn.reply:
            self._out.append(Remember(utterance.item_id, turn))

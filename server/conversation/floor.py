"""Who has the floor: what a pause, a sound over the host's voice, words and the lapse of time mean."""

from __future__ import annotations

from server.conversation.commands import AnnounceTurn, Command, DropTurn, EndTurn, MakeBridge, ScoreTurn
from server.conversation.end_of_turn import completeness, silence_needed
from server.conversation.host import Host
from server.conversation.interruption import Verdict, plain_words, verdict
from server.conversation.presence import Presence
from server.conversation.thresholds import (
    DUCK_LONGEST,
    ECHO_WARINESS,
    FALSE_ALARM_PAUSE,
    GOES_ON,
    HOLD_AFTER,
    MAX_PENDING,
    MAX_QUESTION_CHARS,
    MAX_TRANSCRIBING,
    SCORE_WORTH,
    TURN_ABANDONED,
    VERDICT_LOST,
    VERDICT_PATIENCE,
    WORDLESS_NOISE,
    WORDLESS_SPEECH,
    WORDS_LOST,
    Completeness,
    Manners,
)
from server.conversation.user import UserTurn


class Floor:
    """The decisions of a conversation; ``core.Conversation`` brings it the events. Commands are appended to ``out``.

    Attributes:
        manners: how the conversation is to be held.
        host: who answers.
        presence: what they show.
        user: the user's turn that is under way.
        pending: said by the user and not yet answered.
    """

    def __init__(self, manners: Manners, out: list[Command]) -> None:
        self.manners = manners
        self.host = Host(out)
        self.presence = Presence(out)
        self.user: UserTurn | None = None
        self.pending: list[str] = []
        self._out = out
        self._transcribing: dict[int, float] = {}  # turns whose words are not known yet, and since when
        self._due = False  # an answer was asked for; it waits for words, for the user or for the host to end
        self._aloud: bool | None = None  # how that answer is wanted; None: as the manners say
        self._ducked_at: float | None = None  # an onset made the host duck and nothing followed yet
        self._wary_until = 0.0  # the microphone returned the host's own voice not long ago
        self._last_turn = 0  # the newest turn that the ears told of

    # -- time --------------------------------------------------------------------------------------------------------

    def wake_at(self) -> float | None:
        """Return when something becomes due by the mere lapse of time."""
        dues = [self.host.next_change(), self.presence.bridge_at, self._prompt_at(), self._rest_at()]
        if self._ducked_at is not None:
            dues.append(self._ducked_at + DUCK_LONGEST)
        if self.user is not None:
            dues.append(self.user.heard_at + TURN_ABANDONED)
        if self._transcribing:
            dues.append(min(self._transcribing.values()) + WORDS_LOST)
        return min((due for due in dues if due is not None), default=None)

    def advance(self, at: float) -> None:
        """Do what has become due by time ``at``."""
        if self.host.retire(at):
            self.presence.host_ended(at)
            self.try_answer(at, at)
        if self._ducked_at is not None and at >= self._ducked_at + DUCK_LONGEST:
            self.unduck(at)
        if self.user is not None and at >= self.user.heard_at + TURN_ABANDONED:
            self.abandon(self.user, at)
        for turn in [turn for turn, since in self._transcribing.items() if at >= since + WORDS_LOST]:
            self.words(turn, "", at)
        self._bridge(at)
        prompt_at, rest_at = self._prompt_at(), self._rest_at()
        if prompt_at is not None and at >= prompt_at:
            self.presence.prompted(at)
            self.host.start("prompt", None, at, aloud=True, begun=False)
        elif rest_at is not None and at >= rest_at:
            self.presence.attend("resting")

    # -- the user begins, goes on, pauses ----------------------------------------------------------------------------

    def may_interrupt(self, at: float) -> bool:
        """Whether speech now would be speech over the host, who may be cut off by it."""
        return self.manners.interrupts and self.host.speaking(at)

    def duck(self, at: float) -> None:
        """Make room at the first sign of speech."""
        if self.may_interrupt(at) and at >= self._wary_until:
            self._ducked_at = at
            self.host.yields("duck", at, moves=self.manners.yields)

    def unduck(self, at: float) -> None:
        """Go on as before: nothing came of it."""
        self._ducked_at = None
        if self.user is None:
            self.host.yields("resume", at, moves=self.manners.yields)

    def begin(self, turn: int, at: float) -> UserTurn:
        """Let a turn begin. Over the host's voice it is not yet known for what it is."""
        if self.user is not None:
            self.abandon(self.user, at)
        self.touch(at)
        self._ducked_at = None
        self._last_turn = turn
        over = self.host.live if self.may_interrupt(at) else None
        over_from = over.speaker.position(at) if over is not None else 0
        user = self.user = UserTurn(turn, at, announced=over is None, over=over, over_from=over_from)
        if over is None:
            self._out.append(AnnounceTurn(turn))
        else:
            self.host.close_gate()
        self.presence.attend("listening")
        return user

    def turn(self, turn: int, at: float) -> UserTurn | None:
        """Return the turn of that number, which the ears tell of; one whose beginning was missed begins now."""
        user = self.user
        if user is not None and user.number == turn:
            user.heard_at = at
            return user
        return self.begin(turn, at) if turn > self._last_turn and self.host.item_id is not None else None

    def speaks(self, user: UserTurn, at: float) -> None:
        """Take speech of a turn that goes on."""
        resumed = user.goes_on()
        if resumed:
            self.presence.attend("listening")
        if user.voiced - user.before_pause > GOES_ON:
            self.host.drop()
        if user.announced:
            return
        if user.verdict is None and user.voiced >= WORDLESS_SPEECH and user.sense is None:
            self.take_floor(user, at)
        elif user.verdict is None and user.voiced >= HOLD_AFTER and at >= self._wary_until:
            self.host.yields("hold", at, moves=self.manners.yields)

    def consider(self, user: UserTurn, at: float) -> None:
        """Decide what a pause is, with what is known of it by now."""
        if not user.paused:
            return
        if not user.announced:
            self._consider_alarm(user, at)
            return
        left = silence_needed(self.manners, user.text, user.score) - user.silent
        if left <= 0:
            self.end(at)
            return
        if user.text is None:
            return
        self._make_ahead(user, at)
        if self.manners.silence is None and left > SCORE_WORTH and not user.asked:
            user.asked = True
            self._out.append(ScoreTurn(user.number, user.pause))

    def hear(self, user: UserTurn, text: str, at: float) -> None:
        """Take words of the turn, of whatever part of it; over the host's voice they tell what it is."""
        user.sense = text
        if user.announced:
            return
        sounding = user.over.sounding_words(user.over_from, at) if user.over is not None else ()
        user.verdict = verdict(text, sounding)
        if user.verdict is Verdict.SPEECH:
            self.take_floor(user, at)
            return
        if user.verdict is Verdict.ECHO:
            self._wary_until = at + ECHO_WARINESS
        noise = user.verdict is Verdict.NOTHING and user.voiced >= WORDLESS_NOISE
        if not user.paused and (noise or user.verdict is Verdict.ECHO):
            self.host.yields("resume", at, moves=self.manners.yields)

    def take_floor(self, user: UserTurn, at: float) -> None:
        """Give the user the floor: the host stops.

        Who goes on speaking before a word of the answer was heard is still asking: the unanswered question is kept and
        answered together with what follows.
        """
        if user.announced:
            return
        user.announced = True
        self._wary_until = 0.0
        live = self.host.live
        if live is not None and live.question and not live.turn(at).reply:
            self.pending.insert(0, live.question)
            live.question = None
        self._out.append(AnnounceTurn(user.number))
        self.host.cut(at, "turn_detected")
        self.presence.answer_sounds()
        self.presence.attend("listening")

    def end(self, at: float, *, by_hand: bool = False) -> None:
        """End the user's turn; it is answered as soon as its words are known."""
        user, self.user = self.user, None
        assert user is not None
        text = user.text if user.paused else None
        self._out.append(EndTurn(user.number, text, user.silent, by_hand))
        if self.host.item_id is None:
            return
        self._transcribing[user.number] = at
        if len(self._transcribing) > MAX_TRANSCRIBING:
            self.words(next(iter(self._transcribing)), "", at)
        if text is None:
            self.presence.attend("thinking")
        else:
            self.words(user.number, text, at, silent=user.silent)

    def commit(self, turn: int, at: float) -> None:
        """End a turn at the client's request; without turn detection nothing was told of it before."""
        self.touch(at)
        if self.user is not None and self.user.number == turn:
            self.take_floor(self.user, at)
        else:
            if self.user is not None:
                self.abandon(self.user, at)
            self.user = UserTurn(turn, at, announced=True)
            self._last_turn = max(self._last_turn, turn)
        self.end(at, by_hand=True)

    def abandon(self, user: UserTurn, at: float) -> None:
        """End a turn that the ears tell nothing of any more."""
        if user.announced:
            self.end(at)
        else:
            self.forget(at)

    def forget(self, at: float) -> None:
        """Let a turn be none: the host goes on where they were."""
        user, self.user = self.user, None
        if user is None:
            return
        self._out.append(DropTurn(user.number))
        self.give_back(at)

    def give_back(self, at: float) -> None:
        """Let the host go on."""
        self.user = None
        self.host.yields("resume", at, moves=self.manners.yields)
        if self.host.open_gate(at):
            self.presence.answer_sounds()
        live = self.host.live
        waits = live is not None and live.kind == "answer" and live.making and not live.started
        self.presence.attend("thinking" if waits or self._transcribing else "idle")
        self.try_answer(at, at)

    # -- words and answers -------------------------------------------------------------------------------------------

    @property
    def awaits_words(self) -> bool:
        """Whether a turn is over whose words are not known."""
        return bool(self._transcribing)

    def want_answer(self, aloud: bool | None) -> None:
        """Ask for an answer as soon as the words are known."""
        self._due, self._aloud = True, aloud

    def want_none(self) -> bool:
        """Ask for no answer any more; return whether one was due."""
        due, self._due = self._due, False
        return due

    def words(self, turn: int, text: str, at: float, *, silent: float = 0.0) -> None:
        """Take the words of a turn that is over ("" when there are none); ``silent`` seconds passed since the last."""
        if self._transcribing.pop(turn, None) is None:
            return
        if plain_words(text):
            self.pending.append(text)
            del self.pending[:-MAX_PENDING]
            self._due = self._due or self.manners.answers
        self.try_answer(at - silent, at)

    def try_answer(self, silent_since: float, at: float) -> None:
        """Answer what is pending, if that is due and nobody speaks."""
        if self.user is not None or self._transcribing:
            return
        self._due = self._due and bool(self.pending)
        if not self._due:
            if self.host.live is None:
                self.host.drop()
                self.presence.attend("idle")
            return
        if self.host.speaking(at) and not self.manners.interrupts:
            return
        aloud, self._aloud = self._aloud, None
        self._due = False
        self.answer(silent_since, at, aloud=aloud)

    def answer(self, silent_since: float, at: float, *, aloud: bool | None) -> None:
        """Answer what is pending: with what was made ahead where that fits, or from the beginning."""
        question = self._question()
        self.pending.clear()
        wanted = self.manners.aloud if aloud is None else aloud
        ahead = self.host.ahead
        self.presence.expect_answer(silent_since, at)
        if ahead is not None and ahead.aloud == wanted and self.host.fits(question):
            self.host.release(at)
            self.spoke()
        else:
            self.host.start("answer", question, at, aloud=wanted, begun=True)
        if not wanted:
            self.presence.bridge_at = None

    def introduce(self, at: float, *, aloud: bool | None) -> None:
        """Let the host say who they are."""
        self.host.start("introduction", None, at, aloud=self.manners.aloud if aloud is None else aloud, begun=True)

    def spoke(self) -> None:
        """Take note that something of the live generation was handed out."""
        live = self.host.live
        if live is None or not live.started:
            return
        self.presence.answer_sounds()
        if self.user is None:
            self.presence.attend("idle")

    def stop(self, at: float) -> None:
        """Stop the host at the client's request."""
        self.host.cut(at, "client_cancelled")
        self.presence.answer_sounds()
        if self.user is None:
            self.presence.attend("thinking" if self._transcribing else "idle")

    def leave(self, at: float) -> None:
        """End the conversation about this item."""
        if self.user is not None:
            self._out.append(DropTurn(self.user.number))
        self.host.leave(at)
        self.user = self._ducked_at = None
        self._due = False
        self.pending.clear()
        self._transcribing.clear()
        self.presence.answer_sounds()
        self.presence.touch(at)
        self.presence.attend("idle")

    def touch(self, at: float) -> None:
        """Take note that the user does something: a prompt that is being made is not wanted any more."""
        self.presence.touch(at)
        ahead = self.host.ahead
        if ahead is not None and ahead.kind == "prompt":
            self.host.drop()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _consider_alarm(self, user: UserTurn, at: float) -> None:
        """A pause after sounds over the host's voice that are not known for speech."""
        if user.verdict is Verdict.BACKCHANNEL and user.over is not None and user.over.has_asked(at):
            self.take_floor(user, at)  # "Yes" over the end of a question is the answer to it
            self.consider(user, at)
        elif user.silent >= (VERDICT_LOST if user.text is None else FALSE_ALARM_PAUSE):
            self.forget(at)
        elif user.silent >= VERDICT_PATIENCE:
            self.host.yields("resume", at, moves=self.manners.yields)

    def _make_ahead(self, user: UserTurn, at: float) -> None:
        """Begin to make the reply to a turn that is probably over."""
        text = user.text or ""
        if not self.manners.answers or self._transcribing or self.host.live is not None or self.host.item_id is None:
            return
        if not plain_words(text) or completeness(text) is Completeness.UNFINISHED:
            return
        question = self._question(text)
        if not self.host.fits(question):
            self.host.start("answer", question, at, aloud=self.manners.aloud, begun=False)

    def _question(self, *more: str) -> str:
        return "\n".join([*self.pending, *more])[:MAX_QUESTION_CHARS]

    def _bridge(self, at: float) -> None:
        if self.presence.bridge_at is None or at < self.presence.bridge_at:
            return
        live = self.host.live
        if live is None or not live.making or live.started or live.waiting:
            self.presence.answer_sounds()
        elif self.user is not None:
            self.presence.postpone_bridge(at)
        else:
            self.presence.answer_sounds()
            self._out.append(MakeBridge(live.generation, live.item_id, self.host.history(at)))

    def _prompt_at(self) -> float | None:
        quiet = self.user is None and not self._transcribing and not self._due and not self.pending
        if not quiet or self.host.item_id is None or self.host.live is not None or self.host.ahead is not None:
            return None
        return self.presence.prompt_at(self.manners.prompt_after) if self.manners.aloud else None

    def _rest_at(self) -> float | None:
        busy = self.user is not None or self._transcribing or self.host.live is not None or self.host.ahead is not None
        return None if busy else self.presence.rest_at()

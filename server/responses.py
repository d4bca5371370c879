"""The wire events of one answer, in the order in which a client of the Realtime API expects them. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Literal

from avatar.marks import SAMPLE_RATE, Mark
from server import protocol
from server.conversation import SendSentence, SendSound, StopReason

CHUNK = SAMPLE_RATE // 2  # samples per sound event: small enough to be thrown away when the user cuts in

Modality = Literal["text", "audio"]
Frame = protocol.Event | bytes


def wire_marks(marks: tuple[Mark, ...]) -> list[protocol.WireMark]:
    """Return marks as they travel."""
    return [
        protocol.WireMark(
            kind=mark.kind,
            start=mark.start,
            end=mark.end,
            text=mark.text,
            strength=mark.strength,
            evidence=list(mark.evidence),
        )
        for mark in marks
    ]


class ResponseScript:
    """Writes the events of one answer: ``begin``, then what is said, then ``end``.

    Args:
        generation: of the utterance.
        response_id: of the response on the wire.
        message_id: of the message that the answer becomes.
        previous_id: of the message before it.
        modality: "audio" for speech with a transcript, "text" for text alone.
        binary: sound goes out as binary frames, not as base64 in JSON.
        extended: the client knows ``avatar.*``.
    """

    def __init__(
        self,
        generation: int,
        response_id: str,
        message_id: str,
        previous_id: str | None,
        *,
        modality: Modality,
        binary: bool,
        extended: bool,
    ) -> None:
        self.generation = generation
        self.response_id = response_id
        self.message_id = message_id
        self.modality = modality
        self._previous_id = previous_id
        self._binary = binary
        self._extended = extended
        self._said: list[str] = []
        self._mood = ""

    def begin(self) -> Iterator[Frame]:
        """Announce the answer."""
        item = self._message("in_progress")
        yield protocol.ResponseCreated(response=self._response("in_progress"))
        yield protocol.OutputItemAdded(response_id=self.response_id, item=item)
        yield protocol.ConversationItemAdded(item=item, previous_item_id=self._previous_id)
        yield protocol.ContentPartAdded(response_id=self.response_id, item_id=self.message_id, part=self._part())

    def sentence(self, action: SendSentence) -> Iterator[Frame]:
        """Give the next sentence: its text, and its marks for a client that draws."""
        sentence, start = action.sentence, action.start
        delta = f" {sentence.text}" if self._said else sentence.text
        self._said.append(sentence.text)
        if self._extended:
            marks = [Mark("sentence", start, start, sentence.text, evidence=sentence.evidence)]
            if sentence.mood != self._mood:
                marks.insert(0, Mark("mood", start, start, sentence.mood))
                self._mood = sentence.mood
            yield self._marks(tuple(marks))
        if self.modality == "text":
            yield protocol.OutputTextDelta(response_id=self.response_id, item_id=self.message_id, delta=delta)
        else:
            yield protocol.TranscriptDelta(response_id=self.response_id, item_id=self.message_id, delta=delta)

    def sound(self, action: SendSound) -> Iterator[Frame]:
        """Give the next stretch of sound, after its marks."""
        if self._extended and action.marks:
            yield self._marks(action.marks)
        pcm = action.clause.pcm.astype("<i2", copy=False)
        for start in range(0, len(pcm), CHUNK):
            chunk = pcm[start : start + CHUNK].tobytes()
            if self._binary:
                yield protocol.encode_audio(self.generation, action.first + start, chunk)
            else:
                delta = base64.b64encode(chunk).decode()
                yield protocol.OutputAudioDelta(response_id=self.response_id, item_id=self.message_id, delta=delta)

    def notice(self, code: str, message: str) -> Iterator[Frame]:
        """Tell that the last sentence is to be read; a client that knows only speech finds it in the transcript."""
        if self._extended:
            yield protocol.AvatarNotice(code=code, message=message, generation=self.generation)

    def end(
        self,
        status: Literal["completed", "cancelled", "failed"],
        *,
        reason: StopReason | None = None,
        error: str | None = None,
        heard: str | None = None,
    ) -> Iterator[Frame]:
        """Close the answer; ``error`` is the message of a failed one, ``heard`` what is left of one that was cut."""
        if heard is not None:
            self._said = [heard]
        response_id, item_id = self.response_id, self.message_id
        if self.modality == "text":
            yield protocol.OutputTextDone(response_id=response_id, item_id=item_id, text=self.transcript)
        else:
            yield protocol.OutputAudioDone(response_id=response_id, item_id=item_id)
            yield protocol.TranscriptDone(response_id=response_id, item_id=item_id, transcript=self.transcript)
        yield protocol.ContentPartDone(response_id=response_id, item_id=item_id, part=self._part())
        item = self._message("completed" if status == "completed" else "incomplete")
        yield protocol.OutputItemDone(response_id=self.response_id, item=item)
        yield protocol.ConversationItemDone(item=item, previous_item_id=self._previous_id)
        details = protocol.StatusDetails(type=status, reason=reason)
        if error is not None:
            details.error = protocol.ErrorDetail(type="server_error", code="reply_failed", message=error)
        response = self._response(status)
        response.status_details = details
        response.output = [item]
        yield protocol.ResponseDone(response=response)

    @property
    def transcript(self) -> str:
        """All that was said so far."""
        return " ".join(self._said)

    def _marks(self, marks: tuple[Mark, ...]) -> protocol.AvatarMarks:
        return protocol.AvatarMarks(response_id=self.response_id, generation=self.generation, marks=wire_marks(marks))

    def _part(self) -> protocol.AnswerPart:
        if self.modality == "text":
            return protocol.AnswerPart(type="text", text=self.transcript)
        return protocol.AnswerPart(type="audio", transcript=self.transcript)

    def _message(self, status: Literal["in_progress", "completed", "incomplete"]) -> protocol.ConversationItem:
        if self.modality == "text":
            part = protocol.ContentPart(type="output_text", text=self.transcript)
        else:
            part = protocol.ContentPart(type="output_audio", transcript=self.transcript)
        content = [] if status == "in_progress" else [part]
        return protocol.ConversationItem(id=self.message_id, role="assistant", status=status, content=content)

    def _response(self, status: Literal["in_progress", "completed", "cancelled", "failed"]) -> protocol.Response:
        return protocol.Response(
            id=self.response_id, generation=self.generation, status=status, output_modalities=[self.modality]
        )

"""One recognition runs, at most one guess waits, and what must be done is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from server.recognition import Recognition


class Transcriber:
    """Gives the length of the sound as its words, once it may; gives up when it is told to."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.began: list[int] = []
        self.running = 0
        self.most = 0

    def __call__(self, audio: NDArray[np.float32], cancelled: Callable[[], bool]) -> str:
        self.began.append(len(audio))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            while not self.may.wait(0.001):
                if cancelled():
                    return ""
            if len(audio) == 13:
                raise ValueError("no such sound")
            return str(len(audio))
        finally:
            self.running -= 1


def sound(length: int) -> NDArray[np.float32]:
    return np.zeros(length, np.float32)


def run(body: Callable[[Transcriber, Recognition], Awaitable[None]]) -> Transcriber:
    async def whole() -> None:
        recognition = Recognition(transcriber)
        try:
            await body(transcriber, recognition)
        finally:
            await recognition.close()

    transcriber = Transcriber()
    asyncio.run(asyncio.wait_for(whole(), 30))
    assert transcriber.most <= 1
    return transcriber


async def begun(transcriber: Transcriber, count: int) -> None:
    while len(transcriber.began) < count:
        await asyncio.sleep(0)


def test_a_newer_guess_makes_the_one_that_waits_and_the_one_that_runs_superfluous() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        first = recognition.guess(sound(1))
        await begun(transcriber, 1)
        second, third = recognition.guess(sound(2)), recognition.guess(sound(3))
        assert await first.done is None
        assert await second.done is None
        transcriber.may.set()
        assert await third.done == "3"
        assert not recognition.busy

    assert run(body).began == [1, 3]


def test_the_words_of_a_turn_that_is_over_are_made_out_whatever_else_comes() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        first = recognition.guess(sound(1))
        await begun(transcriber, 1)
        waiting = recognition.guess(sound(2))
        assert await first.done is None
        assert recognition.keep(waiting)
        whole, newest = recognition.words(sound(4)), recognition.guess(sound(5))
        transcriber.may.set()
        assert [await job.done for job in (waiting, whole, newest)] == ["2", "4", "5"]

    assert run(body).began == [1, 2, 4, 5]


def test_a_guess_that_was_given_up_cannot_be_kept() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        first = recognition.guess(sound(1))
        await begun(transcriber, 1)
        recognition.guess(sound(2))
        assert not recognition.keep(first)
        transcriber.may.set()

    run(body)


def test_what_fails_is_told_and_the_next_one_works() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        transcriber.may.set()
        with pytest.raises(ValueError, match="no such sound"):
            await recognition.words(sound(13)).done
        assert await recognition.words(sound(7)).done == "7"

    run(body)


def test_silence_has_the_words_that_it_has() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        transcriber.may.set()
        assert await recognition.guess(sound(0)).done == "0"

    run(body)


def test_closing_ends_what_runs_and_what_waits() -> None:
    async def body(transcriber: Transcriber, recognition: Recognition) -> None:
        running, waiting = recognition.words(sound(1)), recognition.words(sound(2))
        await begun(transcriber, 1)
        await recognition.close()
        assert [await job.done for job in (running, waiting)] == [None, None]

    assert run(body).began == [1]

"""Turning sound into words for one session: one recognition runs, at most one guess waits behind those that must be."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.abilities import Cancelled

Audio = NDArray[np.float32]
Transcribe = Callable[[Audio, Cancelled], str]


@dataclass(slots=True, eq=False)
class Job:
    """Sound on its way to words.

    Attributes:
        done: will have its words, or None when something newer made them superfluous.
        wanted: it must be done, whatever else comes.
    """

    audio: Audio
    done: asyncio.Future[str | None]
    wanted: bool
    stopped: threading.Event = field(default_factory=threading.Event)

    def give_up(self) -> None:
        """Want it no longer."""
        self.stopped.set()
        self.settle(None)

    def settle(self, result: str | BaseException | None) -> None:
        """Tell who waits, unless they were told."""
        if self.done.done():
            return
        if isinstance(result, BaseException):
            self.done.set_exception(result)
        else:
            self.done.set_result(result)


class Recognition:
    """A queue of jobs for one transcriber; belongs to one event loop."""

    def __init__(self, transcribe: Transcribe) -> None:
        self._transcribe = transcribe
        self._running: Job | None = None
        self._guess: Job | None = None  # waits
        self._wanted: deque[Job] = deque()  # wait before it
        self._work: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a recognition runs or waits."""
        return bool(self._running or self._guess or self._wanted)

    def guess(self, audio: Audio) -> Job:
        """Ask for the words of a turn that may go on; an earlier guess becomes superfluous."""
        if self._guess is not None:
            self._guess.give_up()
        if self._running is not None and not self._running.wanted:
            self._running.give_up()
        self._guess = Job(audio, asyncio.get_running_loop().create_future(), wanted=False)
        self._go()
        return self._guess

    def words(self, audio: Audio) -> Job:
        """Ask for the words of a turn that is over."""
        job = Job(audio, asyncio.get_running_loop().create_future(), wanted=True)
        self._wanted.append(job)
        self._go()
        return job

    def keep(self, job: Job) -> bool:
        """Let a guess be what the turn was, so that nothing makes it superfluous; False when something did."""
        if job.stopped.is_set():
            return False
        job.wanted = True
        if job is self._guess:
            self._guess = None
            self._wanted.append(job)
        return True

    async def close(self) -> None:
        """Stop; what is asked for stays without words."""
        for job in (*self._wanted, self._guess, self._running):
            if job is not None:
                job.give_up()
        self._wanted.clear()
        self._guess = None
        if self._work is not None:
            await asyncio.gather(self._work, return_exceptions=True)

    def _go(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._wanted or self._guess:
            if self._wanted:
                job = self._wanted.popleft()
            else:
                assert self._guess is not None
                job, self._guess = self._guess, None
            self._running = job
            work = asyncio.ensure_future(asyncio.to_thread(self._transcribe, job.audio, job.stopped.is_set))
            await asyncio.wait({work})
            job.settle(work.exception() or work.result())
            self._running = None

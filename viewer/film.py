"""Films a visit: starts the server, holds the conversation by its script, and writes picture and sound to a file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from avatar.renderer import OffscreenTarget, headless_context
from avatar.stage import Stage
from avatar.video import VideoWriter
from server.assets import AssetStore
from server.settings import Settings
from viewer.client import Client
from viewer.exchange import Exchange
from viewer.foresight import Foresight, figures_ahead
from viewer.hosts import Hosts
from viewer.logbook import VERSION, Header, Log, Logbook, picture_hash
from viewer.picture_files import picture_loader
from viewer.pictures import PictureLoader
from viewer.replay import Replay
from viewer.scene import Scene, Viewport
from viewer.server_process import ServerProcess
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.tracing import Tracing
from viewer.visit import Progress, Script, Visit, transcript

FPS = 30
PICTURE_SECONDS = 5.0  # a frame waits this long for the pictures of its cards


class Camera:
    """Draws the window's scene off screen.

    Args:
        context: OpenGL without a window.
        assets: fonts and figures.
        size: of the pictures.
        stage: whose pose is drawn.
        load_picture: the bytes behind a card's picture; None shows no pictures.
        today: the day and time that the cards' age is told from.
    """

    def __init__(
        self,
        context: moderngl.Context,
        assets: AssetStore,
        size: tuple[int, int],
        stage: Stage,
        *,
        load_picture: PictureLoader | None = None,
        today: datetime | None = None,
    ) -> None:
        self._size = size
        self._stage = stage
        day = today or datetime.now(UTC)
        self._target = OffscreenTarget(context, size)
        self._scene = Scene(context, assets.path("fonts"), load_picture, today=lambda: day)
        self._hosts = Hosts(context, assets, patient=True)
        self._foresight = Foresight()

    def picture(self, state: ViewState, position: PlaybackPosition, seconds: float) -> NDArray[np.uint8]:
        """Return the window as it looks: uint8, (height, width, 4)."""
        figure = state.item.figure if state.item is not None else ""
        self._foresight.follow(state, seconds)
        if self._foresight.resting:
            self._hosts.expect(figures_ahead(state)[:1])

        def draw_host(target: moderngl.Framebuffer, viewport: Viewport) -> None:
            at = position.stream
            self._hosts.draw(figure, self._stage.pose_at(at), target, viewport, seconds=at / SAMPLE_RATE)

        def draw() -> None:
            target = self._target.framebuffer
            self._scene.draw(state, target, position, draw_host, size=self._size, scale=1.0, now=seconds)

        draw()
        version = self._scene.pictures.version
        self._scene.pictures.settle(PICTURE_SECONDS)
        if self._scene.pictures.version != version:
            draw()
        if self._scene.layout is not None and self._scene.layout.item_direction is not None:
            self._stage.item = self._scene.layout.item_direction
        return self._target.read()

    def release(self) -> None:
        """Free what was made on the context."""
        self._scene.release()
        self._hosts.release()
        self._target.release()


def film_visit(
    server: Sequence[str],
    settings: Settings,
    script: Script,
    *,
    path: Path,
    size: tuple[int, int],
    progress: Progress,
    log: Path | None = None,
    trace: Path | None = None,
) -> dict[str, object]:
    """Hold a visit, write it to a video file and return its transcript.

    Args:
        server: arguments for the server that is started for it.
        settings: where the assets are.
        script: what happens.
        path: the video; it appears when it is complete.
        size: width and height of the pictures, even.
        progress: told what goes on.
        log: where everything that happens is written down, for a replay; None for nowhere.
        trace: where the trace goes; None for none.

    Raises:
        VisitError: the visit could not be held to its end.
        ServerStartError: the server did not come up.
        InputError: the log cannot be written.
    """
    seed = zlib.crc32((script.item_id or "").encode())
    stage = Stage(seed)
    today = datetime.now(UTC)
    with ExitStack() as open_things:
        header = Header(visavis_log=VERSION, size=size, fps=FPS, seed=seed, today=today, film=True)
        logbook = None if log is None else open_things.enter_context(Logbook(log, header))
        tracing = None if trace is None else open_things.enter_context(Tracing(trace))
        load = picture_loader(files=True)
        context = headless_context()
        open_things.callback(context.release)
        load = load if logbook is None else logbook.following(load)
        camera = Camera(context, AssetStore(settings.cache), size, stage, load_picture=load, today=today)
        open_things.callback(camera.release)
        url = open_things.enter_context(ServerProcess([*server, *(tracing.server_arguments if tracing else ())]))
        client = open_things.enter_context(Client(url))
        video = open_things.enter_context(VideoWriter(path, *size, FPS))
        observers = [each for each in (logbook, tracing.trace if tracing else None) if each is not None]
        exchange = Exchange(client, stage, observers=observers)
        visit = Visit(client, exchange, camera.picture, video, fps=FPS, progress=progress, log=logbook)
        card = visit.hold(script)
    return transcript(visit, card, path, FPS)


def film_replay(log: Log, assets: AssetStore, path: Path, progress: Callable[[int, int], None]) -> int:
    """Write the film of a logged visit; return how many of its pictures are not those of the log.

    Args:
        log: of the visit; pictures of a window, whose log has no hashes, are compared with nothing.
        assets: fonts and figures.
        path: the video; it appears when it is complete.
        progress: told how many pictures there are, of how many.
    """
    header = log.header
    width, height = (side - side % 2 for side in header.size)
    stage = Stage(header.seed)
    strange = 0
    with ExitStack() as open_things:
        context = headless_context()
        open_things.callback(context.release)
        camera = Camera(context, assets, (width, height), stage, load_picture=log.pictures.get, today=header.today)
        open_things.callback(camera.release)
        video = open_things.enter_context(VideoWriter(path, width, height, header.fps))
        replay = Replay(log, stage, camera.picture)
        for number, shot in enumerate(replay.shots()):
            if number < len(log.hashes):
                strange += picture_hash(shot.picture) != log.hashes[number]
            video.write(shot.picture)
            video.write_audio(shot.sound)
            progress(number + 1, replay.frames)
    return strange

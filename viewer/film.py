"""Films a visit: starts the server, holds the conversation by its script, and writes picture and sound to a file."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
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
from viewer.hosts import Hosts
from viewer.picture_files import picture_loader
from viewer.scene import Scene, Viewport
from viewer.server_process import ServerProcess
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.visit import Progress, Question, Script, Visit, transcript

FPS = 30
PICTURE_SECONDS = 5.0  # the first frame waits this long for the pictures of the cards


class Camera:
    """Draws the window's scene off screen.

    Args:
        context: OpenGL without a window.
        assets: fonts and figures.
        size: of the pictures.
        stage: whose pose is drawn.
    """

    def __init__(self, context: moderngl.Context, assets: AssetStore, size: tuple[int, int], stage: Stage) -> None:
        self._size = size
        self._stage = stage
        self._target = OffscreenTarget(context, size)
        self._scene = Scene(context, assets.path("fonts"), picture_loader(files=True))
        self._hosts = Hosts(context, assets, patient=True)
        self._settled = False

    def picture(self, state: ViewState, position: PlaybackPosition, seconds: float) -> NDArray[np.uint8]:
        """Return the window as it looks: uint8, (height, width, 4)."""
        figure = state.item.figure if state.item is not None else ""

        def draw_host(target: moderngl.Framebuffer, viewport: Viewport) -> None:
            at = position.stream
            self._hosts.draw(figure, self._stage.pose_at(at), target, viewport, seconds=at / SAMPLE_RATE)

        def draw() -> None:
            target = self._target.framebuffer
            self._scene.draw(state, target, position, draw_host, size=self._size, scale=1.0, now=seconds)

        draw()
        if not self._settled:
            self._settled = True
            self._scene.pictures.settle(PICTURE_SECONDS)
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
    *,
    item_id: str | None,
    questions: Sequence[Question],
    path: Path,
    size: tuple[int, int],
    progress: Progress,
) -> dict[str, object]:
    """Hold a visit, write it to a video file and return its transcript.

    Args:
        server: arguments for the server that is started for it.
        settings: where the assets are.
        item_id: the item to step up to; None takes the newest.
        questions: typed, or 16 kHz recordings.
        path: the video; it appears when it is complete.
        size: width and height of the pictures, even.
        progress: told what goes on.

    Raises:
        VisitError: the visit could not be held to its end.
        ServerStartError: the server did not come up.
    """
    stage = Stage(seed=zlib.crc32((item_id or "").encode()))
    context = headless_context()
    camera = Camera(context, AssetStore(settings.cache), size, stage)
    try:
        with (
            ServerProcess(server) as url,
            Client(url) as client,
            VideoWriter(path, *size, FPS) as video,
        ):
            visit = Visit(client, Exchange(client, stage), camera.picture, video, fps=FPS, progress=progress)
            card = visit.hold(Script(item_id, questions))
    finally:
        camera.release()
        context.release()
    return transcript(visit, card, path, FPS)

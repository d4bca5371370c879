"""What stands behind the window: a connection, the sound card, the microphone and the body on the stage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import moderngl

from avatar.marks import SAMPLE_RATE
from avatar.renderer import is_software
from avatar.stage import Stage
from server import protocol
from server.assets import AssetStore
from viewer.actions import Action
from viewer.audio import MICROPHONE_RATE, AudioUnavailableError, Microphone, open_output
from viewer.client import Client
from viewer.echo import EchoCanceller
from viewer.echo.reference import Reference
from viewer.exchange import Exchange
from viewer.hosts import Hosts
from viewer.logbook import VERSION, Header, Logbook
from viewer.picture_files import picture_loader
from viewer.scene import Viewport
from viewer.speech import PlaybackPosition
from viewer.state import MicrophoneChanged, ViewerEvent
from viewer.talking import TalkGate
from viewer.trace import Trace
from viewer.window import run_window

logger = logging.getLogger(__name__)

SEED = 0  # of the body in a window
REPLAY_FPS = 30  # of the film that a window's log makes


class ConnectedApp:
    """The window's other half (``viewer.window.App``) for a server at a URL.

    Args:
        url: of the server.
        assets: figures and fonts.
        own_server: the viewer started it, so that paths it names on this machine may be read.
        log: where all that happens is written down, if anywhere.
        trace: told what happens, if given.

    Raises:
        ConnectionFailedError: nobody answers at ``url``.
    """

    def __init__(
        self,
        url: str,
        assets: AssetStore,
        *,
        own_server: bool,
        log: Logbook | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._assets = assets
        self._stage = Stage(SEED)
        self._client = Client(url)
        self._log = log
        observers = [each for each in (log, trace) if each is not None]
        self._exchange = Exchange(self._client, self._stage, at_once=True, observers=observers)
        self._output, missing = open_output(self._exchange.playback)
        self._exchange.use_clock(self._output.now)
        load = picture_loader(files=own_server)
        self._load_picture = load if log is None else log.following(load)
        self._hosts: Hosts | None = None
        self._figure = ""
        self._microphone: Microphone | None = None
        self._echo = EchoCanceller()
        self._gate = TalkGate()
        self._ears: threading.Thread | None = None  # sends what the microphone hears, whatever is being drawn
        self._news: list[ViewerEvent] = []
        if missing is not None:
            logger.info("no loudspeaker: %s", missing)
            message = f"No sound here ({missing}). Captions go on; `visavis doctor` says more."
            self._news.append(protocol.AvatarNotice(code="no_sound", message=message))

    def attach(self, context: moderngl.Context) -> None:
        """Draw hosts onto the window's context from now on."""
        self._hosts = Hosts(context, self._assets, "smooth" if is_software(context) else "fine")

    def poll(self) -> Iterable[ViewerEvent]:
        """Return what has happened since the last call."""
        news, self._news = self._news, []
        return [*news, *self._received()]

    def send(self, event: protocol.ClientEvent) -> None:
        """Send an event of the window's to the server."""
        self._exchange.send(event)

    def position(self) -> PlaybackPosition:
        """Return what the loudspeaker is playing now."""
        return self._exchange.position()

    def draw_avatar(self, framebuffer: moderngl.Framebuffer, viewport: Viewport) -> None:
        """Draw the host as they are at the sample that is heard now."""
        if self._hosts is not None:
            at = self._exchange.position().stream
            self._hosts.draw(self._figure, self._stage.pose_at(at), framebuffer, viewport, seconds=at / SAMPLE_RATE)

    def expect(self, figures: Sequence[str]) -> None:
        """Load who may be drawn soon."""
        if self._hosts is not None:
            self._hosts.expect(figures)

    def prepare(self) -> None:
        """Make the likeliest of them ready."""
        if self._hosts is not None:
            self._hosts.prepare()

    def show_host(self, item: tuple[float, float] | None, typing: bool) -> None:
        """Let the host look and point to the item when they mean it, and attend to a user who types."""
        if item is not None:
            self._stage.item = item
        self._exchange.typing(typing)

    def did(self, action: Action) -> None:
        """Write down what the user does."""
        if self._log is not None:
            self._log.did(action, self._exchange.position().stream)

    def load_picture(self, address: str) -> bytes | None:
        """Return the bytes of a card's picture."""
        return self._load_picture(address)

    def microphone(self, on: bool) -> None:
        """Start or stop listening."""
        if not on:
            self._close_microphone()
            self._news.append(MicrophoneChanged("off"))
            return
        if self._microphone is not None:
            return
        try:
            microphone = Microphone(self._output.now)
        except AudioUnavailableError as error:
            message = f"{error}. Typing works; `visavis doctor` says more."
            self._news.append(MicrophoneChanged("unavailable", message))
            return
        audio = {"input": {"format": {"type": "audio/pcm", "rate": MICROPHONE_RATE}}}
        self._client.send(protocol.SessionUpdate(session={"audio": audio}))
        self._microphone = microphone
        self._ears = threading.Thread(target=self._listen, args=(microphone,), name="visavis-ears", daemon=True)
        self._ears.start()
        self._news.append(MicrophoneChanged("on"))

    def listen(self, on: bool) -> None:
        """Send what the microphone hears, from a moment ago on, or keep it back."""
        self._gate.open(on)

    def volume(self, level: float) -> None:
        """Play the host at ``level``, 0..1."""
        self._exchange.playback.set_volume(level)

    def close(self) -> None:
        """End sound and connection; what was made for drawing goes with the window's context."""
        self._close_microphone()
        self._output.close()
        self._client.close()

    def _received(self) -> Iterator[ViewerEvent]:
        for event in self._exchange.receive():
            if isinstance(event, protocol.FeedOpened):
                self._figure = event.figure
            yield event

    def _listen(self, microphone: Microphone) -> None:
        reference = Reference(self._exchange.playback)
        for block in microphone.blocks():
            for heard in self._gate.passed(self._echo.cleaned(block.pcm, reference.block(block.heard))):
                self._exchange.speak(heard)

    def _close_microphone(self) -> None:
        if self._microphone is None or self._ears is None:
            return
        self._microphone.close()
        self._ears.join()
        self._microphone = self._ears = None
        self._client.send(protocol.InputAudioClear())


def run_app(
    url: str,
    assets: AssetStore,
    size: tuple[int, int],
    *,
    own_server: bool,
    log: Path | None = None,
    trace: Trace | None = None,
) -> None:
    """Open the window on a server and return when it is closed.

    Args:
        url: of the server.
        assets: figures and fonts.
        size: of the window, logical pixels.
        own_server: the viewer started it.
        log: where all that happens is written down, for a replay; None for nowhere.
        trace: told what happens, if given.

    Raises:
        ConnectionFailedError: nobody answers at ``url``.
        DisplayError: no window can be opened here.
        InputError: the log cannot be written.
    """
    with ExitStack() as open_things:
        header = Header(visavis_log=VERSION, size=size, fps=REPLAY_FPS, seed=SEED, today=datetime.now(UTC))
        logbook = None if log is None else open_things.enter_context(Logbook(log, header))
        app = ConnectedApp(url, assets, own_server=own_server, log=logbook, trace=trace)
        run_window(app, assets.path("fonts"), size=size)

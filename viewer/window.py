"""The window: keys and mouse become actions, events and actions become states, states become frames."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import moderngl
import pygame

from avatar.renderer import is_software
from server.protocol import ClientEvent
from viewer import actions, keys, theme
from viewer.acting import act
from viewer.actions import Action
from viewer.errors import DisplayError
from viewer.foresight import Foresight, figures_ahead
from viewer.layout import Rect
from viewer.pacing import Pacer
from viewer.scene import Scene, Viewport
from viewer.speech import PlaybackPosition
from viewer.state import ViewerEvent, ViewState, apply, expire

FRAMES_PER_SECOND = 60
HIDDEN_FRAMES_PER_SECOND = 10
HEARTBEAT = 0.25  # seconds after which even a window in which nothing happens is drawn again
SMALLEST_SIZE = (480, 320)
WHEEL_NOTCH = 64.0  # logical pixels
TEXT_LINE = 22.0  # logical pixels that one line of a scrolling key counts
REPEAT_MS = (380, 34)  # until a held key repeats, and between repeats
_SCALE_VARIABLES = ("VISAVIS_SCALE", "GDK_SCALE", "QT_SCALE_FACTOR")


class App(Protocol):
    """What stands behind the window: the connection, the sound and the body."""

    def attach(self, context: moderngl.Context) -> None:
        """Make what has to be made on the window's drawing context; called once, before the first frame."""

    def poll(self) -> Iterable[ViewerEvent]:
        """Return what has happened since the last call, in order; never waits."""

    def send(self, event: ClientEvent) -> None:
        """Send an event to the server; never waits."""

    def did(self, action: Action) -> None:
        """Take note of what the user does, before anything follows from it."""

    def position(self) -> PlaybackPosition:
        """Return what the loudspeaker is playing now."""

    def draw_avatar(self, framebuffer: moderngl.Framebuffer, viewport: Viewport) -> None:
        """Draw the host of the opened item over what is in ``viewport``, as they are at this instant."""

    def expect(self, figures: Sequence[str]) -> None:
        """Load the figures of hosts who may be drawn soon, the likeliest first; never waits."""

    def prepare(self) -> None:
        """Make the likeliest of them ready to be drawn; may take a frame's time or two, once."""

    def show_host(self, item: tuple[float, float] | None, typing: bool) -> None:
        """Let the host see where the item's text is (pitch and yaw, degrees) and whether the user types."""

    def load_picture(self, address: str) -> bytes | None:
        """Return the bytes of a card's picture; called on a thread of its own and may wait."""

    def microphone(self, on: bool) -> None:
        """Start or stop listening; what became of it comes as ``MicrophoneChanged`` from ``poll``."""

    def listen(self, on: bool) -> None:
        """Send what the microphone hears, or keep it back: the user holds the key to talk, or let go of it."""

    def volume(self, level: float) -> None:
        """Play the host at ``level``, 0..1."""

    def close(self) -> None:
        """End everything; called once, also after an error."""


def run_window(app: App, fonts: Path, *, size: tuple[int, int] = (1280, 720), scale: float | None = None) -> None:
    """Show the window until the user closes it, then close ``app``.

    Args:
        app: what stands behind it.
        fonts: the folder of the ``fonts`` asset.
        size: of the window, logical pixels (multiplied by the scale).
        scale: of the display; None asks the system.

    Raises:
        DisplayError: no window or no OpenGL 3.3.
        FontError: a font is missing.
    """
    try:
        window = Window(app, fonts, size=size, scale=scale)
        try:
            while window.frame():
                window.wait()
        finally:
            window.close()
    finally:
        app.close()


def display_scale() -> float:
    """Return physical pixels per logical pixel of the display, 1.0 where the system does not say."""
    for name in _SCALE_VARIABLES:
        value = os.environ.get(name, "")
        try:
            scale = float(value)
        except ValueError:
            continue
        if 0.5 <= scale <= 4.0:
            return scale
    if os.name == "nt":
        import ctypes  # noqa: PLC0415 - has what is needed on this system only

        dpi: int = ctypes.windll.user32.GetDpiForSystem()  # type: ignore[attr-defined,unused-ignore]
        return dpi / 96.0
    return _x_resources_dpi() / 96.0


def _x_resources_dpi() -> float:
    program = shutil.which("xrdb")
    if program is None or not os.environ.get("DISPLAY"):
        return 96.0
    answer = subprocess.run([program, "-query"], capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    for line in answer.stdout.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Xft.dpi" and value.strip().replace(".", "", 1).isdigit():
            return min(max(float(value), 48.0), 384.0)
    return 96.0


class Window:
    """One window with its state; ``frame`` does everything that belongs to one frame.

    Attributes:
        state: what is shown.
        scene: draws it.
        target: the framebuffer of the window.
        frame_seconds: what the last frame took, without waiting for the next.

    Raises:
        DisplayError: no window or no OpenGL 3.3.
        FontError: a font is missing.
    """

    def __init__(
        self, app: App, fonts: Path, *, size: tuple[int, int] = (1280, 720), scale: float | None = None
    ) -> None:
        self._app = app
        self._scale = scale or display_scale()
        self._context = _open(round(size[0] * self._scale), round(size[1] * self._scale))
        self._software = is_software(self._context)
        self._pacer = Pacer(software=self._software)
        self.scene = Scene(self._context, fonts, app.load_picture)
        self.state = ViewState()
        self.frame_seconds = 0.0
        self._size = pygame.display.get_window_size()
        self.target = self._screen()
        self._clock = pygame.time.Clock()
        self._pointer: tuple[int, int] | None = None
        self._dragging = False
        self._commanding = False  # the last key that went down did so with Ctrl or Cmd: it types nothing
        self._visible = True
        self._title = ""
        self._caret: Rect | None = None
        self._foresight = Foresight()
        self._hovered: int | None = None  # card under the pointer
        self._ahead: tuple[str, ...] = ()
        self._shown: tuple[ViewState, tuple[int, int] | None, tuple[int, int]] | None = None
        self._drawn_at = float("-inf")
        app.attach(self._context)

    def frame(self) -> bool:
        """Take in what has happened and draw one frame; return False once the window was closed."""
        begun = time.perf_counter()
        for event in pygame.event.get():
            if not self._handle(event):
                return False
        for news in self._app.poll():
            outcome = apply(self.state, news, begun)
            self.state = outcome.state
            self._send(outcome.send)
        self.state = expire(self.state, begun)
        self._look_ahead(begun)
        if self._visible:
            self._draw(begun)
        self.frame_seconds = time.perf_counter() - begun
        return True

    def wait(self) -> None:
        """Wait until the next frame is due."""
        self._clock.tick(FRAMES_PER_SECOND if self._visible else HIDDEN_FRAMES_PER_SECOND)

    def do(self, action: Action) -> None:
        """Do what the user asked."""
        self._app.did(action)
        before = self.state
        outcome = act(before, action, time.perf_counter())
        after = self.state = outcome.state
        if after.microphone != before.microphone:
            self._app.microphone(after.microphone == "on")
        hears, heard = _hears(after), _hears(before)
        if heard and not hears:
            self._app.listen(on=False)  # before the turn is ended
        self._send(outcome.send)
        if hears and not heard:
            self._app.listen(on=True)  # after the one before it was cleared
        if after.loudness != before.loudness:
            self._app.volume(after.loudness)

    def close(self) -> None:
        """Free everything and close the window."""
        self.scene.release()
        self._context.release()
        pygame.display.quit()

    def _send(self, events: Iterable[ClientEvent]) -> None:
        for event in events:
            self._app.send(event)

    def _screen(self) -> moderngl.Framebuffer:
        self._context.viewport = (0, 0, *self._size)
        return self._context.detect_framebuffer(0)

    def _draw(self, now: float) -> None:
        host_due = self.state.item is not None and self._pacer.due(now)
        size = pygame.display.get_window_size()
        shown = (self.state, self._pointer, size)
        still = self.scene.settled and now - self._drawn_at < HEARTBEAT
        if still and not host_due and shown == self._shown:
            return
        self._shown, self._drawn_at = shown, now
        if size != self._size:
            self._size = size
            self.target = self._screen()
        self.scene.draw(
            self.state,
            self.target,
            self._app.position(),
            self._draw_avatar,
            size=self._size,
            scale=self._scale,
            now=now,
            detail=self._pacer.detail if host_due else 0.0,
            pointer=self._pointer,
        )
        if self.scene.layout is not None:
            self._app.show_host(self.scene.layout.item_direction, bool(self.state.draft.text))
        self._retitle()
        self._place_input_method()
        pygame.display.flip()

    def _draw_avatar(self, framebuffer: moderngl.Framebuffer, viewport: Viewport) -> None:
        begun = time.perf_counter()
        self._app.draw_avatar(framebuffer, viewport)
        if self._software:
            self._context.finish()
            self._pacer.observe(time.perf_counter() - begun)

    def _look_ahead(self, now: float) -> None:
        self._send(self._foresight.follow(self.state, now, self._hovered))
        if not (self._foresight.resting or self.state.item is not None):
            return
        ahead = figures_ahead(self.state, self._hovered)
        if ahead != self._ahead:
            self._ahead = ahead
            self._app.expect(ahead)
        if self._foresight.resting:
            self._app.prepare()

    def _place_input_method(self) -> None:
        caret = self.scene.caret()
        if caret is not None and caret != self._caret:
            self._caret = caret
            pygame.key.set_text_input_rect(pygame.Rect(*caret))

    def _retitle(self) -> None:
        item = self.state.item
        title = "Visavis" if item is None else f"{item.host} · {item.card.title} · Visavis"
        if title != self._title:
            self._title = title
            pygame.display.set_caption(title)

    # -- what the user does ------------------------------------------------------------------------------------------

    def _handle(self, event: pygame.event.Event) -> bool:
        match event.type:
            case pygame.QUIT:
                return False
            case pygame.KEYDOWN:
                self._commanding = bool(event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META))
                return self._key(event.key, event.mod)
            case pygame.KEYUP if (action := keys.released(event.key, self.state)) is not None:
                self.do(action)
            case pygame.TEXTINPUT:
                if not self._commanding:
                    self._typed(event.text)
            case pygame.TEXTEDITING:
                self.do(actions.Compose(event.text))
            case pygame.MOUSEMOTION:
                self._moved(event.pos)
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._pressed(event.pos)
            case pygame.MOUSEBUTTONUP if event.button == pygame.BUTTON_LEFT:
                self._dragging = False
                if self.state.talking:
                    self.do(actions.Talk(held=False))
            case pygame.MOUSEWHEEL:
                self._wheel(event.precise_y)
            case pygame.WINDOWLEAVE:
                self._pointer = self._hovered = None
            case pygame.WINDOWMINIMIZED | pygame.WINDOWHIDDEN:
                self._visible = False
            case pygame.WINDOWRESTORED | pygame.WINDOWSHOWN | pygame.WINDOWEXPOSED:
                self._visible, self._shown = True, None
        return True

    def _key(self, key: int, modifiers: int) -> bool:
        if keys.quits(key, modifiers):
            return False
        if modifiers & (pygame.KMOD_CTRL | pygame.KMOD_META) and key in (pygame.K_v, pygame.K_c, pygame.K_x):
            self._clipboard(key)
            return True
        layout = self.scene.layout
        lines = keys.scroll_steps(key, self.state, feed_visible=layout is not None and layout.feed is not None)
        if lines:
            self.do(actions.ScrollTo("text", self.scene.scrolled("text", lines * TEXT_LINE)))
            return True
        action = keys.action_for(key, modifiers, self.state)
        if action is not None:
            self.do(action)
        return True

    def _typed(self, text: str) -> None:
        if self.state.focus == "microphone" and text == " ":
            return  # pressed the button
        self.do(actions.Insert(text))

    def _clipboard(self, key: int) -> None:
        if key == pygame.K_v:
            self.do(actions.Insert(pygame.scrap.get_text()))
        elif self.state.draft.selected:
            pygame.scrap.put_text(self.state.draft.selected)
            if key == pygame.K_x:
                self.do(actions.Erase("left"))

    def _moved(self, at: tuple[int, int]) -> None:
        self._pointer = at
        hit = self.scene.hit(*at)
        self._hovered = hit.index if isinstance(hit, actions.OpenCard | actions.SelectCard) else None
        if self._dragging:
            if isinstance(hit, actions.PlaceCaret):
                self.do(actions.PlaceCaret(hit.offset, select=True))
            return
        cursor = pygame.SYSTEM_CURSOR_ARROW
        if hit is not None:
            beam = isinstance(hit, actions.PlaceCaret)
            cursor = pygame.SYSTEM_CURSOR_IBEAM if beam else pygame.SYSTEM_CURSOR_HAND
        pygame.mouse.set_cursor(cursor)

    def _pressed(self, at: tuple[int, int]) -> None:
        self._pointer = at
        hit = self.scene.hit(*at)
        if hit is None:
            return
        self._dragging = isinstance(hit, actions.PlaceCaret)
        self.do(hit)

    def _wheel(self, notches: float) -> None:
        pane = self.scene.pane_at(*self._pointer) if self._pointer is not None else None
        if pane is not None:
            self.do(actions.ScrollTo(pane, self.scene.scrolled(pane, -notches * WHEEL_NOTCH)))


def _hears(state: ViewState) -> bool:
    """Return whether what the microphone hears is to be sent."""
    return state.talking if state.turns == "push_to_talk" else state.microphone == "on"


def _open(width: int, height: int) -> moderngl.Context:
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
    try:
        pygame.display.init()
        attributes = {
            pygame.GL_CONTEXT_MAJOR_VERSION: 3,
            pygame.GL_CONTEXT_MINOR_VERSION: 3,
            pygame.GL_CONTEXT_PROFILE_MASK: pygame.GL_CONTEXT_PROFILE_CORE,
            pygame.GL_CONTEXT_FLAGS: pygame.GL_CONTEXT_FORWARD_COMPATIBLE_FLAG,
        }
        for name, value in attributes.items():
            pygame.display.gl_set_attribute(name, value)
        pygame.display.set_caption("Visavis")
        pygame.display.set_icon(_icon())
        _set_mode((max(width, SMALLEST_SIZE[0]), max(height, SMALLEST_SIZE[1])))
        context: moderngl.Context = moderngl.create_context(require=330)
    except Exception as error:  # moderngl raises a bare Exception for a driver that is too old
        pygame.display.quit()
        raise DisplayError(
            f"no window with OpenGL 3.3 can be opened ({error}); `visavis doctor` says more, and "
            "`visavis visit -o visit.mp4` needs no window"
        ) from error
    pygame.key.set_repeat(*REPEAT_MS)
    pygame.key.start_text_input()
    return context


def _set_mode(size: tuple[int, int]) -> None:
    flags = pygame.OPENGL | pygame.DOUBLEBUF | pygame.RESIZABLE
    try:
        pygame.display.set_mode(size, flags, vsync=1)
    except pygame.error:  # this driver cannot wait for the screen; the clock paces the frames
        pygame.display.set_mode(size, flags)


def _icon() -> pygame.Surface:
    icon = pygame.Surface((64, 64), pygame.SRCALPHA)
    colour = tuple(round(255 * part) for part in theme.ACCENT[:3])
    pygame.draw.circle(icon, colour, (32, 32), 22)
    return icon

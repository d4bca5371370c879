"""What a frame shows, drawn without a window."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from avatar.renderer import OffscreenTarget, headless_context
from server.assets import AssetStore
from tests.viewer.doubles import (
    AVATAR_COLOUR,
    EVIDENCE,
    NOON,
    draw_coloured_avatar,
    in_conversation,
    opened,
    page,
    reached,
    session,
)
from viewer import actions, theme
from viewer.acting import act
from viewer.layout import Rect
from viewer.panels.feed import age_in_words
from viewer.pictures import PictureError, decode_picture
from viewer.scene import Scene
from viewer.speech import PlaybackPosition
from viewer.state import ViewState, notify

SIZE = (1280, 720)
SKY = (90, 130, 180)
LIT = theme.PANEL.mixed(theme.ACCENT, theme.ACCENT_UNDERLAY.alpha)
SPEAKING = PlaybackPosition(stream=0, generation=1, sample=13_000)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = headless_context()
    yield made
    made.release()


@pytest.fixture
def target(context: moderngl.Context) -> Iterator[OffscreenTarget]:
    made = OffscreenTarget(context, SIZE)
    yield made
    made.release()


def picture_bytes(address: str) -> bytes | None:
    if address == "broken":
        return b"not a picture"
    if address == "missing":
        return None
    encoded = io.BytesIO()
    Image.new("RGB", (320, 200), SKY).save(encoded, "PNG")
    return encoded.getvalue()


@pytest.fixture
def scene(context: moderngl.Context, assets: AssetStore) -> Iterator[Scene]:
    made = Scene(context, assets.path("fonts"), picture_bytes, today=lambda: NOON)
    yield made
    made.release()


class Frames:
    """Draws frames a tenth of a second apart and gives the last picture."""

    def __init__(self, scene: Scene, target: OffscreenTarget) -> None:
        self.scene, self.target, self.now = scene, target, 0.0

    def __call__(
        self, state: ViewState, position: PlaybackPosition | None = None, frames: int = 12, detail: float = 1.0
    ) -> NDArray[np.uint8]:
        for _ in range(frames):
            self.scene.draw(
                state,
                self.target.framebuffer,
                position or PlaybackPosition(),
                draw_coloured_avatar,
                size=self.target.size,
                scale=1.0,
                now=self.now,
                detail=detail,
            )
            self.now += 0.1
        return self.target.read()[..., :3]

    def panel(self, name: str) -> Rect:
        rect = getattr(self.scene.layout, name)
        assert isinstance(rect, Rect)
        return rect


@pytest.fixture
def frames(scene: Scene, target: OffscreenTarget) -> Frames:
    return Frames(scene, target)


def cut(picture: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    return picture[rect.y : rect.bottom, rect.x : rect.right]


def share(picture: NDArray[np.uint8], colour: tuple[float, ...], tolerance: int = 4) -> float:
    wanted = np.array([round(255 * part) for part in colour[:3]])
    return float((np.abs(picture.astype(int) - wanted).max(axis=2) <= tolerance).mean())


def talking() -> ViewState:
    return in_conversation()


def test_the_passage_of_the_spoken_sentence_is_lit_and_only_while_it_is_spoken(frames: Frames) -> None:
    silent = frames(talking())
    text = frames.panel("text")
    assert share(cut(silent, text), LIT) == 0.0
    assert share(cut(frames(talking(), SPEAKING), text), LIT) > 0.05
    assert share(cut(frames(talking()), text), LIT) == 0.0


def test_the_current_word_is_bright_and_later_words_are_not_there_yet(frames: Frames) -> None:
    early = frames(talking(), replace(SPEAKING, sample=1_000))
    late = frames(talking(), replace(SPEAKING, sample=40_000))
    stage = frames.panel("stage")
    foot = Rect(stage.x, stage.bottom - 120, stage.width, 110)
    assert share(cut(early, foot), theme.ACCENT) > 0.0
    assert share(cut(late, foot), theme.INK) > share(cut(early, foot), theme.INK) + 0.003


def test_the_host_fills_the_stage_and_keeps_out_of_the_panels(frames: Frames) -> None:
    picture = frames(talking())
    colour = tuple(value / 255 for value in AVATAR_COLOUR)
    assert share(cut(picture, frames.panel("stage")), colour) > 0.2
    for name in ("feed", "text", "field"):
        assert share(cut(picture, frames.panel(name)), colour) == 0.0


def test_the_stage_is_kept_when_the_host_is_not_drawn_anew(frames: Frames) -> None:
    before = frames(talking())
    after = frames(talking(), frames=1, detail=0.0)
    stage = frames.panel("stage")
    assert np.array_equal(cut(before, stage), cut(after, stage))


def test_nothing_is_repainted_while_nothing_changes(frames: Frames) -> None:
    frames(talking(), SPEAKING)
    assert frames.scene.settled
    before = frames.scene.repainted
    frames(talking(), SPEAKING)
    assert frames.scene.repainted == before


def test_typing_repaints_one_panel(frames: Frames) -> None:
    frames(talking())
    before = frames.scene.repainted
    frames(act(talking(), actions.Insert("Why?")).state, frames=1)
    assert frames.scene.repainted == before + 1


def test_choosing_a_card_far_down_brings_it_into_sight(frames: Frames) -> None:
    state = reached(session(), page(30))
    frames(state)
    picture = frames(act(state, actions.SelectCard(-1)).state, frames=16)
    assert share(cut(picture, frames.panel("feed")), theme.CARD_SELECTED) > 0.05


def test_evidence_out_of_sight_is_scrolled_into_sight(frames: Frames, context: moderngl.Context) -> None:
    state = talking()
    assert state.item is not None
    filler = "Nothing of this is being spoken about at the moment.\n\n" * 30
    shift = len(filler)
    passages = tuple((name, first + shift, last + shift) for name, first, last in state.item.passages)
    state = replace(state, item=replace(state.item, text=filler + state.item.text, passages=passages))
    assert share(cut(frames(state, SPEAKING, frames=16), frames.panel("text")), LIT) > 0.05
    assert EVIDENCE in {name for name, _, _ in passages}


def test_scrolling_by_hand_wins_over_following(frames: Frames) -> None:
    state = reached(session(), page(30))
    followed = frames(state)
    offset = frames.scene.scrolled("feed", 400)
    moved = frames(act(state, actions.ScrollTo("feed", offset)).state)
    feed = frames.panel("feed")
    assert share(cut(followed, feed), theme.CARD_SELECTED) > 0.05
    assert share(cut(moved, feed), theme.CARD_SELECTED) < 0.02
    assert frames.scene.scrolled("feed", 1e9) == frames.scene.scrolled("feed", 2e9)


def test_clicks_find_what_is_under_them(frames: Frames) -> None:
    frames(reached(session(), page(), opened()))
    microphone, field, send, feed = (frames.panel(name) for name in ("microphone", "field", "send", "feed"))
    hit = frames.scene.hit
    assert hit(microphone.x + 20, microphone.y + 20) == actions.ToggleMicrophone()
    assert isinstance(hit(field.x + 50, field.y + 20), actions.PlaceCaret)
    assert isinstance(hit(send.x + 20, send.y + 20), actions.Submit | actions.StopTalking)
    assert hit(feed.x + 40, feed.y + 100) == actions.OpenCard(0)
    assert hit(1, 1) is None


def test_a_click_on_the_caption_shows_the_passage_that_it_rests_on(frames: Frames) -> None:
    frames(talking(), SPEAKING)
    stage = frames.panel("stage")
    assert frames.scene.hit(stage.x + stage.width // 3, stage.bottom - 40) == actions.ShowEvidence((EVIDENCE,))
    elsewhere = act(talking(), actions.ShowEvidence(("p5",))).state
    lit = cut(frames(elsewhere, SPEAKING), frames.panel("text"))
    rows = np.flatnonzero((np.abs(lit.astype(int) - np.round(255 * np.array(LIT[:3]))).max(axis=2) <= 4).any(axis=1))
    assert rows.min() > lit.shape[0] // 2, "the last paragraph is lit and not the one that is spoken about"


def test_a_click_on_a_past_line_shows_what_it_rests_on(frames: Frames) -> None:
    frames(replace(talking(), tab="conversation"))
    text = frames.panel("text")
    hits = {frames.scene.hit(text.x + 60, y) for y in range(text.y, text.bottom, 3)}
    assert actions.ShowEvidence((EVIDENCE,)) in hits
    assert None in hits


def test_the_volume_can_be_set_and_muted_by_a_click(frames: Frames) -> None:
    frames(talking())
    stage = frames.panel("stage")
    row = stage.y + 28
    hits = [frames.scene.hit(x, row) for x in range(stage.right - 130, stage.right - 10, 2)]
    volumes = [hit.volume for hit in hits if isinstance(hit, actions.SetVolume)]
    assert volumes == sorted(volumes)
    assert {0.0, 0.5, 1.0} <= set(volumes)
    assert actions.ToggleSound() in hits


def test_in_push_to_talk_the_microphone_is_pressed_and_held(frames: Frames) -> None:
    by_hand = replace(talking(), turns="push_to_talk")
    before = frames(by_hand)
    microphone = frames.panel("microphone")
    assert frames.scene.hit(microphone.x + 20, microphone.y + 20) == actions.Talk(held=True)
    held = cut(frames(act(by_hand, actions.Talk(held=True)).state), microphone)
    assert share(held, theme.LIVE) > 0.4 > share(cut(before, microphone), theme.LIVE)


def test_a_click_into_the_draft_puts_the_caret_between_letters(frames: Frames) -> None:
    state = act(reached(session(), page(), opened()), actions.Insert("iiiiWWWW")).state
    frames(state)
    field = frames.panel("field")
    offsets = [frames.scene.hit(x, field.y + 20) for x in range(field.x + 18, field.right - 18, 4)]
    places = [hit.offset for hit in offsets if isinstance(hit, actions.PlaceCaret)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] == 8


def test_pictures_arrive_later_and_broken_ones_leave_a_sign(frames: Frames) -> None:
    for address, seen in (("good", True), ("broken", False), ("missing", False)):
        state = reached(session(), page(2, image=address))
        frames(state, frames=1)
        frames.scene.pictures.settle(10)
        picture = frames(state, frames=2)
        assert (share(cut(picture, frames.panel("feed")), tuple(part / 255 for part in SKY)) > 0.01) == seen


def test_huge_and_damaged_pictures_are_refused() -> None:
    encoded = io.BytesIO()
    Image.new("1", (9000, 9000)).save(encoded, "PNG")
    with pytest.raises(PictureError, match="9000x9000"):
        decode_picture(encoded.getvalue())
    with pytest.raises(PictureError, match="cannot be decoded"):
        decode_picture((picture_bytes("good") or b"")[:60])


def test_a_notice_lies_over_everything_and_goes(frames: Frames) -> None:
    state = notify(talking(), "The connection is lost.", "error", now=0.0)
    assert share(frames(state, frames=1), theme.TONES["error"]) > 0.0
    assert not frames.scene.settled
    assert share(frames(talking(), frames=2), theme.TONES["error"]) == 0.0


@pytest.mark.parametrize("size", [(480, 320), (640, 400), (720, 1280), (1920, 1080)])
@pytest.mark.parametrize("make", [ViewState, lambda: reached(session(), page(0)), talking])
def test_every_state_can_be_drawn_at_every_size(
    context: moderngl.Context, scene: Scene, size: tuple[int, int], make: Callable[[], ViewState]
) -> None:
    target = OffscreenTarget(context, size)
    picture = Frames(scene, target)(make(), SPEAKING, frames=2)
    target.release()
    assert picture.shape == (size[1], size[0], 3)
    assert len(np.unique(picture[..., 0])) > 10


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (None, ""),
        ("nonsense", ""),
        ("2025-06-10T11:59:50+00:00", "1 min ago"),
        ("2025-06-10T09:00:00+00:00", "3 h ago"),
        ("2025-06-10T09:00:00", "3 h ago"),
        ("2025-06-09T08:00:00+00:00", "yesterday"),
        ("2025-06-06T08:00:00+02:00", "4 days ago"),
        ("2025-02-01T00:00:00+00:00", "1 Feb"),
        ("2019-02-01T00:00:00+00:00", "1 Feb 2019"),
        ("2031-01-01T00:00:00+00:00", "1 Jan 2031"),
    ],
)
def test_age_in_words(published: str | None, words: str) -> None:
    assert age_in_words(published, NOON) == words

"""Where the panels are, from a small window to 4K."""

from __future__ import annotations

import itertools

import pytest

from viewer.layout import Layout, Rect, arrange

SIZES = [(640, 400), (800, 600), (1280, 720), (1920, 1080), (3840, 2160), (720, 1280), (480, 320), (2560, 700)]


def panels(layout: Layout) -> list[Rect]:
    parts = (layout.feed, layout.preview, layout.stage, layout.text, layout.microphone, layout.field, layout.send)
    return [rect for rect in (*parts, layout.hint) if rect is not None]


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", SIZES)
def test_panels_lie_in_the_window_without_overlap(size: tuple[int, int], scale: float, opened: bool) -> None:
    layout = arrange(size, scale, opened=opened)
    for rect in panels(layout):
        assert rect.x >= 0
        assert rect.y >= 0
        assert rect.right <= size[0]
        assert rect.bottom <= size[1]
    for one, other in itertools.combinations(panels(layout), 2):
        shared = one.intersection(other)
        assert not (shared.width and shared.height), (one, other)


@pytest.mark.parametrize("size", SIZES)
def test_an_opened_item_always_has_a_stage_and_an_input_line(size: tuple[int, int]) -> None:
    layout = arrange(size, 1.0, opened=True)
    assert layout.stage is not None
    assert layout.field is not None
    assert layout.stage.height >= 0.3 * size[1]
    assert layout.field.width >= 0.25 * size[0]


@pytest.mark.parametrize("size", SIZES)
def test_the_feed_always_has_its_cards(size: tuple[int, int]) -> None:
    layout = arrange(size, 1.0, opened=False)
    assert layout.feed is not None
    assert layout.feed.height > 0.4 * size[1]


def test_the_arrangement_follows_the_shape() -> None:
    assert arrange((1280, 720), 1.0, opened=True).arrangement == "wide"
    assert arrange((800, 600), 1.0, opened=True).arrangement == "medium"
    assert arrange((720, 1280), 1.0, opened=True).arrangement == "stacked"


def test_a_dense_display_gets_the_same_arrangement_in_more_pixels() -> None:
    plain, dense = arrange((1280, 720), 1.0, opened=True), arrange((2560, 1440), 2.0, opened=True)
    assert dense.arrangement == plain.arrangement
    assert dense.unit == pytest.approx(2 * plain.unit)
    assert plain.stage is not None
    assert dense.stage is not None
    assert dense.stage.width == pytest.approx(2 * plain.stage.width, abs=4)


def test_text_grows_with_the_window_but_less_than_it() -> None:
    units = [arrange(size, 1.0, opened=True).unit for size in ((640, 400), (1280, 720), (1920, 1080), (3840, 2160))]
    assert units == sorted(units)
    assert units[0] >= 0.8
    assert units[-1] <= 2.0


@pytest.mark.parametrize(("size", "scale"), [((0, 400), 1.0), ((640, -1), 1.0), ((640, 400), 0.0), ((640, 400), -2.0)])
def test_impossible_windows_are_refused(size: tuple[int, int], scale: float) -> None:
    with pytest.raises(ValueError, match="positive scale"):
        arrange(size, scale, opened=False)


def test_the_host_sees_the_text_to_their_left_where_it_stands_beside_them_and_below_where_it_is_stacked() -> None:
    beside = arrange((1280, 720), 1.0, opened=True).item_direction
    below = arrange((720, 1280), 1.0, opened=True).item_direction
    assert beside is not None
    assert below is not None
    assert 12.0 < beside[1] <= 32.0
    assert abs(beside[0]) < 15.0
    assert below[0] > 10.0
    assert abs(below[1]) < 5.0


def test_without_room_for_the_text_there_is_nothing_to_look_at() -> None:
    assert arrange((1280, 720), 1.0, opened=False).item_direction is None

"""A log makes the same pictures and the same sound again, and what is no log is refused by its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from avatar.renderer import headless_context
from avatar.stage import Stage
from server.assets import AssetStore
from tests.viewer.doubles import session
from tests.viewer.visits import VideoDouble, hold_visit, numbers_of
from viewer import actions
from viewer.cli import main
from viewer.client import Disconnected, Reconnecting
from viewer.errors import InputError
from viewer.film import Camera
from viewer.logbook import VERSION, Did, Header, Log, Logbook, picture_hash, read_log
from viewer.replay import Replay
from viewer.speech import PlaybackPosition
from viewer.visit import Visit

SIZE = (320, 224)
TODAY = datetime(2025, 6, 10, 12, 0, tzinfo=UTC)
HEADER = Header(visavis_log=VERSION, size=SIZE, fps=30, seed=7, today=TODAY, film=True)


def logged(path: Path) -> tuple[Visit, VideoDouble]:
    stage = Stage(HEADER.seed)
    with Logbook(path, HEADER) as log:
        visit, video, _ = hold_visit(stage, numbers_of(stage), log)
    return visit, video


def replayed(log: Log) -> tuple[list[str], np.ndarray]:
    stage = Stage(log.header.seed)
    shots = list(Replay(log, stage, numbers_of(stage)).shots())
    return [picture_hash(shot.picture) for shot in shots], np.concatenate([shot.sound for shot in shots])


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VideoDouble, Visit]:
    path = tmp_path_factory.mktemp("log") / "visit.jsonl"
    held, video = logged(path)
    return path, video, held


def test_a_replay_makes_the_pictures_of_the_visit_twice_alike(visit: tuple[Path, VideoDouble, Visit]) -> None:
    path, video, _ = visit
    log = read_log(path)
    hashes = [picture_hash(picture) for picture in video.pictures]
    assert list(log.hashes) == hashes
    assert len(set(hashes)) == len(hashes) > 100
    assert replayed(log)[0] == hashes
    assert replayed(log)[0] == hashes


def test_a_replay_sounds_as_the_visit_did_the_user_included(visit: tuple[Path, VideoDouble, Visit]) -> None:
    path, video, _ = visit
    whole = np.concatenate(video.sound)
    again = replayed(read_log(path))[1]
    assert np.array_equal(again, whole[: len(again)])
    assert len(whole) - len(again) <= 800  # of the last picture


def test_who_cuts_in_is_heard_over_a_host_who_makes_room_and_the_transcript_says_where(
    visit: tuple[Path, VideoDouble, Visit],
) -> None:
    path, _, held = visit
    hows = [json.loads(line)["event"].get("how") for line in path.read_text().splitlines() if '"server"' in line]
    assert [how for how in hows if how] == ["duck", "hold", "resume"]
    _, typed, spoken = held.turns
    assert typed.cut_off_after is not None
    assert typed.cut_off_after.startswith("They moved it")
    assert spoken.question == "Who paid?"
    assert spoken.cut_off_after is None
    assert typed.as_json()["cut_off_after"] == typed.cut_off_after


def test_another_seed_is_not_the_same_visit(visit: tuple[Path, VideoDouble, Visit]) -> None:
    log = read_log(visit[0])
    other = Log(Header(visavis_log=1, size=SIZE, fps=30, seed=8, today=TODAY, film=True), *_rest(log))
    assert replayed(other)[0] != list(log.hashes)


def _rest(log: Log) -> tuple[Any, ...]:
    return log.lines, log.pictures, log.hashes, log.end


def test_the_drawn_pictures_of_a_visit_and_of_two_replays_are_the_same_to_the_pixel(
    assets: AssetStore, tmp_path: Path
) -> None:
    context = headless_context()
    path = tmp_path / "visit.jsonl"
    stage = Stage(HEADER.seed)
    camera = Camera(context, assets, SIZE, stage, today=TODAY)
    with Logbook(path, HEADER) as log:
        hold_visit(stage, every(8, camera.picture), log, questions=())
    camera.release()
    recorded = read_log(path)
    assert len(set(recorded.hashes)) > 10
    for _ in range(2):
        again = Stage(HEADER.seed)
        camera = Camera(context, assets, SIZE, again, today=recorded.header.today)
        shots = Replay(recorded, again, every(8, camera.picture)).shots()
        assert [picture_hash(shot.picture) for shot in shots] == list(recorded.hashes)
        camera.release()
    context.release()


def every(count: int, draw: Callable[..., Any]) -> Callable[..., Any]:
    """Draw one picture of ``count`` and show it until the next: a test has not the time for all."""
    shown: list[Any] = []

    def picture(*view: Any) -> Any:
        shown.append(draw(*view) if len(shown) % count == 0 else shown[-1])
        return shown[-1]

    return picture


# --- windows


def test_the_log_of_a_window_becomes_a_film_of_what_happened_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "window.jsonl"
    header = Header(visavis_log=VERSION, size=SIZE, fps=20, seed=0, today=TODAY)
    with Logbook(path, header) as log:
        log.did(actions.Insert("Why?"), 24_000)
        log.did(actions.Back(), 36_000)
    shots = list(Replay(read_log(path), Stage(0), numbers_of(Stage(0))).shots())
    assert len(shots) == (36_000 + 12_000) * 20 // 24_000 + 1
    assert sum(len(shot.sound) for shot in shots) == (len(shots) - 1) * 1_200


def test_a_connection_that_broke_and_came_back_is_told_from_one_that_was_lost(tmp_path: Path) -> None:
    path = tmp_path / "window.jsonl"
    with Logbook(path, HEADER) as log:
        log.came(session(), PlaybackPosition(0), 0)
        log.came(Reconnecting("gone"), PlaybackPosition(2_400), 2_400)
        log.came(Disconnected("gone for good"), PlaybackPosition(24_000), 24_000)
    recorded = read_log(path)
    window = Log(msgspec.structs.replace(recorded.header, film=False), *_rest(recorded))
    replay = Replay(window, Stage(0), numbers_of(Stage(0)))
    states = [replay.state.status for _ in replay.shots()]
    assert list(dict.fromkeys(states)) == ["ready", "reconnecting", "lost"]


@pytest.mark.parametrize(
    "action",
    [
        actions.Insert("ä\n"),
        actions.MoveSelection(-3),
        actions.OpenCard(None),
        actions.MoveCaret("word_left", select=True),
        actions.ScrollTo("text", 12.5),
        actions.ShowTab("conversation"),
        actions.StopTalking(),
    ],
)
def test_every_action_comes_back_as_it_was(tmp_path: Path, action: actions.Action) -> None:
    path = tmp_path / "log.jsonl"
    with Logbook(path, HEADER) as log:
        log.did(action, 5)
    (line,) = read_log(path).lines
    assert isinstance(line, Did)
    assert line.value() == action


def test_pictures_of_cards_travel_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with Logbook(path, HEADER) as log:
        load = log.following({"a.png": b"\x00picture"}.get)
        assert load("a.png") == b"\x00picture"
        assert load("b.png") is None
    assert read_log(path).pictures == {"a.png": b"\x00picture", "b.png": None}


# --- what is no log

FIRST = '{"visavis_log":1,"size":[320,224],"fps":30,"seed":7,"today":"2025-06-10T12:00:00Z"}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not the log of a visit"),
        ("{}", "not the log of a visit"),
        ("\x00\xff", "not the log of a visit"),
        (FIRST.replace("320", "99999"), "not the log of a visit"),
        (FIRST.replace('log":1', 'log":2'), "version 2"),
        (FIRST + "\n[]", "line 2"),
        (FIRST + '\n{"kind":"user","at":0,"action":"Explode"}', "Explode"),
        (FIRST + '\n{"kind":"user","at":0,"action":"Insert","fields":{"text":5}}', "Insert"),
        (FIRST + '\n{"kind":"user","at":-1,"action":"Back"}', "line 2"),
        (FIRST + '\n{"kind":"user","at":99999999999,"action":"Back"}', "line 2"),
        (FIRST + '\n{"kind":"user","at":9,"action":"Back"}\n{"kind":"user","at":3,"action":"Back"}', "back in time"),
        (FIRST + '\n{"kind":"sound","at":0,"given":0,"generation":1,"first":0,"pcm":"AAAA"}', "half a sample"),
        (FIRST + '\n{"kind":"server","at":0,"given":0,"event":{"type":"no.such"}}', "line 2"),
    ],
)
def test_what_is_no_log_is_refused_and_the_line_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=words):
        read_log(path)
    assert main(["replay", str(path), "-o", str(tmp_path / "clip.mp4")]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "clip.mp4").exists()


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl"):
        read_log(tmp_path / "nowhere.jsonl")

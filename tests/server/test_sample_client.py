"""samples/talk.py, run as a user runs it, against a real server."""

from __future__ import annotations

import asyncio
import sys
import wave
from pathlib import Path

import numpy as np

from server.gateway import Gateway
from server.services import Services
from tests.server.doubles import DoubleHouse

TALK = Path(__file__).parents[2] / "samples" / "talk.py"


async def talked(house: Services | DoubleHouse, *arguments: str) -> tuple[int, str, str]:
    """Run the client; return its exit code and what it printed."""
    async with Gateway(house).open(port=0) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(TALK), "--url", url, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode(), errors.decode()


def test_it_prints_what_the_host_says_with_the_evidence_and_saves_the_sound(services: Services, tmp_path: Path) -> None:
    item = services.shelf().page(0, 1).shown[0].item
    saved = tmp_path / "answer.wav"
    code, out, errors = asyncio.run(
        talked(services, "--item", item.id, "--ask", "When did the pier open?", "--save", str(saved))
    )
    assert code == 0, errors
    answer = next(line for line in out.splitlines() if "1904" in line)
    evidence = answer.rpartition("[")[2].rstrip("]")
    assert "1904" in next(passage.text for passage in item.passages if passage.id == evidence)
    with wave.open(str(saved)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(sound) > 3 * 24_000
    assert np.abs(sound.astype(int)).max() > 3_000


def test_it_says_what_is_wrong(tmp_path: Path) -> None:
    code, _, errors = asyncio.run(talked(DoubleHouse(), "--item", "nowhere", "--save", str(tmp_path / "x.wav")))
    assert code == 1
    assert "nowhere" in errors

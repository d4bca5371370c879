from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

from server.assets import AssetStore
from viewer import doctor


def report() -> tuple[int, str]:
    screen = io.StringIO()
    return doctor.run_doctor(Console(file=screen, width=200)), screen.getvalue()


def executable(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_machine_that_can_make_a_visit_is_told_so(assets: AssetStore) -> None:
    code, screen = report()
    assert code == 0, screen
    for name in doctor.CHECKS:
        assert name in screen
    assert "OpenGL" in screen
    assert "A visit can be made here" in screen


def test_missing_assets_name_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_CACHE", str(tmp_path))
    code, screen = report()
    assert code == 1
    assert "-> visavis assets" in screen
    assert "A visit cannot be made yet: assets" in screen


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VISAVIS_CACHE", str(tmp_path / "file"))
    finding = doctor._in_own_process("disk")
    assert finding.state == "broken"
    assert "VISAVIS_CACHE" in finding.text


def test_without_a_display_visits_are_filmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    finding = doctor._in_own_process("window")
    assert finding.state == "absent"
    assert "filmed" in finding.advice


def test_a_driver_that_crashes_does_not_crash_the_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable(tmp_path / "python", "kill -SEGV $$"))
    finding = doctor._in_own_process("drawing")
    assert finding.state == "broken"
    assert "SIGSEGV" in finding.text


def test_a_driver_that_hangs_does_not_hang_the_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable(tmp_path / "python", "exec cat /dev/zero >/dev/null"))
    monkeypatch.setattr(doctor, "PROBE_SECONDS", 0.1)
    assert doctor._in_own_process("drawing").text.startswith("no answer")


def test_a_library_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "av.py").write_text('raise ImportError("libavcodec is of another version")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    finding = doctor._in_own_process("video")
    assert finding.state == "broken"
    assert "libavcodec is of another version" in finding.text


@pytest.mark.parametrize("name", ["loudspeaker", "microphone"])
def test_a_missing_sound_library_names_the_package(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    finding = doctor._in_own_process(name)
    assert finding.state == "absent"
    assert finding.advice == "apt-get install libportaudio2"

"""``visavis doctor``: what works on this machine, what does not, and the command that puts it right.

Every check runs in a process of its own (``python -m viewer.doctor NAME``), because what is checked are drivers and
native libraries, which may crash or hang instead of raising.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from server.assets import AssetError, AssetStore

PROBE_SECONDS = 60.0  # software drivers on a busy machine need a few seconds; a hanging one never ends
LOW_DISK_BYTES = 1 << 30
PACKAGES = ("av", "hibari-tts", "moderngl", "numpy", "onnxruntime", "pygame-ce", "websockets", "xllamacpp")
SIGNS = {"ok": "[green]ok[/]", "absent": "[yellow]--[/]", "broken": "[red]NOT[/]"}


class Finding(msgspec.Struct, frozen=True):
    """What one check found.

    Attributes:
        state: "absent" is something that a visit can do without, "broken" something that it cannot.
        text: what is there, or what is wrong.
        advice: the command that puts it right or what to do instead; "" when nothing is to be done.
    """

    state: Literal["ok", "absent", "broken"]
    text: str
    advice: str = ""


def run_doctor(console: Console) -> int:
    """Check everything and print a line for each.

    Returns:
        0 when a visit can be made here (if only as a video), 1 when something that it needs is broken.
    """
    with ThreadPoolExecutor(max_workers=2) as pool, console.status("Looking at this machine"):
        findings = dict(zip(CHECKS, pool.map(_in_own_process, CHECKS), strict=True))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, finding in findings.items():
        advice = f"\n[cyan]-> {escape(finding.advice)}[/]" if finding.advice else ""
        table.add_row(SIGNS[finding.state], name, escape(finding.text) + advice)
    console.print(table)
    broken = [name for name, finding in findings.items() if finding.state == "broken"]
    if broken:
        console.print(f"\nA visit cannot be made yet: {', '.join(broken)}.", style="red")
        return 1
    console.print("\nA visit can be made here.", style="green")
    return 0


def _in_own_process(name: str) -> Finding:
    command = [sys.executable, "-m", "viewer.doctor", name]
    folder = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
    environment["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=PROBE_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding("broken", f"no answer within {PROBE_SECONDS:.0f} s", "try again when the machine is less busy")
    if done.returncode < 0:
        return Finding("broken", f"the check was killed by {signal.Signals(-done.returncode).name}")
    try:
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=Finding)
    except (IndexError, msgspec.DecodeError):
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Finding("broken", last, 'reinstall: pip install --force-reinstall "visavis"')


def _check_versions() -> Finding:
    def version(package: str) -> str | None:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            return None

    versions = {package: version(package) for package in PACKAGES}
    missing = [package for package, found in versions.items() if found is None]
    here = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}; " + ", ".join(
        f"{package} {found}" for package, found in versions.items() if found
    )
    if missing:
        return Finding("broken", f"{here}; not installed: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Finding("ok", here)


def _check_drawing() -> Finding:
    import moderngl  # noqa: PLC0415 - each check loads only what it checks

    advice = "apt-get install --no-install-recommends libegl1 libgl1 libgl1-mesa-dri"
    settings: dict[str, Any] = {"backend": "egl"} if sys.platform == "linux" else {}
    try:
        context = moderngl.create_standalone_context(require=330, **settings)
    except Exception as error:  # noqa: BLE001 - moderngl raises plain Exception for a missing library
        return Finding("broken", f"no off-screen OpenGL 3.3: {error}", advice)
    facts = context.info
    software = "llvmpipe" in facts["GL_RENDERER"] or "softpipe" in facts["GL_RENDERER"]
    return Finding(
        "ok", f"{facts['GL_RENDERER']}, OpenGL {context.version_code / 100:.1f}{', in software' if software else ''}"
    )


def _check_window() -> Finding:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Finding("absent", "no display", 'visits are filmed instead: visavis --ask "Who are you?"')
    import moderngl  # noqa: PLC0415 - each check loads only what it checks
    import pygame  # noqa: PLC0415 - each check loads only what it checks

    try:
        pygame.display.init()
        for attribute, value in (
            (pygame.GL_CONTEXT_MAJOR_VERSION, 3),
            (pygame.GL_CONTEXT_MINOR_VERSION, 3),
            (pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE),
        ):
            pygame.display.gl_set_attribute(attribute, value)
        pygame.display.set_mode((64, 64), pygame.OPENGL | pygame.HIDDEN)
        renderer = moderngl.create_context(require=330).info["GL_RENDERER"]
    except Exception as error:  # noqa: BLE001 - pygame.error, and plain Exception from moderngl
        return Finding("absent", f"no window with OpenGL 3.3: {error}", "install this graphics card's driver")
    width, height = pygame.display.get_desktop_sizes()[0]
    return Finding("ok", f"{pygame.display.get_driver()}, {width}x{height}, {renderer}")


def _check_loudspeaker() -> Finding:
    return _sound_device("output")


def _check_microphone() -> Finding:
    return _sound_device("input")


def _sound_device(kind: Literal["input", "output"]) -> Finding:
    what, without = ("microphone", "typing works") if kind == "input" else ("loudspeaker", "captions and videos work")
    try:
        import sounddevice  # noqa: PLC0415 - each check loads only what it checks
    except OSError as error:  # the PortAudio library is not there
        return Finding("absent", f"{error}; {without}", "apt-get install libportaudio2")
    try:
        device = sounddevice.query_devices(kind=kind)
        check = sounddevice.check_input_settings if kind == "input" else sounddevice.check_output_settings
        check(samplerate=24_000 if kind == "output" else 16_000, channels=1, dtype="int16")
    except (sounddevice.PortAudioError, ValueError) as error:
        return Finding("absent", f"no {what} ({error}); {without}", "plug one in, or choose one in the system")
    return Finding("ok", f"{device['name']}, {device['default_samplerate']:.0f} Hz")


def _check_camera() -> Finding:
    parts = []
    try:
        parts.append(f"mediapipe {importlib.metadata.version('mediapipe')}")
        advice = ""
    except importlib.metadata.PackageNotFoundError:
        parts.append("mediapipe is not installed")
        advice = 'pip install "visavis[puppet]"'
    if sys.platform == "linux":
        cameras = sorted(str(path) for path in Path("/dev").glob("video*"))
        parts.append(f"cameras: {', '.join(cameras)}" if cameras else "no camera")
        if not cameras:
            return Finding("absent", "; ".join(parts), advice)
    return Finding("absent" if advice else "ok", "; ".join(parts), advice)


def _check_video() -> Finding:
    import av  # noqa: PLC0415 - each check loads only what it checks

    missing = [name for name in ("libx264", "aac") if name not in av.codecs_available]
    if missing:
        return Finding("broken", f"PyAV cannot write {', '.join(missing)}", "pip install --force-reinstall av")
    return Finding("ok", "H.264 and AAC")


def _check_language() -> Finding:
    import xllamacpp  # noqa: PLC0415 - importing it is the check: it dies on a processor that it was not built for

    return Finding("ok", f"xllamacpp {importlib.metadata.version(xllamacpp.__name__)}")


def _check_assets() -> Finding:
    store = AssetStore()
    missing = [state.name for state in store.states() if state.asset.default and not state.present]
    present = [state.name for state in store.states() if state.present]
    if missing:
        return Finding("broken", f"missing in {store.cache}: {', '.join(missing)}", "visavis assets")
    return Finding("ok", f"{', '.join(present)} in {store.cache}")


def _check_disk() -> Finding:
    try:
        folder = AssetStore().derived
    except AssetError as error:
        return Finding("broken", str(error))
    free = shutil.disk_usage(folder).free
    text = f"{free / (1 << 30):.1f} GiB free for {folder.parent}"
    if free < LOW_DISK_BYTES:
        return Finding("absent", text, "free some space, or set VISAVIS_CACHE to a folder on another disk")
    return Finding("ok", text)


CHECKS: dict[str, Callable[[], Finding]] = {
    "versions": _check_versions,
    "drawing": _check_drawing,
    "window": _check_window,
    "loudspeaker": _check_loudspeaker,
    "microphone": _check_microphone,
    "camera": _check_camera,
    "video": _check_video,
    "language": _check_language,
    "assets": _check_assets,
    "disk": _check_disk,
}

if __name__ == "__main__":
    print(msgspec.json.encode(CHECKS[sys.argv[1]]()).decode())

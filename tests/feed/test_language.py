"""Language models: a chat endpoint played by a small server of our own, and the real local model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from feed.language import (
    EndpointRefusedError,
    EndpointStreamError,
    EndpointUnreachableError,
    LocalModel,
    Message,
    ModelFileError,
    RemoteModel,
)
from feed.language.remote import completions_address
from server.assets import AssetStore

ASKED = (Message("system", "Answer in one word."), Message("user", "What is the capital of France?"))


class EndpointDouble(ThreadingHTTPServer):
    """A chat endpoint that plays one of several scenes, told by the name of the model asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.left = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: EndpointDouble

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.keys.append(self.headers.get("Authorization"))
        scene = body["model"]
        if scene == "broken":
            self._send(500, b"out of memory")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        getattr(self, f"_{scene}")()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def _data(self, payload: str) -> None:
        self.wfile.write(f"data: {payload}\n\n".encode())
        self.wfile.flush()

    def _piece(self, text: str) -> None:
        self._data(json.dumps({"choices": [{"delta": {"content": text}}]}))

    def _good(self) -> None:
        self.wfile.write(b": a comment\nevent: message\n")
        self._data(json.dumps({"choices": [{"delta": {"role": "assistant"}}]}))
        for piece in ("It is ", "Paris", "."):
            self._piece(piece)
        self._data("[DONE]")

    def _repeats(self) -> None:
        for piece in ("No, it ", "says so."):
            self._piece(piece)
        self._data("[DONE]")

    def _garbage(self) -> None:
        self._piece("It is ")
        self._data("{not json")

    def _reports(self) -> None:
        self._data(json.dumps({"error": {"message": "model is gone"}}))

    def _nothing(self) -> None:
        pass

    def _silent(self) -> None:
        self._piece("It ")
        self.server.left.wait(20)

    def _endless(self) -> None:
        try:
            while not self.server.left.is_set():
                self._piece("and ")
                self.server.left.wait(0.005)
        except OSError:
            self.server.left.set()


@pytest.fixture
def endpoint() -> Iterator[EndpointDouble]:
    double = EndpointDouble()
    thread = threading.Thread(target=double.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield double
    double.left.set()
    double.shutdown()
    double.server_close()


def written(endpoint: EndpointDouble, scene: str, *, prefix: str = "", silence: float = 5.0) -> str:
    model = RemoteModel(endpoint.url, scene, "sesame", silence_seconds=silence)
    return "".join(model.stream(ASKED, max_tokens=9, temperature=0.1, cancelled=lambda: False, prefix=prefix))


def test_an_endpoints_answer_arrives_in_pieces(endpoint: EndpointDouble) -> None:
    assert written(endpoint, "good") == "It is Paris."
    body = endpoint.bodies[0]
    assert body["stream"] is True
    assert body["max_tokens"] == 9
    assert body["messages"] == [{"role": m.role, "content": m.content} for m in ASKED]
    assert endpoint.keys == ["Bearer sesame"]


def test_a_prefix_that_the_endpoint_repeats_is_not_said_twice(endpoint: EndpointDouble) -> None:
    assert written(endpoint, "repeats", prefix="No,").strip() == "it says so."
    assert written(endpoint, "good", prefix="No,") == "It is Paris."


def test_an_http_error_is_told_with_its_status(endpoint: EndpointDouble) -> None:
    with pytest.raises(EndpointRefusedError, match=r"500.*out of memory") as refused:
        written(endpoint, "broken")
    assert refused.value.status == 500


@pytest.mark.parametrize(
    ("scene", "message"), [("garbage", "no chat event"), ("reports", "model is gone"), ("nothing", "without an answer")]
)
def test_a_stream_that_breaks_the_api_is_told(endpoint: EndpointDouble, scene: str, message: str) -> None:
    with pytest.raises(EndpointStreamError, match=message):
        written(endpoint, scene)


def test_a_silent_endpoint_is_given_up(endpoint: EndpointDouble) -> None:
    with pytest.raises(EndpointUnreachableError, match="silent"):
        written(endpoint, "silent", silence=0.2)


def test_an_endpoint_that_is_not_there_is_told(free_port: int) -> None:
    model = RemoteModel(f"http://127.0.0.1:{free_port}", "any", None)
    with pytest.raises(EndpointUnreachableError):
        list(model.stream(ASKED, max_tokens=9, temperature=0.1, cancelled=lambda: False))


def test_a_cancel_ends_the_answer_and_closes_the_connection(endpoint: EndpointDouble) -> None:
    pieces: list[str] = []
    model = RemoteModel(endpoint.url, "endless", None)
    for piece in model.stream(ASKED, max_tokens=9, temperature=0.1, cancelled=lambda: len(pieces) >= 3):
        pieces.append(piece)
    assert len(pieces) == 3
    assert endpoint.left.wait(5)


def test_a_cancel_does_not_wait_for_a_silent_endpoint(endpoint: EndpointDouble) -> None:
    heard: list[str] = []
    model = RemoteModel(endpoint.url, "silent", None, silence_seconds=60)
    for piece in model.stream(ASKED, max_tokens=9, temperature=0.1, cancelled=lambda: bool(heard)):
        heard.append(piece)
    assert heard == ["It "]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://host:11434", "http://host:11434/v1/chat/completions"),
        ("https://host/v1/", "https://host/v1/chat/completions"),
        ("https://host/api/chat/completions", "https://host/api/chat/completions"),
        ("https://host/v1?version=2", "https://host/v1/chat/completions?version=2"),
    ],
)
def test_a_base_address_is_completed(url: str, address: str) -> None:
    assert completions_address(url) == address


@pytest.mark.parametrize("url", ["", "host/v1", "ftp://host/v1", "http://", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="VISAVIS_LLM_URL"):
        RemoteModel(url, "any", None)


def test_an_endpoint_needs_a_model_name() -> None:
    with pytest.raises(ValueError, match="VISAVIS_LLM_MODEL"):
        RemoteModel("http://host", " ", None)


def test_missing_weights_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot read"):
        LocalModel(tmp_path / "none.gguf")


def test_a_file_that_is_no_model_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "web.gguf").write_text("<html>not found</html>")
    with pytest.raises(ModelFileError, match="not a GGUF"):
        LocalModel(tmp_path / "web.gguf")


def test_weights_that_break_off_are_told_when_loaded(tmp_path: Path) -> None:
    (tmp_path / "cut.gguf").write_bytes(b"GGUF" + bytes(64))
    model = LocalModel(tmp_path / "cut.gguf")
    with pytest.raises(ModelFileError, match="cannot be loaded"):
        list(model.stream(ASKED, max_tokens=4, temperature=0.0, cancelled=lambda: False))


@pytest.fixture(scope="module")
def local(assets: AssetStore) -> Iterator[LocalModel]:
    model = LocalModel(next(assets.path("language-small").glob("*.gguf")))
    yield model
    model.close()


def test_the_local_model_writes(local: LocalModel) -> None:
    text = "".join(local.stream(ASKED, max_tokens=8, temperature=0.0, cancelled=lambda: False))
    assert "Paris" in text


def test_the_local_model_goes_on_from_a_prefix(local: LocalModel) -> None:
    text = "".join(local.stream(ASKED, max_tokens=6, temperature=0.0, cancelled=lambda: False, prefix="The city of"))
    assert text.lstrip().startswith("Paris")


def test_the_local_model_stops_within_a_token_of_a_cancel(local: LocalModel) -> None:
    pieces: list[str] = []
    story = [Message("user", "Count from one to one hundred in words.")]
    for piece in local.stream(story, max_tokens=300, temperature=0.0, cancelled=lambda: len(pieces) >= 2):
        pieces.append(piece)
    assert len(pieces) == 2
    again = "".join(local.stream(ASKED, max_tokens=8, temperature=0.0, cancelled=lambda: False))
    assert "Paris" in again  # the generation that was left does not hold the model


def test_a_consumer_may_leave_in_the_middle(local: LocalModel) -> None:
    stream = local.stream([Message("user", "Tell a story.")], max_tokens=300, temperature=0.0, cancelled=lambda: False)
    next(stream)
    del stream
    assert "Paris" in "".join(local.stream(ASKED, max_tokens=8, temperature=0.0, cancelled=lambda: False))


def test_two_threads_take_turns(local: LocalModel) -> None:
    texts: list[str] = []

    def write() -> None:
        texts.append("".join(local.stream(ASKED, max_tokens=8, temperature=0.0, cancelled=lambda: False)))

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(texts) == 2
    assert all("Paris" in text for text in texts)

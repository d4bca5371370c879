"""A small client: asks an item your questions, prints what its host says, and plays it or saves it as a WAV file.

    visavis serve --feed samples/feed.json
    python samples/talk.py --ask "Who are you?" --save answer.wav

Without --ask it takes questions from the terminal. It needs the package websockets, and sounddevice to play.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
import wave
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

RATE = 24_000  # Hz, 16-bit mono
HEADER = struct.Struct("<IQ")  # of a frame of sound: generation, first sample


def send(socket: ClientConnection, kind: str, **fields: Any) -> None:
    """Send an event."""
    socket.send(json.dumps({"type": kind, **fields}))


def answer(socket: ClientConnection, aloud: bool) -> bytes:
    """Take an answer: print its sentences and what they rest on, play it if ``aloud``, and return its sound."""
    sound = bytearray()
    for frame in socket:
        if isinstance(frame, bytes):
            sound += frame[HEADER.size :]
            continue
        event = json.loads(frame)
        if event["type"] == "error":
            sys.exit(event["error"]["message"])
        for mark in event.get("marks", []):
            if mark["kind"] == "sentence":
                print(mark["text"], *(f"[{passage}]" for passage in mark.get("evidence", [])))
        if event["type"] == "response.done":
            break
    if aloud:
        import sounddevice  # noqa: PLC0415 - only who wants to hear needs it

        with sounddevice.RawOutputStream(RATE, channels=1, dtype="int16") as speaker:
            speaker.write(bytes(sound))
    # what was heard is what the host takes as said
    send(socket, "avatar.playback", generation=event["response"]["generation"], sample=len(sound) // 2)
    return bytes(sound)


def talk(url: str, questions: list[str], save: str | None) -> None:
    """Meet the host of an item and ask; without questions ask what is typed, until an empty line."""
    with connect(url, subprotocols=[Subprotocol("visavis.v1")]) as socket:
        said = [answer(socket, aloud=not save)]  # the introduction
        for question in questions or iter(lambda: input("> "), ""):
            content = [{"type": "input_text", "text": question}]
            send(socket, "conversation.item.create", item={"type": "message", "role": "user", "content": content})
            send(socket, "response.create")
            said.append(answer(socket, aloud=not save))
    if save:
        with wave.open(save, "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(b"".join(said))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="ws://127.0.0.1:8787/v1/realtime")
    parser.add_argument("--item", default="hester-lorne", help="whose host to talk to (default: %(default)s)")
    parser.add_argument("--ask", action="append", help="a question; may be given more than once")
    parser.add_argument("--save", help="a WAV file to write instead of playing")
    options = parser.parse_args()
    talk(f"{options.url}?item={options.item}", options.ask, options.save)

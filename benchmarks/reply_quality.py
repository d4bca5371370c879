"""How well replies answer questions about feeds: right, on the right passage, honest when the text is silent.

Two sets of conversations, measured side by side: ``tuned`` is about the sample feed, with which the replies were made;
``held_out`` is about other feeds (local news in RSS, a science and technology feed, a folder of notes), written by
somebody who had not read the code. Faults of a general kind that it showed have been mended since, so a fresh set says
more than either.

Of each turn: ``say``, a pattern that the reply must match; ``holds``, a pattern of the passage that a sentence of the
reply must cite ("" for none); ``never``, a pattern of what would be false to say ("" for none); and its kind.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec

from benchmarks.figures import Figure, arguments, median, show
from feed.checker import Checker
from feed.embeddings import MiniLM
from feed.items import Item
from feed.language import LanguageModel, LocalModel
from feed.replies import Replier, Sentence, Turn
from feed.retrieval import Retriever
from feed.sources import load
from feed.store import Store
from server.assets import AssetStore

ROOT = Path(__file__).parent.parent
QUESTIONS = {
    "tuned": Path(__file__).parent / "reply_questions.json",
    "held_out": Path(__file__).parent / "reply_questions_held_out.json",
}
MODELS = ("none", "language-small", "language")


class Asked(msgspec.Struct):
    """A turn and what a good reply to it is."""

    ask: str
    kind: str
    say: str
    holds: str
    never: str = ""


class Dialogue(msgspec.Struct):
    """Turns about one item, in order."""

    item: str
    turns: list[Asked]
    feed: str = "samples/feed.json"


class Marked(msgspec.Struct):
    """A reply and what is wrong with it: "answer", "evidence", "false", "invented"; nothing when it is good."""

    asked: Asked
    reply: tuple[Sentence, ...]
    faults: tuple[str, ...]
    seconds: float


def main() -> None:
    """Ask all questions and show the shares that were answered well."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--model", choices=MODELS, default="none", help="who phrases the answers")
    parser.add_argument("--set", choices=("all", *QUESTIONS), default="all", help="which questions to ask")
    parser.add_argument("--gguf", type=Path, help="weights to use instead of the asset's")
    parser.add_argument("--embeddings", type=Path, help="folder of the embedding model to use instead of the asset's")
    parser.add_argument("--faults", action="store_true", help="print every reply that has a fault")
    chosen = parser.parse_args()
    model = _model(chosen.model, chosen.gguf)
    embedder = MiniLM(chosen.embeddings or AssetStore().path("embeddings"))
    shown: dict[str, Figure] = {}
    for name in QUESTIONS if chosen.set == "all" else [chosen.set]:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "store.db")
            marked = ask_all(store, Replier(Retriever(store, embedder), model), name)
            store.close()
        if chosen.faults:
            _print_faults(name, marked)
        shown |= {f"{name}_{key}": figure for key, figure in figures(marked).items()}
    show(f"replies, model: {chosen.model}", shown, as_json=chosen.json)


def _print_faults(name: str, marked: list[Marked]) -> None:
    for entry in marked:
        if entry.faults:
            spoken = " | ".join(f"{sentence.text} {list(sentence.evidence)}" for sentence in entry.reply)
            print(f"{name} {'+'.join(entry.faults)}: {entry.asked.ask} -> {spoken}")


def _model(name: str, gguf: Path | None) -> LanguageModel | None:
    if name == "none":
        return None
    if gguf is None:
        gguf = next(AssetStore().path(name).glob("*.gguf"))
    return LocalModel(gguf)


def ask_all(store: Store, replier: Replier, name: str) -> list[Marked]:
    """Hold every conversation of a set and mark every reply."""
    marked: list[Marked] = []
    dialogues = msgspec.json.decode(QUESTIONS[name].read_bytes(), type=list[Dialogue])
    for feed in dict.fromkeys(dialogue.feed for dialogue in dialogues):
        store.put(load(str(ROOT / feed)))
    for dialogue in dialogues:
        item = store.get(dialogue.item)
        replier.warm(item)
        history: list[Turn] = []
        for asked in dialogue.turns:
            began = time.perf_counter()
            first = 0.0
            reply: list[Sentence] = []
            for sentence in replier.reply(item, asked.ask, history):
                first = first or time.perf_counter() - began
                reply.append(sentence)
            marked.append(Marked(asked, tuple(reply), tuple(faults(item, asked, reply)), first))
            history.append(Turn(asked.ask, tuple(reply)))
    return marked


def faults(item: Item, asked: Asked, reply: list[Sentence]) -> list[str]:
    """Return what is wrong with a reply."""
    passages = {passage.id: passage.text for passage in item.passages}
    found = []
    spoken = " ".join(sentence.text for sentence in reply)
    if not re.search(asked.say, spoken):
        found.append("answer")
    if asked.never and re.search(asked.never, spoken):
        found.append("false")
    cited = [passages[key] for sentence in reply for key in sentence.evidence]
    if asked.holds and not any(re.search(asked.holds, text) for text in cited):
        found.append("evidence")
    for sentence in reply:
        evidence = [passages[key] for key in sentence.evidence]
        problem = Checker([*evidence, item.text], [item.persona.name]).problem(sentence.text) if evidence else None
        if problem is not None and problem.kind in ("number", "name"):
            found.append("invented")
    return found


def figures(marked: list[Marked]) -> dict[str, Figure]:
    """Return shares by kind, and the time to the first sentence."""
    shown: dict[str, Figure] = {"questions": len(marked)}
    wrong = Counter(fault for entry in marked for fault in set(entry.faults))
    shown["answered_right"] = 1 - wrong["answer"] / len(marked)
    shown["evidence_right"] = 1 - wrong["evidence"] / len(marked)
    shown["replies_without_fault"] = f"{sum(not entry.faults for entry in marked)} of {len(marked)}"
    shown["replies_with_false_claim"] = wrong["false"]
    shown["replies_with_invention"] = wrong["invented"]
    for kind in dict.fromkeys(entry.asked.kind for entry in marked):
        of_kind = [entry for entry in marked if entry.asked.kind == kind]
        right = sum("answer" not in entry.faults for entry in of_kind)
        shown[f"{kind.replace('-', '_')}_right"] = f"{right} of {len(of_kind)}"
    times = sorted(entry.seconds for entry in marked)
    shown["seconds_to_first_sentence_median"] = median(times)
    shown["seconds_to_first_sentence_p90"] = times[int(0.9 * (len(times) - 1))]
    return shown


if __name__ == "__main__":
    main()

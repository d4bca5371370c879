"""How well replies answer questions about feeds: right, on the right passage, honest when the text is silent.

Two sets are for tuning: ``samples`` is about the sample feed, ``dev`` about items of many kinds that are in no sample.
Two say how it is elsewhere: ``elsewhere`` (other feeds, whose faults of a general kind were mended since) and
``held_out`` (made like ``dev`` and written at the same time; its replies were first looked at after three runs).
``fresh`` was written without a look at how replies are made and was blind for its first run; no option prints
its replies.

``benchmarks.reply_judge`` has the rules. Without a model the two halves take half a minute. With the default one
(``--model small``) they take three on two cores, more on busy ones, nearly all of it to read the 34 items;
``--sample 5`` asks about every fifth item and takes a fifth of that.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from benchmarks.figures import Figure, arguments, median, show
from benchmarks.reply_judge import MISLED, NOTHING_TOLD, TALK, Asked, Verdict, judge
from feed.embeddings import MiniLM
from feed.language import LanguageModel, LocalModel, RemoteModel
from feed.replies import Replier, Sentence, Turn
from feed.retrieval import Retriever
from feed.sources import load
from feed.store import Store
from server.assets import AssetStore
from server.mind import LANGUAGE_ASSET
from server.settings import Settings

ROOT = Path(__file__).parent.parent
QUESTIONS = {
    "dev": "reply_questions_dev.json",
    "held_out": "reply_questions_unseen.json",
    "samples": "reply_questions.json",
    "elsewhere": "reply_questions_held_out.json",
    "fresh": "reply_questions_fresh.json",
}
BLIND = frozenset(("fresh",))  # sets whose replies are counted and not shown, so that nobody tunes on them
HALVES = ("dev", "held_out")
ASSETS = {"small": LANGUAGE_ASSET, "large": "language"}  # weights by the name of the option
MODELS = ("none", *ASSETS, "endpoint")


class Dialogue(msgspec.Struct, forbid_unknown_fields=True):
    """Turns about one item, in order."""

    item: str
    turns: list[Asked]
    feed: str = "samples/feed.json"


class Marked(msgspec.Struct, frozen=True):
    """A reply and what it is worth."""

    item: str
    asked: Asked
    reply: tuple[Sentence, ...]
    verdict: Verdict
    seconds: float


def main() -> None:
    """Ask all questions and show the shares that were answered well."""
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--model", choices=MODELS, default="none", help="who words the answers: small is the default set-up"
    )
    parser.add_argument("--set", choices=("halves", "all", *QUESTIONS), default="halves", help="which questions to ask")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="ask about every Nth item only")
    parser.add_argument("--gguf", type=Path, help="weights to use instead of the asset's")
    parser.add_argument("--faults", action="store_true", help="print every reply that has a fault, of sets not blind")
    chosen = parser.parse_args()
    if chosen.sample < 1:
        parser.error("--sample takes 1 or more: 1 asks about every item")
    model = _model(chosen.model, chosen.gguf)
    embedder = MiniLM(AssetStore().path("embeddings"))
    wanted = {"halves": HALVES, "all": tuple(name for name in QUESTIONS if name not in BLIND)}.get(
        chosen.set, (chosen.set,)
    )
    every: list[Marked] = []
    shown: dict[str, Figure] = {}
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "store.db")
            marked = ask_all(store, Replier(Retriever(store, embedder), model), name, chosen.sample)
            store.close()
        if chosen.faults and name not in BLIND:
            _print_faults(name, marked)
        shown |= {f"{name}_{key}": figure for key, figure in figures(marked).items()}
        every += marked if name in HALVES else []
    if set(HALVES) <= set(wanted):
        shown |= {f"both_{key}": figure for key, figure in figures(every).items()}
    if model is not None:
        model.close()
    show(f"replies, model: {chosen.model}", shown, as_json=chosen.json)


def _print_faults(name: str, marked: list[Marked]) -> None:
    for entry in marked:
        verdict = entry.verdict
        faults = [
            *["wrong"] * (not verdict.right),
            *["passage"] * (not verdict.held),
            *filter(None, [verdict.unsupported]),
        ]
        if faults:
            spoken = " | ".join(f"{sentence.text} {list(sentence.evidence)}" for sentence in entry.reply)
            print(f"{name} {entry.item} [{entry.asked.kind}] {'+'.join(faults)}: {entry.asked.ask} -> {spoken}")


def _model(name: str, gguf: Path | None) -> LanguageModel | None:
    if name == "none":
        return None
    if name == "endpoint":
        endpoint = Settings.from_environment(os.environ).endpoint
        if endpoint is None:
            raise SystemExit("no endpoint is configured: set VISAVIS_LLM_URL and VISAVIS_LLM_MODEL")
        return RemoteModel(endpoint.url, endpoint.model, endpoint.key)
    if gguf is None:
        gguf = next(AssetStore().path(ASSETS[name]).glob("*.gguf"))
    return LocalModel(gguf)


def dialogues(name: str) -> list[Dialogue]:
    """Return the conversations of a set."""
    return msgspec.json.decode((Path(__file__).parent / QUESTIONS[name]).read_bytes(), type=list[Dialogue])


def sampled(held: Sequence[Dialogue], every: int) -> list[Dialogue]:
    """Return the conversations about every ``every``-th item: to read an item is what takes a model its time."""
    items = list(dict.fromkeys(dialogue.item for dialogue in held))[::every]
    return [dialogue for dialogue in held if dialogue.item in items]


def ask_all(store: Store, replier: Replier, name: str, every: int = 1) -> list[Marked]:
    """Hold every conversation of a set, or those about every ``every``-th item, and mark every reply."""
    marked: list[Marked] = []
    held = sampled(dialogues(name), every)
    for feed in dict.fromkeys(dialogue.feed for dialogue in held):
        store.put(load(str(ROOT / feed)))
    for dialogue in held:
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
            before = " ".join(part for turn in history for part in (turn.question, *(s.text for s in turn.reply)))
            marked.append(Marked(item.id, asked, tuple(reply), judge(asked, item, reply, before), first))
            history.append(Turn(asked.ask, tuple(reply)))
    return marked


def figures(marked: Sequence[Marked]) -> dict[str, Figure]:
    """Return shares over all and by kind, and the time to the first sentence."""
    silent = [entry for entry in marked if entry.asked.kind in NOTHING_TOLD]
    special = NOTHING_TOLD | MISLED | TALK | {"half-answerable"}
    answerable = [entry for entry in marked if entry.asked.kind not in special]
    shown: dict[str, Figure] = {
        "questions": len(marked),
        "unsupported_claims_percent": _percent(bool(entry.verdict.unsupported) for entry in marked),
        "answerable_right_percent": _percent(entry.verdict.right for entry in answerable),
        "unanswerable_declined_percent": _percent(entry.verdict.right for entry in silent),
        "all_right_percent": _percent(entry.verdict.right for entry in marked),
        "on_the_right_passage_percent": _percent(entry.verdict.held for entry in marked if entry.asked.holds),
    }
    for fault, count in sorted(Counter(entry.verdict.unsupported for entry in marked).items()):
        if fault:
            shown[f"unsupported_{fault}"] = count
    for kind in sorted({entry.asked.kind for entry in marked}):
        of_kind = [entry for entry in marked if entry.asked.kind == kind]
        shown[f"{kind.replace('-', '_')}_right"] = f"{sum(entry.verdict.right for entry in of_kind)} of {len(of_kind)}"
    times = sorted(entry.seconds for entry in marked)
    shown["seconds_to_first_sentence_median"] = median(times)
    shown["seconds_to_first_sentence_p90"] = times[int(0.9 * (len(times) - 1))]
    return shown


def _percent(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return 100 * sum(counted) / len(counted) if counted else 100.0


if __name__ == "__main__":
    main()

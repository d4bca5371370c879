"""Which conversations are held when the quality of replies is measured."""

from __future__ import annotations

from benchmarks.reply_quality import Dialogue, sampled


def about(*items: str) -> list[Dialogue]:
    return [Dialogue(item, []) for item in items]


def test_a_sample_holds_all_conversations_about_every_nth_item() -> None:
    held = about("tide", "tide", "mill", "kite", "kite", "oven")
    assert sampled(held, 1) == held
    assert [dialogue.item for dialogue in sampled(held, 2)] == ["tide", "tide", "kite", "kite"]
    assert [dialogue.item for dialogue in sampled(held, 9)] == ["tide", "tide"]

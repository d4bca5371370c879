"""How often and how finely the host is drawn."""

from __future__ import annotations

from viewer.pacing import DETAILS, SLOWEST_HOST, Pacer


def settled(cost_at_full: float) -> Pacer:
    pacer = Pacer(software=True)
    for _ in range(60):
        pacer.observe(cost_at_full * pacer.detail**2)
    return pacer


def test_a_graphics_card_draws_everything_in_every_frame() -> None:
    pacer = Pacer(software=False)
    pacer.observe(0.5)
    assert pacer.detail == 1.0
    assert pacer.due(0.0)
    assert pacer.due(0.001)


def test_a_quick_processor_gets_the_fine_picture() -> None:
    assert settled(0.004).detail == 1.0


def test_a_slow_processor_gets_the_coarse_picture_at_a_rate_that_leaves_it_time() -> None:
    pacer = settled(0.2)
    assert pacer.detail == DETAILS[-1]
    assert pacer.interval > 0.2 * pacer.detail**2
    assert pacer.interval <= SLOWEST_HOST


def test_detail_does_not_swing() -> None:
    pacer = settled(0.05)
    seen = set()
    for _ in range(50):
        pacer.observe(0.05 * pacer.detail**2)
        seen.add(pacer.detail)
    assert len(seen) == 1


def test_detail_comes_back_when_the_load_goes() -> None:
    pacer = settled(0.2)
    for _ in range(60):
        pacer.observe(0.003 * pacer.detail**2)
    assert pacer.detail == 1.0


def test_the_host_waits_for_its_interval() -> None:
    pacer = Pacer(software=True)
    assert pacer.due(1.0)
    assert not pacer.due(1.01)
    assert pacer.due(1.0 + pacer.interval)

"""The bytes that are kept for all clients together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.budget import Budget
from server.journal import Journal
from server.outbox import Outbox


class Keeper:
    """Keeps bytes, and half of them when it has to give way; a stubborn one keeps all."""

    def __init__(self, budget: Budget, *, stubborn: bool = False) -> None:
        self.budget = budget
        self.kept = 0
        self.gave_way = 0
        self.stubborn = stubborn

    def keep(self, amount: int) -> None:
        self.kept += amount
        self.budget.add(self, amount)

    def give_way(self) -> None:
        self.gave_way += 1
        if not self.stubborn:
            self.keep(self.kept // 2 - self.kept)


def test_beyond_the_limit_whoever_keeps_most_gives_way() -> None:
    budget = Budget(100)
    small, large = Keeper(budget), Keeper(budget)
    large.keep(80)
    small.keep(20)
    assert (small.gave_way, large.gave_way) == (0, 0)
    small.keep(10)
    assert (small.gave_way, large.gave_way) == (0, 1)
    assert budget.total == 70


def test_who_keeps_what_it_has_does_not_hold_up_the_server() -> None:
    budget = Budget(10)
    stubborn = Keeper(budget, stubborn=True)
    stubborn.keep(20)
    assert (stubborn.gave_way, budget.total) == (1, 20)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-50, 120))))
def test_the_total_is_the_sum_and_never_more_than_the_limit(steps: list[tuple[int, int]]) -> None:
    budget = Budget(200)
    keepers = [Keeper(budget) for _ in range(5)]
    for number, amount in steps:
        keepers[number].keep(max(amount, -keepers[number].kept))
        assert budget.total == sum(keeper.kept for keeper in keepers) <= 200


def test_the_longest_journal_forgets_its_older_half_and_the_others_nothing() -> None:
    budget = Budget(1_000)
    long, short = Journal(budget), Journal(budget)
    for _ in range(8):
        long.add(bytes(100))
    short.add(bytes(150))
    replayed = long.after(0)
    first = next(replayed)
    short.add(bytes(100))
    assert budget.total == 650
    assert not long.reaches(3)
    assert long.reaches(4)
    assert short.reaches(0)
    assert [first, *replayed] == [bytes(100)] * 8, "who is being sent them gets them all"
    for journal in (long, short):
        journal.clear()
    assert budget.total == 0


def test_the_client_for_whom_most_waits_is_too_slow_and_is_sent_nothing_more() -> None:
    budget = Budget(1_000)
    slow, quick = Outbox(budget), Outbox(budget)
    slow.put(bytes(600), 1)
    quick.put(bytes(300))
    quick.put(bytes(200))
    assert (len(slow), len(quick), budget.total) == (0, 2, 500)
    slow.put(b"more")
    assert len(slow) == 0
    quick.discard(7)
    quick.clear()
    assert budget.total == 0

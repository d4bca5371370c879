"""The garbage collector of a server: while it looks through everything, nobody is served."""

from __future__ import annotations

import gc

OLDEST_EVERY = 50  # collections of the middle generation, before one of everything; Python's 10 is for batch programs


def calm_collector() -> None:
    """Leave what there is now, modules and all, out of every later collection, and look through everything rarely.

    With a thousand sessions a whole collection took 105 ms, and came every few seconds while clients came and went.
    """
    youngest, middle, _ = gc.get_threshold()
    gc.set_threshold(youngest, middle, OLDEST_EVERY)
    gc.collect()
    gc.freeze()

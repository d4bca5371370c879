"""Where a loudspeaker is in an utterance: as the client reports it, and as a clock estimates it in between."""

from __future__ import annotations

from avatar.marks import SAMPLE_RATE


class Loudspeaker:
    """One utterance on its way out of a loudspeaker that plays without pause whatever it has.

    Positions count samples from the utterance's first one, times are seconds of the caller's clock.

    Attributes:
        produced: samples handed out so far.
        reported: the last sample that the client said it played; None before the first report.
    """

    def __init__(self) -> None:
        self.produced = 0
        self.reported: int | None = None
        self._sample = 0.0  # the position ...
        self._at = 0.0  # ... at this time
        self._moves = True
        self._fixed = False

    @property
    def stopped(self) -> bool:
        """Whether it does not move: held, or cut for good."""
        return not self._moves

    def position(self, at: float) -> int:
        """Return the sample that is reached at time ``at``."""
        moved = max(0.0, at - self._at) * SAMPLE_RATE if self._moves else 0.0
        return min(self.produced, round(self._sample + moved))

    def dry_at(self) -> float | None:
        """Return when all that was handed out will have been played; None while it does not move."""
        return self._at + max(0.0, self.produced - self._sample) / SAMPLE_RATE if self._moves else None

    def feed(self, samples: int, at: float) -> None:
        """Hand out more."""
        self._anchor(self.position(at), at)
        self.produced += samples

    def stop(self, at: float) -> None:
        """Stand still; a report may still correct where."""
        self._anchor(self.position(at), at)
        self._moves = False

    def go_on(self, at: float) -> None:
        """Move again, from where it stood."""
        self._anchor(self.position(at), at)
        self._moves = True

    def report(self, sample: int, at: float) -> None:
        """Take the client's word for what it played; older words than the last one say nothing."""
        if self._fixed or (self.reported is not None and sample < self.reported):
            return
        self.reported = min(sample, self.produced)
        self._anchor(self.reported, at)

    def fix(self, sample: int, at: float) -> None:
        """Take the client's last word for it: nothing after ``sample`` was heard, whatever is reported later."""
        self.stop(at)
        self._sample = min(sample, self.produced)
        self._fixed = True

    def _anchor(self, sample: float, at: float) -> None:
        self._sample, self._at = sample, max(at, self._at)

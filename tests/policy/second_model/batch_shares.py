"""The share of the slots that each level of daris-batched counts on. Promises kept and broken change it."""

from policy_setup import BILLION

RAISE = 250_000
LOWER = 100_000_000
LEAST = 100_000_000


class Shares:
    """Holds the share of each level, in parts per 10^9."""

    def __init__(self, ranks, first_is_0, switches):
        self.learns = switches.learn
        self.first_is_0 = first_is_0
        self.shares = [BILLION] * ranks
        self.held_until = None

    def of_rank(self, rank):
        """Gives the share of a level."""
        return self.shares[rank]

    def kept(self, job):
        """A job has ended in time."""
        if self.learns:
            self.shares[job.rank] = min(BILLION, self.shares[job.rank] + RAISE)

    def broken(self, job, now, pause):
        """A job has ended late or was dropped. It lowers the share; that of level 0 then rests for a time."""
        is_level_0 = self.first_is_0 and job.rank == 0
        if not self.learns or (is_level_0 and self.held_until is not None and now < self.held_until):
            return
        self.shares[job.rank] = max(LEAST, self.shares[job.rank] - LOWER)
        if is_level_0:
            self.held_until = now + pause

"""The share of the slots that each level of daris-batched counts on. Promises kept and broken change it."""

from policy_setup import BILLION

RAISE = 250_000
LOWER = 100_000_000
LEAST = 100_000_000


class Shares:
    """Holds the share of each level, in parts per 10^9."""

    def __init__(self, ranks, switches):
        self.learns = switches.learn
        self.shares = [BILLION] * ranks
        self.held_until = [None] * ranks

    def of_rank(self, rank):
        """Gives the share of a level."""
        return self.shares[rank]

    def kept(self, job):
        """A job has ended in time."""
        if self.learns:
            self.shares[job.rank] = min(BILLION, self.shares[job.rank] + RAISE)

    def broken(self, job, now, pause):
        """A job has ended late or was dropped. It lowers the share, and nothing does so again for a time."""
        held = self.held_until[job.rank]
        if not self.learns or (held is not None and now < held):
            return
        self.shares[job.rank] = max(LEAST, self.shares[job.rank] - LOWER)
        self.held_until[job.rank] = now + pause

"""The bounds of levels, which daris-batched learns from promises that it kept or broke."""

RAISE = 250_000
LOWER = 100_000_000


class Bounds:
    """Holds the bound of each level, in parts per 10^9."""

    def __init__(self, ranks, switches):
        self.most = switches.bound
        self.learns = switches.learn
        self.bounds = [self.most] * ranks
        self.held_until = [None] * ranks

    def of_rank(self, rank):
        """Gives the bound of a level."""
        return self.bounds[rank]

    def kept(self, job):
        """A job has ended in time."""
        if self.learns:
            self.bounds[job.rank] = min(self.most, self.bounds[job.rank] + RAISE)

    def broken(self, job, now):
        """A job has ended late or was dropped. It lowers the bound once in a time D."""
        held = self.held_until[job.rank]
        if not self.learns or (held is not None and now < held):
            return
        least = min(LOWER, self.most)
        self.bounds[job.rank] = max(least, self.bounds[job.rank] - LOWER)
        self.held_until[job.rank] = now + job.relative_deadline

"""Which batch of one group a batching policy would start now."""

from dataclasses import dataclass


@dataclass
class Batch:
    """Jobs in order of urgency, the profiled size that holds them, and whether no more fit."""
    jobs: list
    size: int
    full: bool

    def inputs(self):
        """Gives the number of inputs that the jobs bring."""
        return sum(job.inputs for job in self.jobs)

    def inputs_of(self, level):
        """Gives the number of inputs that the jobs of one level bring."""
        return sum(job.inputs for job in self.jobs if job.level == level)

    def brings_more_than(self, other):
        """Compares the inputs of the most urgent level that differs."""
        for level in sorted({job.level for job in self.jobs + other.jobs}):
            if self.inputs_of(level) != other.inputs_of(level):
                return self.inputs_of(level) > other.inputs_of(level)
        return False


def fill(queue, size, end):
    """Fills a batch of this size, which would end at this instant."""
    batch = Batch([], size, False)
    for job in queue:
        if end > job.deadline:
            continue
        if batch.inputs() + job.inputs > size:
            batch.full = True
            break
        batch.jobs.append(job)
    return batch


def best_batch(queue, times, limit, now):
    """Gives the best batch of a queue that is not empty."""
    best = None
    for size in sorted(size for size in times if size <= limit):
        batch = fill(queue, size, now + times[size])
        valid = batch.jobs and batch.jobs[0] is queue[0]
        if valid and (best is None or batch.brings_more_than(best)):
            best = batch
    if best is None:
        smallest = min(size for size in times if size >= queue[0].inputs)
        return Batch([queue[0]], smallest, True)
    best.full = best.full or best.inputs() >= limit
    first_deadline = min(job.deadline for job in best.jobs)
    best.size = min(size for size in times
                    if size >= best.inputs() and now + times[size] <= first_deadline)
    return best

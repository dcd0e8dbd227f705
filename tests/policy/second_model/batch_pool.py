"""The jobs that wait for daris-batched, and its batches."""

import bisect
from dataclasses import dataclass, field

from decisions import JobId


@dataclass(order=True)
class Job:
    """A job in the system. Jobs of one queue are ordered by deadline, then by id."""
    deadline: int
    id: JobId
    group: int = field(compare=False)
    rank: int = field(compare=False)
    release: int = field(compare=False)
    relative_deadline: int = field(compare=False)
    inputs: int = field(compare=False)

    def urgency(self):
        """Gives the order over all levels: level, deadline, id."""
        return (self.rank, self.deadline, self.id)


@dataclass(eq=False)
class Batch:
    """Jobs that move through the stages as one."""
    group: int
    size: int
    jobs: list
    leader: Job
    context: int = 0
    stage: int = 1
    launched: int = 0
    ran: int = 0

    def inputs(self):
        """Gives the number of inputs that the jobs bring."""
        return sum(job.inputs for job in self.jobs)


class Pool:
    """The queues and late lists that some contexts share: all contexts, or one with binding = home."""

    def __init__(self, contexts, groups, ranks):
        self.contexts = contexts
        self.queues = [[[] for _ in range(ranks)] for _ in range(groups)]
        self.late = [[] for _ in range(groups)]

    def add(self, job):
        """Puts a job into its queue."""
        bisect.insort(self.queues[job.group][job.rank], job)

    def waiting(self, group):
        """Gives the waiting jobs of a group, level by level, each level in order."""
        return [job for queue in self.queues[group] for job in queue]

    def remove(self, jobs):
        """Takes jobs out of their queues."""
        for job in jobs:
            self.queues[job.group][job.rank].remove(job)

    def take_out(self, group, leaves):
        """Takes the jobs of a group out that leave; gives those that waited and the late ones."""
        waiting = [job for job in self.waiting(group) if leaves(job)]
        late = [job for job in self.late[group] if leaves(job)]
        self.remove(waiting)
        self.late[group] = [job for job in self.late[group] if not leaves(job)]
        return waiting, late

"""fifo and edf: whole models from one queue over all slots."""

import bisect
from dataclasses import dataclass, field

import decisions
from slot_policy import SlotPolicy


@dataclass(order=True)
class Job:
    """A job in the queue. The least key goes first; of equals, the lower id."""
    key: int
    id: decisions.JobId
    deadline: int = field(compare=False)


class SingleQueue(SlotPolicy):
    """Runs the first job of the queue in the context with the most free slots."""

    def __init__(self, setup, by_deadline):
        super().__init__(setup)
        self.by_deadline = by_deadline
        self.queue = []

    def release(self, job_id, nominal_release):
        """Admits each job."""
        task = self.setup.tasks[job_id.task]
        deadline = nominal_release + task.deadline
        key = deadline if self.by_deadline else nominal_release
        bisect.insort(self.queue, Job(key, job_id, deadline))
        self.decided.append(decisions.admit_job(job_id, 0))

    def take_finish(self, job, execution):
        """The job has left; its time is recorded."""
        self.estimates.record(job.id.task, 1, execution)

    def take_failure(self, job):
        """The job of a failed launch is dropped."""
        self.decided.append(decisions.drop_job(job.id, "launch_failed"))

    def lose(self, contexts):
        """Drops what ran in lost contexts, and what waits if no context is left."""
        dropped = [job.id for slot, job in self.running.items()
                   if self.setup.context_of(slot) in contexts]
        if not self.contexts_left():
            dropped += [job.id for job in self.queue]
            self.queue = []
        self.decided += decisions.drop_jobs(dropped, "context_lost")

    def dispatch(self):
        """Starts jobs as long as one waits and a slot is free."""
        while self.queue and self.contexts_left():
            context = max(self.contexts_left(),
                          key=lambda c: (len(self.free_slots(c)), -c))
            free = self.free_slots(context)
            if not free:
                return
            job = self.queue.pop(0)
            if self.is_hopeless(job, job.deadline):
                self.shed(job)
            else:
                self.start(job, 1, free[0])

"""batching and clockwork: one batch at a time on the whole machine."""

import bisect
from dataclasses import dataclass, field

import decisions
from best_batch import best_batch
from decisions import JobId
from estimates import Estimates


@dataclass(order=True)
class Job:
    """A job that waits. Jobs are ordered by urgency: level, deadline, id."""
    level: int
    deadline: int
    id: JobId
    inputs: int = field(compare=False)


class Batching:
    """Keeps a queue for each batch group and runs the best batch of the most urgent head."""

    def __init__(self, setup, one_job_at_a_time):
        self.setup = setup
        self.estimates = Estimates(setup, measures=False)
        self.times = [group.times for group in setup.batch_groups]
        self.limits = [1 if one_job_at_a_time else group.batch_limit for group in setup.batch_groups]
        self.queues = [[] for _ in setup.batch_groups]
        self.running = []
        self.expected_end = 0
        self.timer = None
        self.lost = False
        self.now = 0
        self.decided = []

    def placement(self):
        """Gives no homes, since the policy has none."""
        return []

    def step(self, now, events):
        """Takes the events one by one, then dispatches if the machine is idle."""
        self.now = now
        self.decided = []
        for event in events:
            self.take(event)
        if not self.running and not self.lost:
            self.dispatch()
        return self.decided

    def take(self, event):
        """Takes one event."""
        kind = event["event"]
        if kind == "job_released":
            self.release(JobId(event["ordinal"], event["task"]), event["nominal_release_ns"])
        elif self.lost:
            return
        elif kind == "context_lost":
            self.lose()
        elif kind == "launch_failed":
            self.decided += decisions.drop_jobs([job.id for job in self.running], "launch_failed")
            self.running = []
        elif kind == "stage_finished":
            self.running = []
        elif kind == "timer_fired":
            self.timer = None

    def lose(self):
        """Drops everything, since the machine is lost."""
        self.lost = True
        waiting = [job for queue in self.queues for job in queue]
        self.decided += decisions.drop_jobs([job.id for job in self.running + waiting], "context_lost")
        self.running = []
        self.queues = [[] for _ in self.queues]
        self.set_timer(None)

    def release(self, job_id, nominal_release):
        """Admits a job that can still end in time."""
        task = self.setup.tasks[job_id.task]
        job = Job(task.level, nominal_release + task.deadline, job_id, task.inputs)
        start = max(self.now, self.expected_end) if self.running else self.now
        if self.lost:
            self.decided.append(decisions.reject_job(job_id, "no_context"))
        elif start + self.alone(job) > job.deadline:
            self.decided.append(decisions.reject_job(job_id, "certainly_late"))
        else:
            self.decided.append(decisions.admit_job(job_id, 0))
            bisect.insort(self.queues[task.batch_group], job)

    def group_of(self, job):
        """Gives the batch group of a job."""
        return self.setup.tasks[job.id.task].batch_group

    def alone(self, job):
        """Gives the job's time in the smallest batch that holds it."""
        times = self.times[self.group_of(job)]
        return times[min(size for size in times if size >= job.inputs)]

    def dispatch(self):
        """Drops what is certainly late, then starts a batch or waits for more jobs."""
        self.drop_late()
        heads = [queue[0] for queue in self.queues if queue]
        if not heads:
            self.set_timer(None)
            return
        group = self.group_of(min(heads))
        plan = best_batch(self.queues[group], self.times[group], self.limits[group], self.now)
        if self.setup.switches.wait == "latest" and not plan.full:
            latest = self.latest_start(group, plan)
            if latest > self.now:
                self.set_timer(latest)
                return
        self.start(group, plan)

    def drop_late(self):
        """Drops each waiting job that can't end in time, the least urgent level first."""
        late = [job for queue in self.queues for job in queue
                if self.now + self.alone(job) > job.deadline]
        for job in sorted(late, key=lambda job: (-job.level, job.deadline, job.id)):
            self.queues[self.group_of(job)].remove(job)
            self.decided.append(decisions.drop_job(job.id, "certainly_late"))

    def latest_start(self, group, plan):
        """Gives the latest instant at which a batch of any size, and each other head, would end in time."""
        limits = [job.deadline for job in plan.jobs]
        limits += [queue[0].deadline - self.alone(queue[0])
                   for other, queue in enumerate(self.queues) if queue and other != group]
        sizes = self.times[group]
        return min(limits) - max(sizes[size] for size in sizes if size <= self.limits[group])

    def start(self, group, plan):
        """Starts a batch."""
        self.expected_end = self.now + self.times[group][plan.size]
        ids = [job.id for job in plan.jobs]
        self.decided.append(decisions.launch_stage(0, 1, plan.size, ids))
        self.queues[group] = [job for job in self.queues[group] if job not in plan.jobs]
        self.running = plan.jobs
        self.set_timer(None)

    def set_timer(self, at):
        """Sets the timer; says so only if it changes."""
        if at != self.timer:
            self.timer = at
            self.decided.append(decisions.set_timer(at))

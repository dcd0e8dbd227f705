"""instances, merged and symphony: batches of whole models in the slots of all contexts."""

import bisect
from dataclasses import dataclass, field

import decisions
from batch_costs import costs_of
from best_batch import Batch, fill
from decisions import JobId
from estimates import Estimates


@dataclass(order=True)
class Job:
    """A job that waits. Jobs are ordered by level, by a time (release or deadline), and by id."""
    level: int
    time: int
    id: JobId
    deadline: int = field(compare=False)
    release: int = field(compare=False)
    inputs: int = field(compare=False)


@dataclass
class Running:
    """A batch in a slot."""
    group: int
    size: int
    launched: int
    jobs: list


class BatchSlots:
    """Keeps a queue for each batch group, and the batch that runs in each slot."""

    def __init__(self, setup):
        self.setup = setup
        self.estimates = Estimates(setup, measures=False)
        self.groups = range(len(setup.batch_groups))
        self.limits = [self.own_limit(group) for group in self.groups]
        self.queues = [[] for _ in self.groups]
        self.running = {}
        self.lost = set()
        self.timer = None
        self.now = 0
        self.decided = []

    def placement(self):
        """Gives no homes, since the policies have none."""
        return []

    def own_limit(self, group):
        """Gives the largest size up to B that takes at most two thirds of each deadline, or the smallest."""
        about = self.setup.batch_groups[group]
        deadlines = [task.deadline for task in self.setup.tasks if task.batch_group == group]
        suited = [size for size, time in about.times.items()
                  if size <= about.batch_limit and all(3 * time <= 2 * deadline for deadline in deadlines)]
        return max(suited, default=min(about.times))

    def up(self, group, inputs):
        """Gives the smallest profiled size that holds so many inputs."""
        return min(size for size in self.setup.batch_groups[group].times if size >= inputs)

    def group_of(self, job):
        """Gives the batch group of a job."""
        return self.setup.tasks[job.id.task].batch_group

    def step(self, now, events):
        """Takes the events of one instant and gives the decisions."""
        self.now = now
        self.decided = []
        self.lose({event["context"] for event in events if event["event"] == "context_lost"})
        for event in events:
            self.take(event)
        self.drop_late()
        while self.free_slot() is not None and self.start_one():
            pass
        self.set_timer(self.next_start() if self.free_slot() is not None else None)
        return self.decided

    def take(self, event):
        """Takes one event that is no loss."""
        kind = event["event"]
        if kind == "job_released":
            self.release(JobId(event["ordinal"], event["task"]), event["nominal_release_ns"])
        elif kind == "timer_fired":
            self.timer = None
        elif kind in ("launch_failed", "stage_finished") and self.counts(event["slot"]):
            batch = self.running.pop(event["slot"])
            if kind == "launch_failed":
                self.decided += decisions.drop_jobs([job.id for job in batch.jobs], "launch_failed")
            else:
                self.take_end(batch)

    def take_end(self, batch):
        """A batch has run to its end."""

    def counts(self, slot):
        """Says whether events of this slot count: its context is not lost."""
        return self.setup.context_of(slot) not in self.lost

    def lose(self, contexts):
        """Drops what ran in lost contexts, and what waits if no context is left."""
        self.lost |= contexts
        gone = [slot for slot in self.running if not self.counts(slot)]
        dropped = [job.id for slot in gone for job in self.running.pop(slot).jobs]
        if len(self.lost) == self.setup.contexts:
            dropped += [job.id for queue in self.queues for job in queue]
            self.queues = [[] for _ in self.groups]
        self.decided += decisions.drop_jobs(dropped, "context_lost")

    def release(self, job_id, nominal_release):
        """Admits a job that can still start in time."""
        task = self.setup.tasks[job_id.task]
        deadline = nominal_release + task.deadline
        level, time = self.order(task, nominal_release)
        job = Job(level, time, job_id, deadline, nominal_release, task.inputs)
        if len(self.lost) == self.setup.contexts:
            self.decided.append(decisions.reject_job(job_id, "no_context"))
        elif self.now > self.last_start(job):
            self.decided.append(decisions.reject_job(job_id, "certainly_late"))
        else:
            self.decided.append(decisions.admit_job(job_id, 0))
            bisect.insort(self.queues[task.batch_group], job)

    def drop_late(self):
        """Drops each waiting job that is past its last start."""
        late = [job for queue in self.queues for job in queue if self.now > self.last_start(job)]
        for job in late:
            self.queues[self.group_of(job)].remove(job)
        self.decided += decisions.drop_jobs([job.id for job in late], "certainly_late")

    def free_slot(self):
        """Gives the lowest free slot of the context with the most free slots, or None."""
        free = {context: [slot for slot in self.setup.slots_of(context) if slot not in self.running]
                for context in range(self.setup.contexts) if context not in self.lost}
        best = max(free, key=lambda context: (len(free[context]), -context), default=None)
        return free[best][0] if best is not None and free[best] else None

    def start(self, group, jobs, size):
        """Starts a batch in the free slot."""
        slot = self.free_slot()
        self.running[slot] = Running(group, size, self.now, jobs)
        self.queues[group] = [job for job in self.queues[group] if job not in jobs]
        self.decided.append(decisions.launch_stage(slot, 1, size, [job.id for job in jobs]))

    def set_timer(self, at):
        """Sets the timer; says so only if it changes."""
        if at != self.timer:
            self.timer = at
            self.decided.append(decisions.set_timer(at))


class Instances(BatchSlots):
    """Runs as many batches of a group as it has instances."""

    def __init__(self, setup, merged=False):
        super().__init__(setup)
        self.merged = merged

    def order(self, task, release):
        """Jobs go by level, then by release."""
        return task.level, release

    def last_start(self, job):
        """Gives the instant at which the job times out."""
        group = self.group_of(job)
        size = self.up(group, max(self.limits[group], job.inputs))
        return job.deadline - self.setup.batch_groups[group].times[size]

    def batch(self, group):
        """Gives the batch of the first jobs."""
        jobs = []
        inputs = 0
        full = False
        for job in self.queues[group]:
            if self.merged and any(other.id.task == job.id.task for other in jobs):
                continue
            full = inputs + job.inputs > self.limits[group]
            if full and jobs:
                break
            jobs.append(job)
            inputs += job.inputs
            if full:
                break
        return Batch(jobs, self.up(group, inputs), full or inputs >= self.limits[group])

    def can_start(self, group):
        """Says whether a job waits and an instance is idle."""
        instances = self.setup.switches.instances or self.setup.contexts * self.setup.streams
        busy = sum(batch.group == group for batch in self.running.values())
        return bool(self.queues[group]) and busy < instances

    def due(self, group):
        """Gives the instant at which a batch that is not full must start."""
        delay = self.setup.switches.queue_delay
        return min(min(job.release + delay, self.last_start(job)) for job in self.queues[group])

    def start_one(self):
        """Starts the batch of the most urgent group that is ready."""
        ready = [group for group in self.groups if self.can_start(group)
                 and (self.due(group) <= self.now or self.batch(group).full)]
        if not ready:
            return False
        heads = {group: self.queues[group][0] for group in ready}
        group = min(ready, key=lambda g: (heads[g].level, self.last_start(heads[g]), heads[g].id))
        batch = self.batch(group)
        self.start(group, batch.jobs, batch.size)
        return True

    def next_start(self):
        """Gives the instant of the next batch that waits."""
        return min((self.due(group) for group in self.groups if self.can_start(group)), default=None)


class Symphony(BatchSlots):
    """Holds each candidate back until it could not grow any more."""

    def __init__(self, setup):
        super().__init__(setup)
        self.costs = [costs_of(setup, group, False) for group in self.groups]

    def release(self, job_id, nominal_release):
        """Forgets what was learned of a group of which no batch has ended for long."""
        self.costs[self.setup.tasks[job_id.task].batch_group].forget_old(self.now)
        super().release(job_id, nominal_release)

    def order(self, task, release):
        """Jobs go by deadline."""
        return 0, release + task.deadline

    def take_end(self, batch):
        """Learns from how long the batch took."""
        inputs = sum(job.inputs for job in batch.jobs)
        self.costs[batch.group].learn(self.now, batch.size, self.now - batch.launched, inputs)

    def batch_estimate(self, group, size, _stage=1):
        """Gives what a batch of this size will take."""
        return self.costs[group].will_take(size)

    def times(self, group):
        """Gives what a batch of each size will take."""
        return {size: self.batch_estimate(group, size) for size in self.setup.batch_groups[group].times}

    def last_start(self, job):
        """Gives the last instant from which the smallest batch would be in time."""
        group = self.group_of(job)
        return job.deadline - self.batch_estimate(group, self.up(group, job.inputs))

    def candidate(self, group):
        """Gives the batch with most inputs; of equals, the smallest."""
        queue = self.queues[group]
        limit = self.limits[group]
        times = self.times(group)
        best = Batch([], 0, False)
        for size in sorted(size for size in times if size <= limit):
            batch = fill(queue, size, self.now + times[size])
            if batch.inputs() > best.inputs():
                best = batch
        if not best.jobs:
            return Batch([queue[0]], self.up(group, queue[0].inputs), True)
        best.full = best.full or best.inputs() >= limit or best.jobs[0] is not queue[0]
        return best

    def latest(self, group, batch):
        """Gives the latest start of a batch."""
        return min(job.deadline for job in batch.jobs) - self.times(group)[batch.size]

    def opens(self, group):
        """Gives the instant from which the group's candidate may start."""
        batch = self.candidate(group)
        if batch.full:
            return self.now
        times = self.times(group)
        above = min((size for size in times if size > batch.size), default=max(times))
        grown = min(job.deadline for job in batch.jobs) - times[above]
        return min(self.latest(group, batch), grown, *(self.last_start(job) for job in self.queues[group]))

    def waiting_groups(self):
        """Gives the groups in which a job waits."""
        return [group for group in self.groups if self.queues[group]]

    def start_one(self):
        """Starts the candidate with the least latest start."""
        opened = [group for group in self.waiting_groups() if self.opens(group) <= self.now]
        if not opened:
            return False
        group = min(opened, key=lambda g: (self.latest(g, self.candidate(g)), g))
        batch = self.candidate(group)
        self.start(group, batch.jobs, batch.size)
        return True

    def next_start(self):
        """Gives the instant at which the first candidate opens."""
        return min((self.opens(group) for group in self.waiting_groups()), default=None)

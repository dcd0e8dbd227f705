"""daris and static: stages ordered by level, class and virtual deadline in each context."""

import bisect
from dataclasses import dataclass

import decisions
from homes import Homes
from slot_policy import SlotPolicy
from stage_order import stage_key


@dataclass
class Job:
    """A job in the system. Its stages are numbered from 1."""
    id: decisions.JobId
    virtual_deadlines: list
    context: int
    stage: int = 1
    started: bool = False
    key: tuple = ()


class Daris(SlotPolicy):
    """Each task has a home; each context has its own queue of ready stages."""

    def __init__(self, setup):
        super().__init__(setup)
        self.homes = Homes(setup, self.estimates)
        self.system = {}
        self.ready = [[] for _ in range(setup.contexts)]

    def placement(self):
        """Gives the home of each task."""
        return list(self.homes.home)

    def active(self, context, level):
        """Sums up what counts in a context for a job of this level."""
        tested_from = 0 if self.setup.switches.admission_level0 else 1
        jobs = sum(self.homes.utilization(job.id.task) for job in self.system.values()
                   if job.context == context
                   and tested_from <= self.setup.tasks[job.id.task].level <= level)
        return jobs + (self.homes.level0(context) if tested_from == 1 else 0)

    def has_room(self, task, context):
        """Takes the admission test of one job of the task in a context."""
        weight = self.setup.streams if self.setup.switches.admission == "published" else 1
        demand = self.active(context, task.level) + weight * self.homes.utilization(task.index)
        return demand < self.setup.streams * self.setup.switches.bound

    def release(self, job_id, nominal_release):
        """Admits a job at home, moves the home and admits it there, or rejects it."""
        task = self.setup.tasks[job_id.task]
        switches = self.setup.switches
        home = self.homes.home[task.index]
        untested = switches.admission == "none" or (task.level == 0 and not switches.admission_level0)
        if untested or self.has_room(task, home):
            self.admit(job_id, nominal_release, home)
            return
        target = self.migration_target(task, home)
        if target is None:
            self.decided.append(decisions.reject_job(job_id, "utilization"))
            return
        self.decided.append(decisions.migrate_task(task.index, home, target))
        self.homes.home[task.index] = target
        self.admit(job_id, nominal_release, target)

    def migration_target(self, task, home):
        """Gives the context to which the task may move, or None."""
        others = [context for context in self.contexts_for(task.level) if context != home]
        if not self.setup.switches.migration or task.level == 0 or not others:
            return None
        candidate = min(others, key=lambda c: (self.active(c, task.level), c))
        lighter = self.homes.total(candidate) < self.homes.total(home) - self.homes.utilization(task.index)
        return candidate if self.has_room(task, candidate) and lighter else None

    def admit(self, job_id, nominal_release, context):
        """Takes a job into the system. Its first stage is ready and not late."""
        task = self.setup.tasks[job_id.task]
        job = Job(job_id, self.estimates.virtual_deadlines(task, nominal_release), context)
        self.system[job_id] = job
        self.decided.append(decisions.admit_job(job_id, context))
        self.make_ready(job, late=False)

    def make_ready(self, job, late):
        """Puts the job's stage into the queue of its context. The key is settled here."""
        task = self.setup.tasks[job.id.task]
        job.key = stage_key(self.setup.switches, task.level, job.stage == len(job.virtual_deadlines), late,
                            job.virtual_deadlines[job.stage - 1], job.id)
        self.enqueue(job)

    def enqueue(self, job):
        """Puts a job with a key into the queue of its context."""
        bisect.insort(self.ready[job.context], job, key=lambda other: other.key)

    def take_finish(self, job, execution):
        """Records the time. The job leaves, or its next stage is ready."""
        self.estimates.record(job.id.task, job.stage, execution)
        if job.stage == len(job.virtual_deadlines):
            del self.system[job.id]
            return
        late = self.now > job.virtual_deadlines[job.stage - 1]
        job.stage += 1
        self.make_ready(job, late)

    def take_failure(self, job):
        """The job of a failed launch is dropped."""
        del self.system[job.id]
        self.decided.append(decisions.drop_job(job.id, "launch_failed"))

    def lose(self, contexts):
        """Drops started jobs of lost contexts, and places anew what had its home there."""
        inside = [job for job in self.system.values() if job.context in contexts]
        dropped = [job.id for job in inside if job.started or not self.contexts_of(job.id.task)]
        for job_id in dropped:
            del self.system[job_id]
        self.decided += decisions.drop_jobs(dropped, "context_lost")
        for context in contexts:
            self.ready[context] = []
        self.place_anew(contexts, self.contexts_left())
        self.move_waiting(contexts)

    def contexts_of(self, task):
        """Gives the contexts that are not lost and that a task may use."""
        return self.contexts_for(self.setup.tasks[task].level)

    def place_anew(self, contexts, left):
        """Gives each task whose home was lost a new one."""
        old_homes = list(self.homes.home)
        tasks = [task for task in self.setup.tasks
                 if old_homes[task.index] in contexts and self.contexts_of(task.index)]
        for task in tasks:
            self.homes.home[task.index] = None
        for task in self.homes.place(tasks, left):
            new_home = self.homes.home[task.index]
            self.decided.append(decisions.migrate_task(task.index, old_homes[task.index], new_home))

    def move_waiting(self, contexts):
        """Moves jobs of lost contexts that have not started to the present home of their task."""
        for job in self.system.values():
            if job.context in contexts:
                job.context = self.homes.home[job.id.task]
                self.enqueue(job)

    def dispatch(self):
        """Starts the first ready stages in the lowest free slots, context by context."""
        for context in self.contexts_left():
            while self.ready[context] and self.free_slots(context):
                job = self.ready[context].pop(0)
                if self.is_hopeless(job, job.virtual_deadlines[-1]):
                    del self.system[job.id]
                    self.shed(job)
                else:
                    job.started = True
                    self.start(job, job.stage, self.free_slots(context)[0])

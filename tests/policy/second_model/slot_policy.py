"""What daris, static, fifo and edf share: how a step is taken, and which slots are free."""

import decisions
from decisions import JobId
from estimates import Estimates


class SlotPolicy:
    """Runs one job in a slot. Each kind of policy fills in what it does with a job."""

    def __init__(self, setup):
        self.setup = setup
        self.estimates = Estimates(setup)
        self.running = {}
        self.lost = set()
        self.now = 0
        self.decided = []
        self.launches = []

    def placement(self):
        """Gives the home of each task; a policy without homes gives none."""
        return []

    def step(self, now, events):
        """Takes the events of one instant and gives the decisions."""
        self.now = now
        self.decided = []
        losses = {event["context"] for event in events if event["event"] == "context_lost"}
        self.take_losses(losses - self.lost)
        for event in events:
            kind = event["event"]
            if kind == "launch_failed" and self.counts(event["slot"]):
                self.take_failure(self.running.pop(event["slot"]))
            elif kind == "stage_finished" and self.counts(event["slot"]):
                self.take_finish(self.running.pop(event["slot"]), event["execution_ns"])
            elif kind == "job_released":
                self.take_release(JobId(event["ordinal"], event["task"]), event["nominal_release_ns"])
        self.launches = []
        self.dispatch()
        return self.decided + self.launches

    def take_losses(self, contexts):
        """Takes all contexts that are newly lost in this step."""
        if not contexts:
            return
        self.lost |= contexts
        self.lose(contexts)
        for slot in [slot for slot in self.running if not self.counts(slot)]:
            del self.running[slot]

    def take_release(self, job_id, nominal_release):
        """Takes a release. Without a context that its level may use no job can run."""
        if not self.contexts_for(self.setup.tasks[job_id.task].level):
            self.decided.append(decisions.reject_job(job_id, "no_context"))
        else:
            self.release(job_id, nominal_release)

    def counts(self, slot):
        """Says whether events of this slot count: its context is not lost."""
        return self.setup.context_of(slot) not in self.lost

    def contexts_left(self):
        """Gives the contexts that are not lost, the lowest first."""
        return [context for context in range(self.setup.contexts) if context not in self.lost]

    def contexts_for(self, level):
        """Gives the contexts that are not lost and that a level may use, the lowest first."""
        return [context for context in self.contexts_left() if self.setup.permits(context, level)]

    def free_slots(self, context):
        """Gives the free slots of a context that is not lost, the lowest first."""
        return [slot for slot in self.setup.slots_of(context) if slot not in self.running]

    def is_hopeless(self, job, deadline):
        """Says whether a job that would start now is shed, since it can't be in time any more."""
        task = self.setup.tasks[job.id.task]
        expected = self.estimates.of_job(task.index)
        if expected > task.deadline:
            expected = sum(task.stage_estimates)
        return self.setup.switches.shed and self.now + expected > deadline

    def shed(self, job):
        """Drops a job instead of starting it."""
        self.decided.append(decisions.drop_job(job.id, "certainly_late"))

    def start(self, job, stage, slot):
        """Starts a stage of a job in a slot."""
        self.running[slot] = job
        inputs = self.setup.tasks[job.id.task].inputs
        self.launches.append(decisions.launch_stage(slot, stage, inputs, [job.id]))

"""How long a policy thinks that each stage of each task takes."""

from collections import deque


class Estimates:
    """Holds the current estimate of each stage: AFET at first, then MRET if times are measured."""

    def __init__(self, setup, measures=True):
        self.measures = measures and setup.switches.estimator == "mret"
        self.estimates = [list(task.stage_estimates) for task in setup.tasks]
        self.recent = [[deque(maxlen=setup.switches.window) for _ in task.stage_estimates]
                       for task in setup.tasks]

    def record(self, task, stage, execution):
        """Records a measured time of a stage, which is numbered from 1."""
        if not self.measures:
            return
        recent = self.recent[task][stage - 1]
        recent.append(max(execution, 1))
        self.estimates[task][stage - 1] = max(recent)

    def of_stage(self, task, stage):
        """Gives E(t, j)."""
        return self.estimates[task][stage - 1]

    def of_job(self, task):
        """Gives S(t), the sum over all stages."""
        return sum(self.estimates[task])

    def virtual_deadlines(self, task, nominal_release):
        """Gives the virtual deadline of each stage of a job, by the current estimates."""
        whole = self.of_job(task.index)
        deadlines = []
        so_far = 0
        for estimate in self.estimates[task.index]:
            so_far += estimate
            deadlines.append(nominal_release + task.deadline * so_far // whole)
        return deadlines

"""The home of each task: the context in which its jobs are admitted."""

from policy_setup import BILLION


class Homes:
    """Holds the homes and the utilization that they add up to."""

    def __init__(self, setup, estimates):
        self.setup = setup
        self.estimates = estimates
        self.home = [None] * len(setup.tasks)
        self.place(list(setup.tasks), range(setup.contexts))

    def utilization(self, task):
        """Gives u(t) in parts per 10^9, rounded up, by the current estimates."""
        period = self.setup.tasks[task].period
        return -(-BILLION * self.estimates.of_job(task) // period)

    def total(self, context):
        """Sums up the utilization of all tasks whose home is this context."""
        return sum(self.utilization(task) for task, home in enumerate(self.home) if home == context)

    def level0(self, context):
        """Sums up the utilization of the tasks of level 0 whose home is this context."""
        return sum(self.utilization(task.index) for task in self.setup.tasks
                   if task.level == 0 and self.home[task.index] == context)

    def place(self, tasks, contexts):
        """Places tasks that have no home; gives them in the order in which it placed them."""
        placed = sorted(tasks, key=lambda task: (task.level, task.index))
        totals = {context: self.total(context) for context in contexts}
        for task in placed:
            permitted = [c for c in totals if self.setup.permits(c, task.level)]
            context = min(permitted, key=lambda c: (totals[c], c))
            self.home[task.index] = context
            totals[context] += self.utilization(task.index)
        return placed

"""What the batches of one group take, as daris-batched learns it."""

from collections import deque

MILLION = 10**6
NO_LIMIT = 2**40
FORGOTTEN_AFTER = 10**9


def quotient(number, divisor):
    """Divides and rounds toward zero."""
    return number // divisor if number >= 0 else -(-number // divisor)


class BatchCosts:
    """Holds the set-up's times of a group and three factors, in parts per million, that correct them."""

    def __init__(self, group, shortest_deadline, longest_batch, switches):
        self.whole = group.times
        self.of_stages = group.stage_times
        self.limit = group.batch_limit
        self.shortest_deadline = shortest_deadline
        self.longest_batch = longest_batch
        self.learns = switches.estimator == "mret"
        self.recent = deque(maxlen=switches.window)
        self.begin()

    def begin(self):
        """Knows only the set-up's times."""
        self.last_end = None
        self.recent.clear()
        self.mean = self.safe = self.max = MILLION
        self.first_usual = self.usual()
        self.spent = self.costs(self.usual())
        self.served = 64 * self.usual()

    def forget_old(self, now):
        """Forgets all at a release long after the last end of a batch."""
        if self.last_end is not None and now - self.last_end > FORGOTTEN_AFTER:
            self.begin()

    def learn(self, now, size, ran, inputs):
        """Takes how long all stages of a batch have run together, and how many inputs its jobs brought."""
        self.last_end = now
        if not self.learns:
            return
        took = min(ran, 1000 * self.whole[size])
        self.mean += quotient(max(1, took * MILLION // self.whole[size]) - self.mean, 16)
        beyond = took - self.costs(size)
        factor = max(1, self.mean + quotient(beyond * MILLION, self.yardstick(size)))
        self.safe = max(factor, self.safe - quotient(self.safe - self.mean, 256))
        self.recent.append(factor)
        self.max = max(self.recent)
        self.spent += ran - self.spent // 32
        self.served += 64 * inputs - self.served // 32

    def yardstick(self, size):
        """Gives Y(b), the time in parts of which a delay counts."""
        return max(self.whole[size], self.whole[self.first_usual])

    def with_factor(self, size, factor):
        """Gives the time of a size that a factor stands for."""
        if factor <= self.mean:
            return max(1, self.whole[size] * factor // MILLION)
        return self.costs(size) + self.yardstick(size) * (factor - self.mean) // MILLION

    def will_take(self, size):
        """Gives E(b), the time that a batch will take."""
        return self.with_factor(size, self.max)

    def stage_will_take(self, size, stage):
        """Gives E(b, j) of a stage, which is numbered from 1."""
        return max(1, self.will_take(size) * self.of_stages[size][stage - 1] // self.whole[size])

    def rest_will_take(self, size, stage):
        """Gives the time of all stages from this one on."""
        return sum(self.stage_will_take(size, later)
                   for later in range(stage, len(self.of_stages[size]) + 1))

    def hardly_exceeds(self, size):
        """Gives S(b), the time that a batch will hardly exceed."""
        safe = max(self.safe, self.max)
        return self.with_factor(size, safe + max(0, safe - self.mean) // 4)

    def lately(self, inputs):
        """Gives what so many inputs cost in the batches that ran lately."""
        return inputs * 64 * self.spent // self.served

    def costs(self, size):
        """Gives C(b), what a batch costs."""
        return max(1, self.whole[size] * self.mean // MILLION)

    def may_take(self, size):
        """Gives the time in which a batch may still end."""
        return min(self.costs(size), self.will_take(size))

    def up(self, inputs):
        """Gives the smallest size that holds so many inputs."""
        return min(size for size in self.whole if size >= inputs)

    def suits(self, size, deadline):
        """Says whether a batch costs at most two thirds of a relative deadline, and is short enough."""
        return 3 * self.costs(size) <= 2 * deadline and self.costs(size) <= self.longest_batch

    def usual(self):
        """Gives b*, the usual size."""
        return max((size for size in self.whole
                    if size <= self.limit and self.suits(size, self.shortest_deadline)),
                   default=min(self.whole))


def longest_batch(setup):
    """Gives the shortest deadline of level 0, if level 0 may have to wait for a less urgent batch."""
    of_level_0 = {task.deadline for task in setup.tasks if task.level == 0}
    alone = all(levels == {0} for levels in setup.context_levels if 0 in levels)
    return NO_LIMIT if alone and len(of_level_0) == 1 else min(of_level_0, default=NO_LIMIT)


def costs_of(setup, group, short_batches):
    """Makes the costs of a group of a set-up."""
    deadlines = [task.deadline for task in setup.tasks if task.batch_group == group]
    longest = longest_batch(setup) if short_batches else NO_LIMIT
    return BatchCosts(setup.batch_groups[group], min(deadlines, default=0), longest, setup.switches)

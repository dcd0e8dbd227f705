"""Whether daris-batched can promise that a new job ends in time."""

from dataclasses import dataclass

from policy_setup import BILLION


@dataclass
class Chunk:
    """Jobs of one group that are expected to run as one batch."""
    group: int
    jobs: list
    size: int = 0
    start: int = 0


class Promise:
    """Predicts the ends of all that waits up to the level of a new job."""

    def __init__(self, policy, pool, job, own_work):
        self.policy = policy
        self.pool = pool
        self.job = job
        above = min(BILLION, (self.work_above() + own_work) // policy.slots_left(job.rank))
        share = policy.shares.of_rank(job.rank)
        self.doubt = 0 if policy.is_level_0(job) else BILLION - share
        self.ahead = BILLION - (BILLION - above) * share // BILLION

    def work_above(self):
        """Sums up the work of higher levels, less what they can do in slots of their own."""
        policy = self.policy
        higher = [rank for rank in range(self.job.rank) if policy.meet(rank, self.job.rank)]
        own = [context for context in policy.contexts_left()
               if any(policy.permits(context, rank) for rank in higher)
               and not policy.permits(context, self.job.rank)]
        work = sum(policy.work_of_level(rank) for rank in higher)
        return max(0, work - len(own) * policy.setup.streams * BILLION)

    def is_apart(self, job, other):
        """Says whether the levels of two jobs may use different contexts."""
        return any(self.policy.permits(context, job.rank) != self.policy.permits(context, other.rank)
                   for context in range(self.policy.setup.contexts))

    def holds(self):
        """Takes the test."""
        with_job = self.placed(True)
        own = next(chunk for chunk in with_job if self.job in chunk.jobs)
        allowed = self.job.release + self.allowed()
        if self.end(own, allowed) > allowed:
            return False
        if not self.policy.setup.switches.guard:
            return True
        return self.broken(with_job) <= self.broken(self.placed(False))

    def is_crowded(self):
        """Says whether level 0 alone would keep the slots busy for too long."""
        policy = self.policy
        slots = [slot for slot in policy.slots_of_pool(self.pool)
                 if policy.permits(self.context_of(slot), self.job.rank)]
        work = 0
        for group, costs in enumerate(policy.costs):
            inputs = sum(job.inputs for job in self.pool.waiting(group) if job.rank == self.job.rank)
            work += inputs * costs.costs(costs.usual()) // costs.usual()
        costs = policy.costs[self.job.group]
        size = max(costs.usual(), costs.up(self.job.inputs))
        return policy.now + work // len(slots) + costs.costs(size) > self.job.release + self.allowed()

    def allowed(self):
        """Gives the time after its release in which the job is allowed to end."""
        time = self.job.relative_deadline * self.policy.setup.switches.bound // BILLION
        if not self.policy.is_level_0(self.job):
            return time - self.room_left(time)
        in_a_row = min(58, self.policy.refused[self.job.id.task])
        return time - time // 2 ** (4 + in_a_row)

    def room_left(self, time):
        """Gives the time that the job leaves to cheaper ones."""
        costs = self.policy.costs[self.job.group]
        takes = costs.will_take(costs.up(self.job.inputs))
        if not self.policy.setup.switches.cheap_first or takes >= time or self.policy.all_fits():
            return 0
        return min(costs.lately(self.job.inputs), takes) * (time - takes) // time

    def chunks(self, group, with_job):
        """Cuts the jobs of a group into chunks of the usual size."""
        costs = self.policy.costs[group]
        jobs = [job for job in self.pool.waiting(group) if job.rank <= self.job.rank]
        if with_job and group == self.job.group:
            jobs = sorted(jobs + [self.job], key=lambda job: job.urgency())
        chunks = []
        filled = 0
        for job in jobs:
            if not chunks or filled + job.inputs > costs.usual() or self.is_apart(job, chunks[-1].jobs[0]):
                chunks.append(Chunk(group, []))
                filled = 0
            chunks[-1].jobs.append(job)
            filled += job.inputs
        for chunk in chunks:
            chunk.size = costs.up(sum(job.inputs for job in chunk.jobs))
        return chunks

    def placed(self, with_job):
        """Gives all chunks with their predicted starts."""
        chunks = [chunk for group in range(len(self.policy.costs))
                  for chunk in self.chunks(group, with_job)]
        chunks.sort(key=lambda chunk: chunk.jobs[0].urgency())
        free = self.policy.free_after(self.pool)
        placed_before = []
        for chunk in chunks:
            cost = self.policy.costs[chunk.group].costs(chunk.size)
            rank = chunk.jobs[0].rank
            slots = [slot for slot in free if self.policy.permits(self.context_of(slot), rank)]
            if self.policy.setup.switches.prediction == "work":
                before = sum(other_cost for other, other_cost in placed_before
                             if self.policy.meet(other, rank))
                chunk.start = (sum(free[slot] for slot in slots) + before) // len(slots)
                placed_before.append((rank, cost))
            else:
                slot = min(slots, key=lambda s: (free[s], self.policy.levels_in(self.context_of(s)), s))
                chunk.start = free[slot]
                free[slot] += cost
        return chunks

    def context_of(self, slot):
        """Gives the context of a slot."""
        return self.policy.setup.context_of(slot)

    def end(self, chunk, due):
        """Gives the predicted end of a chunk that must end by an instant."""
        now = self.policy.now
        costs = self.policy.costs[chunk.group]
        takes = costs.will_take(chunk.size)
        takes += (costs.hardly_exceeds(chunk.size) - takes) * self.doubt // BILLION
        waits = {"latest_start": max(0, due - takes - now), "deadline": max(0, due - now), "off": 0}
        held_up = waits[self.policy.setup.switches.ahead] * self.ahead // BILLION
        return now + chunk.start + takes + held_up

    def broken(self, chunks):
        """Counts the chunks that are predicted to end after what their other jobs of this level need."""
        count = 0
        for chunk in chunks:
            deadlines = [job.deadline for job in chunk.jobs
                         if job.rank == self.job.rank and job is not self.job]
            if deadlines and self.end(chunk, min(deadlines)) > min(deadlines):
                count += 1
        return count

"""Which batch of daris-batched gets the next free slot."""

from batch_pool import Batch

MUST_GO = 0
MAY_WAIT = 1


class NextBatch:
    """Looks at one pool at the moment at which a slot is given out."""

    def __init__(self, policy, pool):
        self.policy = policy
        self.pool = pool
        self.now = policy.now
        self.switches = policy.setup.switches
        ranks = range(len(policy.levels))
        self.next = [policy.next_free(pool, rank) for rank in ranks]
        self.open = [policy.is_open(pool, rank) for rank in ranks]

    def soon(self, rank, time):
        """Gives the lesser of a time and the time until another slot for a level is free."""
        return time if self.next[rank] is None else min(self.next[rank], time)

    def waiting(self, group):
        """Gives the waiting jobs of a group for whose levels a slot is free."""
        return [job for job in self.pool.waiting(group) if self.open[job.rank]]

    def takes(self, job, size):
        """Gives what a batch takes for a job: its safe time on a level 0 whose work fits."""
        costs = self.policy.costs[job.group]
        is_safe = self.policy.is_level_0(job) and self.policy.level_0_fits()
        return costs.hardly_exceeds(size) if is_safe else costs.will_take(size)

    def least_takes(self, job, size):
        """Gives what the smallest batch takes for a job: the least time on a level 0 whose work fits."""
        costs = self.policy.costs[job.group]
        is_safe = self.policy.is_level_0(job) and self.policy.level_0_fits()
        return costs.may_take(size) if is_safe else costs.will_take(size)

    def must_go(self, job):
        """Says whether a waiting job must go now."""
        if self.switches.order == "level":
            return True
        costs = self.policy.costs[job.group]
        usual = costs.usual()
        return job.deadline < self.now + self.soon(job.rank, costs.will_take(usual)) + self.takes(job, usual)

    def batch_must_go(self, batch):
        """Says whether a batch between two stages must go now."""
        if self.switches.order == "level":
            return True
        rest = self.policy.rest(batch)
        return batch.leader.deadline < self.now + self.soon(batch.leader.rank, rest) + rest

    def choose(self):
        """Gives a batch between two stages, a new batch, or None."""
        candidates = [(self.batch_key(batch), batch) for batch in self.policy.between
                      if batch.context in self.pool.contexts and self.policy.free_slots(batch.context)]
        candidates += [(self.group_key(group), group) for group in range(len(self.policy.costs))
                       if self.waiting(group)]
        if not candidates:
            return self.late_batch()
        _, best = min(candidates, key=lambda candidate: candidate[0])
        return best if isinstance(best, Batch) else self.best_batch(best)

    def batch_key(self, batch):
        """Gives the key of a batch between two stages."""
        leader = batch.leader
        if self.batch_must_go(batch):
            return (MUST_GO, leader.rank, 0, leader.deadline, leader.id)
        return (MAY_WAIT, 0, 0, leader.deadline, leader.id)

    def group_key(self, group):
        """Gives the key of a group."""
        leader = self.leader(group)
        inputs = sum(job.inputs for job in self.waiting(group))
        full = self.switches.full_first and inputs >= self.policy.costs[group].usual()
        urgent = self.must_go(leader)
        return (MUST_GO if urgent else MAY_WAIT, leader.rank if urgent else 0, 1 if full else 2,
                leader.deadline, leader.id)

    def leader(self, group):
        """Gives the job that leads the next batch of a group."""
        heads = [queue[0] for rank, queue in enumerate(self.pool.queues[group]) if queue and self.open[rank]]
        urgent = [head for head in heads if self.must_go(head)]
        return urgent[0] if urgent else min(heads, key=lambda head: (head.deadline, head.rank))

    def best_batch(self, group):
        """Finds the batch of a group's leader."""
        costs = self.policy.costs[group]
        leader = self.leader(group)
        context = self.policy.least_used(self.pool, leader.rank)
        first = costs.up(leader.inputs)
        best = self.fill(leader, context, first, True)
        for size in sorted(costs.whole):
            if not first < size <= costs.limit or not costs.suits(size, leader.relative_deadline):
                continue
            if self.now + self.takes(leader, size) > leader.deadline:
                continue
            batch = self.fill(leader, context, size, False)
            if self.is_better(batch, best):
                best = batch
        self.pool.remove(best.jobs)
        return best

    def is_better(self, batch, best):
        """Says whether a larger batch is better than the best so far."""
        if self.switches.size == "most":
            return batch.inputs() > best.inputs()
        costs = self.policy.costs[batch.group]
        return batch.inputs() * costs.costs(best.size) > best.inputs() * costs.costs(batch.size)

    def fill(self, leader, context, size, is_first):
        """Fills a batch of a size."""
        costs = self.policy.costs[leader.group]
        jobs = []
        room = size
        for job in self.in_order(leader, context):
            takes = self.least_takes(job, size) if is_first else self.takes(job, size)
            if self.now + takes > job.deadline:
                continue
            if job.inputs > room:
                break
            jobs.append(job)
            room -= job.inputs
        return Batch(leader.group, size, sorted(jobs, key=lambda job: job.urgency()), leader, context)

    def in_order(self, leader, context):
        """Gives the jobs that may stand in the leader's batch in the order in which they are looked at."""
        jobs = [job for job in self.pool.waiting(leader.group) if self.policy.permits(context, job.rank)]
        if not self.switches.join:
            jobs = [job for job in jobs if job.rank == leader.rank]
        urgent = [job for job in jobs if self.must_go(job)]
        others = [job for job in jobs if not self.must_go(job)]
        return urgent + sorted(others, key=lambda job: (job.deadline, job.rank, job.id))

    def late_batch(self):
        """Gives a batch of late jobs, or None if there are none."""
        leader = next((job for late in self.pool.late for job in late if self.open[job.rank]), None)
        if leader is None:
            return None
        costs = self.policy.costs[leader.group]
        context = self.policy.least_used(self.pool, leader.rank)
        room = max(costs.usual(), leader.inputs)
        jobs = []
        for job in [job for job in self.pool.late[leader.group] if self.policy.permits(context, job.rank)]:
            if job.inputs > room:
                break
            room -= job.inputs
            jobs.append(job)
        for job in jobs:
            self.pool.late[leader.group].remove(job)
        return Batch(leader.group, costs.up(sum(job.inputs for job in jobs)), jobs, leader, context)

"""daris-batched: batches of waiting jobs in every context, and jobs that can be promised to be in time."""

import decisions
from batch_costs import costs_of
from batch_order import NextBatch
from batch_pool import Job, Pool
from batch_promise import Promise
from batch_shares import Shares
from slot_policy import SlotPolicy


class Batched(SlotPolicy):
    """Keeps waiting jobs in pools, and batches in slots and between two stages."""

    def __init__(self, setup):
        super().__init__(setup)
        self.levels = sorted({task.level for task in setup.tasks})
        groups = range(len(setup.batch_groups))
        self.costs = [costs_of(setup, group, setup.switches.short_batches) for group in groups]
        self.shares = Shares(len(self.levels), self.levels[0] == 0, setup.switches)
        self.by_home = setup.switches.binding == "home"
        contexts = range(setup.contexts)
        parts = [[context] for context in contexts] if self.by_home else [list(contexts)]
        self.pools = [Pool(part, len(groups), len(self.levels)) for part in parts]
        self.between = []
        self.refused = [0] * len(setup.tasks)
        self.next_due = [0] * len(setup.tasks)
        self.crowded_until = 0

    def batch_estimate(self, group, size, stage):
        """Gives the present estimate of a stage of a batch."""
        return self.costs[group].stage_will_take(size, stage)

    def is_level_0(self, job):
        """Says whether the rules of level 0 hold for a job."""
        return job.rank == 0 and self.levels[0] == 0

    def contexts_of_rank(self, rank):
        """Gives the contexts that are not lost and that a level may use."""
        return self.contexts_for(self.levels[rank])

    def slots_left(self, rank):
        """Counts the slots that are left to a level."""
        return len(self.contexts_of_rank(rank)) * self.setup.streams

    def meet(self, rank, other):
        """Says whether two levels may use one context that is left."""
        return bool(set(self.contexts_of_rank(rank)) & set(self.contexts_of_rank(other)))

    def permits(self, context, rank):
        """Says whether a level may use a context."""
        return self.setup.permits(context, self.levels[rank])

    def levels_in(self, context):
        """Counts the levels that may use a context."""
        return len(self.setup.context_levels[context])

    def rest(self, batch):
        """Gives what a batch will take from its present stage on."""
        return self.costs[batch.group].rest_will_take(batch.size, batch.stage)

    def busy_for(self, slot):
        """Gives what is left of the batch in a slot, below 0 if it is overdue; 0 if the slot is idle."""
        batch = self.running.get(slot)
        return 0 if batch is None else self.rest(batch) - (self.now - batch.launched)

    def promised_after(self, slot):
        """Gives the time after which promises count a slot as free."""
        left = self.busy_for(slot)
        return abs(left) if self.setup.switches.overdue else max(0, left)

    def slots_of_pool(self, pool):
        """Gives the slots of a pool that are not lost."""
        return [slot for context in pool.contexts if context not in self.lost
                for slot in self.setup.slots_of(context)]

    def free_after(self, pool):
        """Gives the time after which each slot of a pool is free, batches between two stages counted."""
        free = {slot: self.promised_after(slot) for slot in self.slots_of_pool(pool)}
        for context in pool.contexts:
            for batch in [batch for batch in self.between if batch.context == context]:
                slot = min(self.setup.slots_of(context), key=lambda s: (free[s], s))
                free[slot] += self.rest(batch)
        return free

    def next_free(self, pool, rank):
        """Gives the time after which another slot for a level is free, or None if none of them is busy."""
        slots = [slot for slot in self.slots_of_pool(pool)
                 if self.permits(self.setup.context_of(slot), rank)]
        if sum(slot not in self.running for slot in slots) >= 2:
            return 0
        return min((max(0, self.busy_for(slot)) for slot in slots if slot in self.running), default=None)

    def work_of_level(self, rank):
        """Gives W(l), the share of slots that a level needs, in parts per 10^9."""
        work = 0
        for group, costs in enumerate(self.costs):
            rate = sum(task.inputs * (10**15 // task.period) for task in self.setup.tasks
                       if task.batch_group == group and task.level == self.levels[rank])
            work += costs.spent * 64 * rate // (10**6 * costs.served)
        return work

    def level_0_fits(self):
        """Says whether the work of level 0 fits; not while its surplus crowds the slots."""
        if self.now < self.crowded_until:
            return False
        return self.work_of_level(0) <= self.slots_left(0) * self.setup.switches.bound

    def all_fits(self):
        """Says whether the work of all levels fits."""
        work = sum(self.work_of_level(rank) for rank in range(len(self.levels)))
        return work <= len(self.contexts_left()) * self.setup.streams * self.setup.switches.bound

    def release(self, job_id, nominal_release):
        """Admits a job that can be promised, or that needs no promise."""
        task = self.setup.tasks[job_id.task]
        job = Job(nominal_release + task.deadline, job_id, task.batch_group, self.levels.index(task.level),
                  nominal_release, task.deadline, task.inputs)
        self.costs[job.group].forget_old(self.now)
        pool = self.pool_of_new_job(job.rank)
        if self.is_admitted(job, pool, self.is_surplus(job, task.period)):
            pool.add(job)
            self.refused[job_id.task] = 0
            self.decided.append(decisions.admit_job(job_id, 0))
        else:
            self.refused[job_id.task] += 1
            self.decided.append(decisions.reject_job(job_id, "utilization"))

    def is_surplus(self, job, period):
        """Says whether a task of level 0 is more than two periods ahead of its rate."""
        if not self.setup.switches.surplus or not self.is_level_0(job):
            return False
        due = self.next_due[job.id.task]
        if due - job.release > 2 * period:
            return True
        self.next_due[job.id.task] = max(due, job.release) + period
        return False

    def is_admitted(self, job, pool, is_surplus):
        """Says whether a job needs no promise, or can be promised."""
        certain = self.is_level_0(job) and self.level_0_fits()
        if not self.setup.switches.promise or (certain and not is_surplus):
            return True
        promise = Promise(self, pool, job, self.work_of_level(0) if certain else 0)
        if certain and not promise.is_crowded():
            return True
        if certain:
            self.crowded_until = self.now + job.relative_deadline
        return promise.holds()

    def pool_of_new_job(self, rank):
        """Gives the pool that a new job joins: that of the context with the least work, of its level's."""
        if not self.by_home:
            return self.pools[0]
        return self.pools[min(self.contexts_of_rank(rank),
                              key=lambda c: (self.work_of_pool(self.pools[c]), c))]

    def work_of_pool(self, pool):
        """Gives the work of a context: what its slots are busy for and what waits."""
        work = sum(self.free_after(pool).values())
        for group, costs in enumerate(self.costs):
            inputs = sum(job.inputs for job in pool.waiting(group))
            work += inputs * costs.costs(costs.usual()) // costs.usual()
        return work

    def take_finish(self, batch, execution):
        """A stage of a batch has ended: the batch waits for its next stage, or its jobs have ended."""
        batch.ran += max(0, execution)
        if batch.stage < len(self.costs[batch.group].of_stages[batch.size]):
            batch.stage += 1
            self.between.append(batch)
            return
        self.costs[batch.group].learn(self.now, batch.size, batch.ran, batch.inputs())
        for job in batch.jobs:
            if self.now <= job.deadline:
                self.shares.kept(job)
            else:
                self.note_broken(job)

    def note_broken(self, job):
        """The promise that a job would be in time was broken."""
        costs = self.costs[job.group]
        self.shares.broken(job, self.now, costs.will_take(costs.usual()))

    def take_failure(self, batch):
        """The jobs of a failed launch are dropped."""
        self.decided += decisions.drop_jobs([job.id for job in batch.jobs], "launch_failed")

    def lose(self, contexts):
        """Drops the batches of lost contexts, and what waits without a context; moves other jobs."""
        batches = list(self.running.values()) + self.between
        dropped = [job.id for batch in batches if batch.context in contexts for job in batch.jobs]
        self.between = [batch for batch in self.between if batch.context not in contexts]
        for pool in self.pools:
            for group in range(len(self.costs)):
                waiting, late = pool.take_out(group, lambda job, pool=pool: not self.serves(pool, job.rank))
                dropped += [job.id for job in late]
                dropped += [job.id for job in waiting if not self.contexts_of_rank(job.rank)]
                self.move([job for job in waiting if self.contexts_of_rank(job.rank)])
        self.decided += decisions.drop_jobs(dropped, "context_lost")

    def serves(self, pool, rank):
        """Says whether a level may use a context that is left to a pool."""
        return any(context in pool.contexts for context in self.contexts_of_rank(rank))

    def move(self, jobs):
        """Gives the waiting jobs of a lost context to others, each as a new job."""
        for job in jobs:
            self.pool_of_new_job(job.rank).add(job)

    def pools_left(self):
        """Gives the pools that have a context."""
        return [pool for pool in self.pools if self.slots_of_pool(pool)]

    def dispatch(self):
        """Looks for hopeless jobs, then gives out the free slots."""
        for pool in self.pools_left():
            for group in range(len(self.costs)):
                self.drop_hopeless(pool, group)
        for pool in self.pools_left():
            while any(slot not in self.running for slot in self.slots_of_pool(pool)):
                batch = NextBatch(self, pool).choose()
                if batch is None:
                    break
                self.launch(batch)

    def drop_hopeless(self, pool, group):
        """Drops the jobs of a group that can't be in time any more, or makes them late jobs."""
        costs = self.costs[group]
        drops = self.setup.switches.drop
        for job in pool.waiting(group):
            certain = self.is_level_0(job) and self.level_0_fits()
            size = costs.up(job.inputs)
            if self.now + (costs.may_take(size) if certain else costs.will_take(size)) <= job.deadline:
                continue
            pool.remove([job])
            if drops and not certain:
                self.drop(job)
                self.note_broken(job)
            else:
                pool.late[group].append(job)
        if drops:
            for job in [job for job in pool.late[group] if job.deadline < self.now]:
                pool.late[group].remove(job)
                self.drop(job)

    def drop(self, job):
        """Drops a job for being late."""
        self.decided.append(decisions.drop_job(job.id, "certainly_late"))

    def launch(self, batch):
        """Starts the next stage of a batch in its context."""
        if batch in self.between:
            self.between.remove(batch)
        slot = self.free_slots(batch.context)[0]
        batch.launched = self.now
        self.running[slot] = batch
        self.decided.append(decisions.launch_stage(slot, batch.stage, batch.size,
                                                   [job.id for job in batch.jobs]))

    def is_open(self, pool, rank):
        """Says whether a slot is free that a level may use."""
        return any(self.free_slots(context) for context in self.contexts_of_rank(rank)
                   if context in pool.contexts)

    def least_used(self, pool, rank):
        """Gives the context of a new batch: for few levels, and with few batches in it and its neighbours."""
        free = [context for context in self.contexts_of_rank(rank)
                if context in pool.contexts and self.free_slots(context)]
        return min(free, key=lambda c: (self.levels_in(c), self.batches_around(c), c))

    def batches_around(self, context):
        """Counts the batches in a context; if they are spread, then those next to it, two away, and so on."""
        batches = list(self.running.values()) + self.between
        counts = [sum(batch.context == c for batch in batches) for c in range(self.setup.contexts)]
        if not self.setup.switches.spread:
            return [counts[context]]
        return [counts[context - away] + counts[(context + away) % len(counts)]
                for away in range(len(counts) // 2 + 1)]

"""Ids of jobs, and decisions as the lines of an event log have them."""

from typing import NamedTuple


class JobId(NamedTuple):
    """Names a job. Ids are ordered by ordinal, then by task."""
    ordinal: int
    task: int


def admit_job(job, context):
    """The job is in the system; its stages run in this context."""
    return {"decision": "admit_job", "task": job.task, "ordinal": job.ordinal, "context": context}


def reject_job(job, reason):
    """The job will not run."""
    return {"decision": "reject_job", "task": job.task, "ordinal": job.ordinal, "reason": reason}


def drop_job(job, reason):
    """An admitted job will not run on."""
    return {"decision": "drop_job", "task": job.task, "ordinal": job.ordinal, "reason": reason}


def drop_jobs(jobs, reason):
    """Several admitted jobs will not run on. They are dropped by job id."""
    return [drop_job(job, reason) for job in sorted(jobs)]


def migrate_task(task, source, target):
    """The home of a task moves."""
    return {"decision": "migrate_task", "task": task, "from": source, "to": target}


def launch_stage(slot, stage, batch, jobs):
    """The stage of these jobs starts in this slot. Stages are numbered from 1."""
    return {"decision": "launch_stage", "slot": slot, "stage": stage, "batch": batch,
            "jobs": [{"task": job.task, "ordinal": job.ordinal} for job in jobs]}


def set_timer(at):
    """The policy wants to be called at this instant. None takes the timer back."""
    return {"decision": "set_timer", "timer": 0, "at_ns": at}

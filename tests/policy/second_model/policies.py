"""Makes the model of a policy by its name."""

from batch_slots import Instances, Symphony
from batched import Batched
from batching import Batching
from daris import Daris
from policy_setup import read_setup
from single_queue import SingleQueue

NAMES = ["daris", "daris-batched", "static", "fifo", "edf", "batching", "clockwork", "instances", "merged",
         "symphony"]


def make_policy(header):
    """Makes a fresh policy from the header of an event log."""
    name = header["policy"]
    setup = read_setup(header)
    if name in ("daris", "static"):
        return Daris(setup)
    if name == "daris-batched":
        return Batched(setup)
    if name in ("fifo", "edf"):
        return SingleQueue(setup, by_deadline=name == "edf")
    if name in ("instances", "merged"):
        return Instances(setup, merged=name == "merged")
    if name == "symphony":
        return Symphony(setup)
    return Batching(setup, one_job_at_a_time=name == "clockwork")

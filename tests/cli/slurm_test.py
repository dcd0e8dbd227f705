#!/usr/bin/env python3
"""Runs a sweep under real Slurm on this machine: slurm_test.py DARIS.

Starts munged, slurmctld and slurmd of its own in a temporary folder, so it needs Debian's slurm-wlm and
munge, and root. An array of 8 jobs runs; one of them is killed, and submitted again. The merged report must
have the bytes of a sweep that ran on one machine. Exit code 77: skipped, with the reason.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77
JOBS = 8
KILLED = 3  # the element of the array that is killed
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "squeue", "sinfo")
SET = {"schema": "daris.task-set", "version": 1, "name": "cameras", "tasks": [
    {"name": "front", "count": 6, "model": "resnet18", "priority": 0, "rate_hz": 100},
    {"name": "side", "count": 6, "model": "resnet18", "priority": 1, "rate_hz": 100}]}
SWEEP = {"schema": "daris.sweep", "version": 1, "name": "under slurm", "task_sets": ["set.json"],
         "duration_s": 40, "grid": {"policy": ["daris", "edf"], "contexts": [2, 4, 6], "seed": [1, 2, 3, 4]}}
CONFIG = """ClusterName=daris
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def find(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def reason_to_skip():
    lacking = [name for name in PROGRAMS if find(name) is None]
    if lacking:
        return f"{', '.join(lacking)} not found: run scripts/setup.sh slurm"
    if os.geteuid() != 0:
        return "the daemons of Slurm need root here"
    return None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """One machine under Slurm. The daemons end with it."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        for name in ("state", "spool"):
            (folder / name).mkdir()
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o400)
        text = CONFIG.format(host=socket.gethostname(), folder=folder, cpus=os.cpu_count(),
                             controller_port=free_port(), node_port=free_port())
        (folder / "slurm.conf").write_text(text)
        os.environ["SLURM_CONF"] = str(folder / "slurm.conf")

    def __enter__(self):
        at = self.folder
        self.start("munged", "--foreground", "--force", f"--socket={at}/munge.socket",
                   f"--key-file={at}/munge.key", f"--pid-file={at}/munged.pid",
                   f"--seed-file={at}/munge.seed", f"--log-file={at}/munged.log")
        wait_until(lambda: (at / "munge.socket").exists(), "munged has its socket")
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D")
        wait_until(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"), "the node is idle")
        return self

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()

    def start(self, name, *words):
        log = (self.folder / f"{name}.out").open("w")
        self.daemons.append(subprocess.Popen([find(name), *words], stdout=log, stderr=log))

    @staticmethod
    def ask(name, *words, text=None):
        done = subprocess.run([find(name), *words], capture_output=True, text=True, input=text, check=False)
        return done.stdout.strip()

    def submit(self, script, *words):
        number = self.ask("sbatch", "--parsable", *words, text=script)
        assert number.isdigit(), f"sbatch said: {number}"
        return number

    def states(self, job):
        """The state of each element that is not at its end."""
        lines = self.ask("squeue", "-h", "-r", "-j", job, "-o", "%K %t").splitlines()
        return {int(line.split()[0]): line.split()[1] for line in lines}


def wait_until(holds, what, limit_s=240):
    end = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"waited {limit_s} s in vain: {what}")
        time.sleep(0.05)


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done


def check(daris, folder, cluster):
    (folder / "set.json").write_text(json.dumps(SET))
    sweep = folder / "sweep.json"
    sweep.write_text(json.dumps(SWEEP))
    under_slurm, alone = folder / "under-slurm", folder / "alone"
    emit = [daris, "sweep", sweep, "-o", under_slurm, "--emit-slurm", str(JOBS)]
    script = run(*emit).stdout
    assert f"#SBATCH --array=1-{JOBS}\n" in script and f'"$SLURM_ARRAY_TASK_ID/{JOBS}"' in script, script

    logs = ["--output", f"{folder}/%a.log"]
    job = cluster.submit(script, *logs)
    wait_until(lambda: cluster.states(job).get(KILLED) == "R", "the element runs")
    cluster.ask("scancel", "--signal=KILL", "--full", f"{job}_{KILLED}")
    wait_until(lambda: not cluster.states(job), "the array is at its end")

    gaps = run(daris, "merge", under_slurm, "-o", folder / "gaps.json", "--no-table").stderr
    ids = {line.split()[0] for line in gaps.splitlines() if line.endswith("is not finished")}
    plan = json.loads((under_slurm / "plan.json").read_text())["points"]
    assert ids and ids <= set(plan[KILLED - 1::JOBS]), f"the gaps are those of element {KILLED}: {gaps}"
    print(f"killed element {KILLED}; merge named {len(ids)} gaps of {len(plan)} points")

    rest = run(*emit).stdout
    assert f"#SBATCH --array={KILLED}\n" in rest, rest
    again = cluster.submit(rest, *logs)
    wait_until(lambda: not cluster.states(again), "the element is at its end")

    run(daris, "merge", under_slurm, "-o", folder / "slurm.json", "--no-table")
    run(daris, "sweep", sweep, "-o", alone)
    run(daris, "merge", alone, "-o", folder / "alone.json", "--no-table")
    equal = (folder / "slurm.json").read_bytes() == (folder / "alone.json").read_bytes()
    assert equal, "the merged report differs from that of one machine"
    print(f"an array of {JOBS}, one element killed and submitted again, merged: the bytes of one machine")


def main():
    reason = reason_to_skip()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        with Cluster(Path(name)) as cluster:
            check(str(Path(sys.argv[1]).resolve()), Path(name), cluster)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How long a network takes while all slots are busy, as a function of the shape: fitted to published ones.

A job then costs the GPU so many milliseconds, whatever the number of slots:

    F / n = shared + alone / n + hidden * (1 - OS / Nc) + mixed * m + cramped * m * (1 - OS / Nc) + crowd * n

with n slots, and m = (Ns - 1) / Ns if there are several contexts, else 0. All coefficients are 0 or more.
The last three are the host's: the authors launch each kernel by itself from one thread a slot, and threads
wait for each other. In a run slots are not all busy all the time, so that a part of that may not be felt.
"""
import numpy

RIDGE = 1e-3
ROUNDS = 400


def features(contexts, streams, oversubscription):
    slots = contexts * streams
    hidden = 1 - min(oversubscription, contexts) / contexts
    mixed = (streams - 1) / streams if contexts > 1 else 0
    return [1, 1 / slots, hidden, mixed, mixed * hidden, slots / 10]


class FullLoad:
    """The full-load time of one network, in milliseconds."""

    def __init__(self, runs, alone_ms):
        rows = [(features(*shape), time / (shape[0] * shape[1])) for shape, time in runs]
        rows.append((features(1, 1, 1), alone_ms))  # published apart from the runs
        inputs = numpy.array([row / numpy.float64(cost) for row, cost in
                              ((numpy.array(feature), cost) for feature, cost in rows)])
        self.coefficients = non_negative(inputs, numpy.ones(len(rows)))

    def __call__(self, shape, host_share=1):
        """Milliseconds, with so much of the host's part."""
        shares = numpy.array([1, 1, 1, host_share, host_share, host_share])
        return float(numpy.dot(features(*shape), self.coefficients * shares)) * shape[0] * shape[1]


def non_negative(inputs, wanted):
    """Least squares with coefficients of 0 or more, by coordinate descent."""
    size = inputs.shape[1]
    normal = inputs.T @ inputs + RIDGE * numpy.eye(size)
    right = inputs.T @ wanted
    found = numpy.zeros(size)
    for _ in range(ROUNDS):
        for i in range(size):
            found[i] = max(0, found[i] + (right[i] - normal[i] @ found) / normal[i, i])
    return found

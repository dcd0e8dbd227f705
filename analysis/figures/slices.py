"""Says which points belong into one picture: an axis, colours, and all else held fixed."""

# Axes in the order of their pictures, each with the keys that its curves may stand for, best first.
AXES = {
    "oversubscription": ("contexts", "policy", "streams", "backend"),
    "contexts": ("oversubscription", "policy", "streams", "backend"),
    "streams": ("contexts", "policy", "oversubscription"),
    "load": ("policy", "contexts", "priority_mix", "backend"),
    "priority_mix": ("policy", "load", "contexts", "backend"),
}
SWITCH_CURVES = ("contexts", "load", "oversubscription")  # policies have switches of their own
SETTLED = ("oversubscription", "contexts", "streams")  # what a policy may fix by itself, beside its switches
CURVES_MAX = 9  # as many as there are colours that can be told apart
OURS = ("daris-batched", "daris")  # policies that come first, and settle what is held fixed
NOT_AXES = {"seed", "replications", "duration_s", "warmup_s", "task_set"}


class Slice:
    """Curves over `axis`.

    `curves` is a list of (value of `hue`, points by ascending x). `fixed` is what all points have in common.
    """

    def __init__(self, axis, hue, curves, fixed):
        self.axis = axis
        self.hue = hue
        self.curves = curves
        self.fixed = fixed


def distinct(points, key):
    """The values of `key`, in order of first appearance."""
    return list(dict.fromkeys(point.config.get(key) for point in points))


def policies_in_order(points):
    """The policies: ours first, then the others by name."""
    names = distinct(points, "policy")
    return [name for name in OURS if name in names] + sorted(name for name in names if name not in OURS)


def varying_keys(points):
    """The keys in which any two points differ, in order of first appearance. One that is left out is None."""
    if not points:
        return []
    first = points[0].config
    keys, differing = dict.fromkeys(first), set()
    for point in points:
        if point.config.keys() != first.keys():
            keys.update(dict.fromkeys(point.config))
        differing.update(key for key, _ in point.config.items() ^ first.items())
    return [key for key in keys if key in differing and len(distinct(points, key)) > 1]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeric_axes(points):
    """The keys that have at least two numbers to plot over. Those of AXES come first."""
    varying = [
        key
        for key in varying_keys(points)
        if key not in NOT_AXES and sum(is_number(value) for value in distinct(points, key)) > 1
    ]
    known = [key for key in AXES if key in varying]
    return known + [key for key in varying if key not in known]


def choose_hue(points, axis):
    """What the curves stand for: the first key that varies, and not too much. None means a single curve."""
    varying = [key for key in varying_keys(points) if key != axis and key not in NOT_AXES]
    others = SWITCH_CURVES if axis.startswith("switches.") else ("policy", "contexts", "load")
    for key in (*AXES.get(axis, others), *varying):
        if key in varying and len(distinct(points, key)) <= CURVES_MAX:
            return key
    return None


def make_slice(points, axis):
    """The slice over `axis` with the most points. None if no curve would have two."""
    points = [point for point in points if is_number(point.config.get(axis))]
    hue = choose_hue(points, axis)
    others = [key for key in varying_keys(points) if key not in (axis, hue)]
    reference = reference_values(points, axis, others)
    if reference is None:
        return None
    curves = []
    for value in values_in_order(points, hue) if hue else [None]:
        same = [point for point in points if hue is None or point.config.get(hue) == value]
        curve = one_an_x(held_points(same, axis, hue, reference), axis)
        if len(curve) > 1 or (curve and hue == "policy" and axis in SETTLED):
            curves.append((value, curve))
    if (axis, hue) == ("contexts", "oversubscription"):
        curves += every_context_curve(points, reference, others)
    if not any(len(curve) > 1 for _, curve in curves):
        return None
    fixed = {key: value for key, value in reference.items()
             if value is not None and not is_of_policy(points, key)}
    return Slice(axis, hue, curves, fixed)


def held_points(same, axis, hue, reference):
    """The points of a curve, of those with its value of `hue`.

    A policy that was never tried with the switches of the reference has those with which it was tried most.
    """
    def held(keys):
        return [point for point in same
                if all(matches(point, key, reference[key], hue, same) for key in keys)]

    found = held(reference)
    if hue != "policy" or len(distinct(found, axis)) > 1:
        return found
    kept = held(key for key in reference if not key.startswith("switches."))
    switches = [key for key in varying_keys(kept) if key.startswith("switches.") and key != axis]
    own = reference_values(kept, axis, switches) if kept else None
    return found if own is None else [
        point for point in kept if all(point.config.get(key) == value for key, value in own.items())]


def is_of_policy(points, key):
    """A switch that differs between policies only, such as one that a policy alone obeys."""
    values = {}
    for point in points:
        values.setdefault(point.config.get("policy"), set()).add(point.config.get(key))
    return key.startswith("switches.") and all(len(known) == 1 for known in values.values())


def values_in_order(points, hue):
    return policies_in_order(points) if hue == "policy" else sorted(distinct(points, hue), key=sort_key)


def one_an_x(curve, axis):
    """Gives points by ascending x, and for each x the first one of the report: a curve doesn't go back."""
    by_x = {point.config[axis]: point for point in reversed(curve)}
    return [by_x[x] for x in sorted(by_x)]


def every_context_curve(points, reference, others):
    """The points with OS = Nc. That each context sees the whole GPU is a curve of its own."""
    chosen = [
        point
        for point in points
        if point.config["contexts"] == point.config.get("oversubscription") and point.config["contexts"] > 1
        and all(point.config.get(key, reference[key]) == reference[key] for key in others)
    ]
    curve = one_an_x(chosen, "contexts")
    return [("Nc", curve)] if len(curve) > 1 else []


def sort_key(value):
    return (0, value, "") if is_number(value) else (1, 0, str(value))


def reference_values(points, axis, others):
    """The values of `others` at which most values of `axis` were tried.

    Of several, those of the first of our policies come first. Of these come those with the task set's own
    share of level 0, and of these the ones with most jobs done in time: the best shape, under the highest
    load.
    """
    first = next((name for name in OURS if name in distinct(points, "policy")), None)
    tried = {}
    for point in points:
        tried.setdefault(tuple(point.config.get(key) for key in others), []).append(point)

    def worth(group):
        ours = [point for point in group if point.config.get("policy") == first]
        shown = ours or group
        in_time = sum(point.figures["on_time"].value for point in shown) / len(shown)
        return len(distinct(group, axis)), len(ours) > 0, all(point.own_mix for point in shown), in_time

    values, group = max(tried.items(), key=lambda item: worth(item[1]))
    return dict(zip(others, values)) if len(distinct(group, axis)) > 1 else None


def matches(point, key, wanted, hue, same_hue):
    """A key matches too if the point lacks it, or if its policy settles it by itself."""
    may_settle = key in SETTLED or key.startswith("switches.") or key == "batch_limit"
    settled = hue == "policy" and may_settle and len(distinct(same_hue, key)) == 1
    return key not in point.config or point.config[key] == wanted or settled

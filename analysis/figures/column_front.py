"""The Pareto front: jobs in time against level 0's 99th percentile, and energy if it is known."""

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from column import add_legend, legend_rows, logarithmic, new_column
from palette import REFERENCE_COLOUR, style_of
from slices import policies_in_order

LEGEND_COLUMNS = 3
MARK = {"linestyle": "", "markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.3}  # legend too
COSTS = ((("response_p99_ms", 0), "level 0, p99, ms"), ("energy", "energy, J per job"))


def front_of(pairs):
    """Those of (gain, cost, ...) that no other beats in both, by ascending gain."""
    front = []
    for pair in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if not front or pair[1] < front[-1][1]:
            front.append(pair)
    return front[::-1]


def pairs_of(points, key):
    found = []
    for point in points:
        cost = point.figures.get(key)
        gain = point.figures["on_time"].value
        if cost is not None and cost.value and gain > 0:
            found.append((gain, cost.value, point))
    return found


def nothing_in_time(points, policies):
    """Names the policies that had no job in time, since no front can show them."""
    best = {policy: max(point.figures["on_time"].value for point in points
                        if point.config["policy"] == policy)
            for policy in policies}
    names = [policy for policy in policies if best[policy] <= 0]
    return f"{', '.join(names)}: nothing in time." if names else ""


def draw_front(points, note_of):
    """Gives the picture; None if fewer than three points have what it needs."""
    load = max((point.config.get("load") or 0 for point in points), default=0)
    points = [point for point in points if (point.config.get("load") or 0) == load]
    costs = [(label, pairs_of(points, key)) for key, label in COSTS]
    costs = [(label, pairs) for label, pairs in costs if len(pairs) > 2]
    if not costs:
        return None
    policies = policies_in_order(points)
    styles = {policy: style_of("policy", policy, index) for index, policy in enumerate(policies)}
    shown = [point for _, pairs in costs for _, _, point in pairs]
    drawn = {point.config["policy"] for point in shown}
    handles = [Line2D([], [], color=styles[policy]["colour"], marker=styles[policy]["marker"],
                      label=policy, **MARK) for policy in policies if policy in drawn]
    handles.append(Line2D([], [], color=REFERENCE_COLOUR, linewidth=0.9, label="front"))
    note = note_of({"load": load or None}, shown, "No point is better than the front in both.",
                   nothing_in_time(points, policies))
    picture, panels = new_column(len(costs), 1, 38 * len(costs),
                                 legend_rows=legend_rows(handles, LEGEND_COLUMNS), note=note)
    for axes, (label, pairs) in zip(panels[:, 0], costs):
        front = front_of(pairs)
        axes.plot([pair[0] for pair in front], [pair[1] for pair in front], color=REFERENCE_COLOUR,
                  linewidth=0.9, drawstyle="steps-pre", zorder=1)
        for gain, cost, point in reversed(pairs):
            style = styles[point.config["policy"]]
            axes.plot(gain, cost, marker=style["marker"], color=style["colour"], **MARK)
        logarithmic(axes.yaxis, [pair[1] for pair in pairs])
        axes.xaxis.set_major_locator(MaxNLocator(5))  # more labels of five digits would touch
        axes.set_ylabel(label)
    picture.align_ylabels()
    picture.subplots_adjust(right=0.95)  # a label at the end of the axis is as wide as that
    panels[-1][0].set_xlabel("in time, jobs/s")
    add_legend(picture, handles, LEGEND_COLUMNS)
    return picture

"""Curves over a number, such as load or priority mix: jobs in time, and what levels lose."""

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from column import add_legend, draw_band, from_zero, legend_rows, new_column
from palette import REFERENCE_COLOUR, dashes_of, style_of
from slices import SETTLED, is_number, policies_in_order

LEGEND_COLUMNS = 3
LABELS = {
    "oversubscription": "oversubscription ratio OS",
    "contexts": "contexts $N_c$",
    "streams": "streams per context $N_s$",
    "load": "load (demand / capacity)",
    "priority_mix": "share of level 0 among the tasks",
    "deadline_ratio": "deadline in periods, D / T",
    "batch_limit": "largest batch (inputs)",
    "switches.bound": "admission bound",
    "switches.window": "MRET window (measured times)",
    "sms": "SMs in use",
}
SHORT = {"oversubscription": "OS", "contexts": "$N_c$ =", "streams": "$N_s$ =",
         "priority_mix": "level-0 share"}
LEVELS_MAX = 3  # panels of levels in a column


def label_of(axis):
    return LABELS.get(axis, axis.split(".")[-1].replace("_", " "))


def apart(xs):
    """Leaves out what stands so near the one before that labels would meet."""
    kept = xs[:1]
    for x in xs[1:]:
        if x - kept[-1] >= 0.06 * (xs[-1] - xs[0]):
            kept.append(x)
    return kept


def set_x(axes, axis, xs):
    if axis == "oversubscription" and xs[-1] >= 4 * xs[0]:
        axes.set_xscale("log", base=2)
    if len(xs) <= 8:
        axes.xaxis.set_major_locator(FixedLocator(apart(xs)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:g}")
    elif all(float(x).is_integer() for x in xs):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def handle(style, label, line=None):
    return Line2D([], [], color=style["colour"], marker=style["marker"], linestyle=line or dashes_of(style),
                  markeredgewidth=0.4, markeredgecolor="white", label=label)


def draw_offered(axes, points, axis):
    """What is asked for, where curves are over the load."""
    offered = {point.config[axis]: point.offered for point in points if point.offered}
    if axis != "load" or len(offered) < 2:
        return []
    axes.plot(sorted(offered), [offered[x] for x in sorted(offered)], color=REFERENCE_COLOUR, linewidth=0.9,
              linestyle=(0, (1, 1.2)), zorder=1)
    return [Line2D([], [], color=REFERENCE_COLOUR, linewidth=0.9, linestyle=(0, (1, 1.2)), label="asked for")]


def name_of(hue, value, text):
    """What the legend calls a curve."""
    if hue is None:
        return "points"
    if hue == "policy":
        return text(value)
    return f"{SHORT.get(hue, hue.split('.')[-1].replace('_', ' '))} {text(value)}"


def levels_of(curves):
    """The levels that have a panel."""
    return sorted({level for _, curve in curves for point in curve for level in point.levels})[:LEVELS_MAX]


def draw_curves(curves, hue, axis, note, text):
    """Gives the picture. `curves` is a list of (value of `hue`, points by ascending x)."""
    levels = levels_of(curves)
    drawn = [(value, curve, style_of(hue, value, index)) for index, (value, curve) in enumerate(curves)]
    names = [handle(style, name_of(hue, value, text)) for value, _, style in drawn]
    rows = legend_rows(names, LEGEND_COLUMNS) + 1
    picture, panels = new_column(1 + len(levels), 1, 30 + 21 * len(levels), legend_rows=rows, note=note)
    panels = panels[:, 0]
    # The first, which is solid, lies below the dashes of others: curves that meet are all seen.
    for value, curve, style in drawn:
        flat = len(curve) == 1 and hue == "policy" and axis in SETTLED
        draw_one(panels, curve, axis, style, levels, flat)
    longest = max((curve for _, curve in curves), key=len)
    names += draw_offered(panels[0], longest, axis)
    panels[0].set_ylabel("in time, jobs/s")
    for level, axes in zip(levels, panels[1:]):
        axes.set_ylabel(f"level {level}\nlost, %")
    from_zero(panels[0])
    for axes in panels[1:]:
        from_zero(axes, least_top=1)
    picture.align_ylabels()
    set_x(panels[-1], axis, sorted({point.config[axis] for _, curve in curves for point in curve}))
    panels[-1].set_xlabel(label_of(axis))
    add_legend(picture, names, LEGEND_COLUMNS)
    return picture


def draw_one(panels, curve, axis, style, levels, flat):
    keys = ["on_time"] + [("lost", level) for level in levels]
    for axes, key in zip(panels, keys):
        figures = [point.figures.get(key) for point in curve]
        if flat:  # the policy settles the axis by itself: the figure is the same everywhere
            if figures[0] is not None and figures[0].value is not None:
                axes.axhline(figures[0].value, color=style["colour"], linestyle=dashes_of(style),
                             linewidth=0.9)
        else:
            draw_band(axes, [point.config[axis] for point in curve], figures, style)


def best_over(points, axis):
    """For each policy, its point with most jobs in time at each value of the axis."""
    points = [point for point in points if is_number(point.config.get(axis))]
    curves = []
    for policy in policies_in_order(points):
        best = {}
        for point in points:
            if point.config["policy"] != policy:
                continue
            x = point.config[axis]
            if x not in best or point.figures["on_time"].value > best[x].figures["on_time"].value:
                best[x] = point
        if len(best) > 1:
            curves.append((policy, [best[x] for x in sorted(best)]))
    return curves

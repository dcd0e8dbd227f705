"""Draws one picture: six panels, and a shared legend beside them."""

from numbers import Real

import matplotlib
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from palette import COLOURS, LEVEL_STYLES, MARKERS, REFERENCE_COLOUR, style_of
from slices import SETTLED, distinct

SATURATION = (0, (1, 1.5))
OFFERED = (0, (6, 2, 1, 2))

AXIS_LABELS = {
    "oversubscription": "oversubscription ratio OS",
    "contexts": "contexts $N_c$",
    "streams": "streams per context $N_s$",
    "load": "load (demand / capacity)",
    "priority_mix": "share of level 0 among the tasks",
    "deadline_ratio": "deadline in periods, D / T",
    "switches.bound": "admission bound",
    "switches.window": "MRET window (measured times)",
    "sms": "SMs in use",
}
# These are named in every picture, even if all points agree on them.
ALWAYS_NAMED = ("policy", "switches.bound", "backend", "load")
SHORT = {"oversubscription": "OS", "contexts": "Nc", "streams": "Ns", "priority_mix": "level-0 share"}

matplotlib.rcParams.update({
    "font.size": 9,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "daris",
})

# Title, unit of the y axis, curves: (figure, dashes, label). A figure by level is drawn for each level.
PANELS = (
    ("Throughput", "jobs / s", (("throughput", "--", "all"), ("on_time", "-", "in time"))),
    ("Deadline misses", "% of admitted jobs", ("missed",)),
    ("Rejections", "% of released jobs", ("rejected",)),
    ("Response time, 99th percentile", "ms", ("response_p99_ms",)),
    ("Stage slow-down, mean", "time / time alone", (("slowdown", "-", None),)),
    ("Estimate coverage", "% of stages within estimate", (("mret", "-", "MRET"), ("afet", ":", "AFET"))),
)


def plain(value):
    """The text of a value, so that matplotlib takes no dollar in it for the begin of a formula."""
    return str(value).replace("$", r"\$")


def text(value):
    if value is None:
        return "as written"
    return f"{value:g}" if isinstance(value, Real) and not isinstance(value, bool) else plain(value)


def key_text(key):
    return SHORT.get(key, key.split(".")[-1].replace("_", " "))


def panel_curves(curves, levels):
    """Gives (figure's key, dashes) for each curve of a panel."""
    for curve in curves:
        if isinstance(curve, str):
            for index, level in enumerate(levels):
                yield (curve, level), LEVEL_STYLES[index % len(LEVEL_STYLES)]
        else:
            yield curve[0], curve[1]


def draw_curve(axes, xs, figures, style, colour, marker, flat):
    known = [(x, figure) for x, figure in zip(xs, figures) if figure is not None and figure.value is not None]
    if not known:
        return
    if flat:  # the policy settles the axis by itself: the figure is the same everywhere
        axes.axhline(known[0][1].value, color=colour, linestyle=style, linewidth=1.2, alpha=0.8)
        return
    values = [figure.value for _, figure in known]
    errors = [
        [max(0.0, figure.value - figure.low) for _, figure in known],
        [max(0.0, figure.high - figure.value) for _, figure in known],
    ]
    axes.errorbar(
        [x for x, _ in known], values, yerr=errors, color=colour, linestyle=style, marker=marker,
        markersize=4, linewidth=1.4, elinewidth=0.8, capsize=2,
    )


def draw_references(axes, points, axis):
    """The capacity that load is counted against, and what is asked for."""
    for name, dashes in (("saturation", SATURATION), ("offered", OFFERED)):
        if name == "offered" and axis != "load":
            continue
        known = [(point.config[axis], getattr(point, name)) for point in points if getattr(point, name)]
        values = [y for _, y in known]
        if values and max(values) < 1.05 * min(values):  # they count as one number
            axes.axhline(sum(values) / len(values), color=REFERENCE_COLOUR, linestyle=dashes, linewidth=1.3)
        elif len(known) > 1:
            axes.plot([x for x, _ in known], [y for _, y in known], color=REFERENCE_COLOUR, linestyle=dashes,
                      linewidth=1.3)


def line(label, style, colour="#444444", marker=None):
    return Line2D([], [], linestyle=style, color=colour, marker=marker, markersize=4, linewidth=1.3,
                  label=label)


def add_legends(figure, found, levels, has_saturation):
    """Puts legends beside the panels, one under the other: curves, levels, capacity and demand."""
    groups = []
    if found.hue is not None:
        handles = [
            line(text(value), "-", style["colour"], style["marker"])
            for value, style in ((value, style_of(found.hue, value, index))
                                 for index, (value, _) in enumerate(found.curves))
        ]
        groups.append((AXIS_LABELS.get(found.hue, key_text(found.hue)), handles))
    handles = [
        line(f"{level} (highest)" if level == 0 else str(level), LEVEL_STYLES[index % len(LEVEL_STYLES)])
        for index, level in enumerate(levels)
    ]
    groups.append(("priority level", handles))
    references = [line("capacity (load 1)", SATURATION, REFERENCE_COLOUR)] if has_saturation else []
    references += [line("jobs asked for", OFFERED, REFERENCE_COLOUR)] if found.axis == "load" else []
    if references:
        groups.append(("beside throughput", references))
    top = 0.885
    for title, handles in groups:
        figure.legend(handles=handles, title=title, loc="upper left", bbox_to_anchor=(0.822, top),
                      frameon=False, fontsize=8, title_fontsize=8.5, alignment="left", handlelength=2.6)
        top -= 0.055 + 0.0305 * len(handles)


def add_panel_legend(axes, curves):
    """Puts a legend into the panel if its line styles have a meaning of their own."""
    handles = [line(curve[2], curve[1]) for curve in curves if not isinstance(curve, str) and curve[2]]
    if len(handles) > 1:
        axes.legend(handles=handles, fontsize=7, loc="best", framealpha=0.8, edgecolor="none",
                    handlelength=2.2)


def new_picture(title, note):
    figure = Figure(figsize=(11.5, 6.4))
    panels = figure.subplots(2, 3).flatten()
    figure.subplots_adjust(left=0.065, right=0.815, top=0.87, bottom=0.12, wspace=0.27, hspace=0.42)
    figure.suptitle(title, x=0.065, ha="left", fontsize=12, fontweight="bold")
    figure.text(0.065, 0.918, note, fontsize=8, color="#555555")
    return figure, panels


def scale_from(axis, title):
    """Shares and rates are read against 0, slow-downs against 1. `axis` gets and sets the limits."""
    get, set_limits = axis
    low, high = get()
    if "slow-down" in title:
        set_limits(min(low, 0.99), max(high, 1.05) + 0.05 * (high - 1))
        return
    high = 1.04 * high if high > 0.06 else 1
    set_limits(-0.03 * high, high)


def set_scale(axes, title):
    """Response times stand on a logarithmic scale if they are far apart."""
    values = [y for curve in axes.get_lines() for y in curve.get_ydata() if y > 0]
    if "Response" in title and values and max(values) > 30 * min(values):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        return
    scale_from((axes.get_ylim, axes.set_ylim), title)


def held(found):
    """What all points of the picture have in common, as far as a reader must know it."""
    points = [point for _, curve in found.curves for point in curve]
    common = {key: distinct(points, key)[0] for key in ALWAYS_NAMED if len(distinct(points, key)) == 1}
    return {**{key: value for key, value in common.items() if value is not None}, **found.fixed}


def set_x_scale(axes, found):
    """Ratios stand on a logarithmic scale if they are far apart; counts stand at whole numbers."""
    xs = sorted({point.config[found.axis] for _, curve in found.curves for point in curve})
    if found.axis == "oversubscription" and xs[-1] >= 4 * xs[0]:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_locator(FixedLocator(xs))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
    elif all(float(x).is_integer() for x in xs):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def draw_slice(found, task_set, kind):
    levels = sorted({level for _, curve in found.curves for point in curve for level in point.levels})
    longest = max((curve for _, curve in found.curves), key=len)
    fixed = ", ".join(f"{key_text(key)} = {text(value)}" for key, value in held(found).items())
    unless = " (unless the policy settles it)" if found.hue == "policy" else ""
    note = kind + (f"  |  held fixed: {fixed}{unless}" if fixed else "") + "  |  bars: 95% intervals"
    label = AXIS_LABELS.get(found.axis, found.axis.split(".")[-1].replace("_", " "))
    figure, panels = new_picture(f"{task_set}: over {label}", note)
    for axes, (title, unit, curves) in zip(panels, PANELS):
        for index, (value, points) in enumerate(found.curves):
            drawn_as = style_of(found.hue, value, index)
            xs = [point.config[found.axis] for point in points]
            flat = len(points) == 1 and found.hue == "policy" and found.axis in SETTLED
            for key, style in panel_curves(curves, levels):
                draw_curve(axes, xs, [point.figures.get(key) for point in points], style,
                           drawn_as["colour"], drawn_as["marker"], flat)
        if title == "Throughput":
            draw_references(axes, longest, found.axis)
        axes.set_title(title, fontsize=9.5, loc="left")
        axes.set_xlabel(label)
        set_x_scale(axes, found)
        axes.set_ylabel(unit)
        set_scale(axes, title)
        add_panel_legend(axes, curves)
    add_legends(figure, found, levels, any(point.saturation for point in longest))
    return figure


def draw_marks(axes, points, key, index, label):
    """Draws one figure of each point. Each point has a row."""
    known = [(row, point.figures[key]) for row, point in enumerate(points) if key in point.figures]
    known = [(row, figure) for row, figure in known if figure.value is not None]
    if not known:
        return
    errors = [
        [max(0.0, figure.value - figure.low) for _, figure in known],
        [max(0.0, figure.high - figure.value) for _, figure in known],
    ]
    rows = [row + 0.14 * index for row, _ in known]
    axes.errorbar([figure.value for _, figure in known], rows, xerr=errors, linestyle="",
                  marker=MARKERS[index % len(MARKERS)], markersize=5,
                  color=COLOURS[index % len(COLOURS)], capsize=2, elinewidth=0.8, label=label)


def draw_points(points, keys, task_set, kind):
    """Draws points of which no number varies: a row of marks for each."""
    shown = points[:40]
    levels = sorted({level for point in shown for level in point.levels})
    names = [", ".join(f"{key_text(key)} = {text(point.config.get(key))}" for key in keys) or point.id[:12]
             for point in shown]
    left_out = f"  |  the first {len(shown)} of {len(points)} points" if len(points) > len(shown) else ""
    figure, panels = new_picture(f"{task_set}: point by point", kind + "  |  bars: 95% intervals" + left_out)
    height = 3.4 + 0.44 * len(shown)
    figure.set_size_inches(12.5, height)
    figure.subplots_adjust(left=0.2, right=0.88, top=1 - 0.95 / height, bottom=0.55 / height,
                           hspace=2.2 / (height - 2.2))
    figure.texts[-1].set_y(1 - 0.58 / height)
    for column, (axes, (title, unit, curves)) in enumerate(zip(panels, PANELS)):
        by_level = isinstance(curves[0], str)
        for index, (key, _) in enumerate(panel_curves(curves, levels)):
            draw_marks(axes, shown, key, index, f"level {key[1]}" if by_level else curves[index][2])
        axes.set_title(title, fontsize=9.5, loc="left")
        axes.set_xlabel(unit)
        axes.set_yticks(range(len(shown)))
        axes.set_yticklabels(names if column % 3 == 0 else [], fontsize=7)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        scale_from((axes.get_xlim, axes.set_xlim), title)
        if not by_level and curves[0][2]:
            axes.legend(fontsize=7, loc="best", framealpha=0.8, edgecolor="none")
    panels[2].legend(loc="upper left", bbox_to_anchor=(1.02, 1), frameon=False, fontsize=8, title="priority",
                     title_fontsize=8.5)
    return figure

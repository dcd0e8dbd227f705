"""Figures of documents that were made of reports: ablations, and simulated against live."""

from collections import Counter

from column import add_legend, legend_rows, logarithmic, new_column
from column_curves import handle
from palette import REFERENCE_COLOUR, SERIES, style_of
from scatter import pairs

CHANGES = (("on_time_jobs_per_s", "in time, %", True),
           ("level1_deadline_miss_rate", "level 1 missed, points", False))
SCATTERS = (("throughput_jobs_per_s", None, "throughput, jobs/s"), ("response_p99_ms", 0, "level 0, p99, ms"))
NEAR = 0.1  # dashed lines stand where a prediction is so much off
LEGEND_COLUMNS = 3


def change_of(metric, relative):
    """Gives (change, low, high) in per cent or points; None if it was not measured."""
    if metric is None or (relative and not metric["default"]):
        return None
    factor = 100 / metric["default"] if relative else 100
    middle = (metric["changed"] - metric["default"]) * factor
    low, high = (end * factor for end in metric["difference_95"] or (None, None)) \
        if metric["difference_95"] else (middle, middle)
    return middle, low, high


def ablation_rows(document):
    """Rows of the mean over scenarios, with the policy if there are several; else those of one scenario."""
    rows = [row for row in document["rows"] if row["scenario"].startswith("all")]
    if not rows and document["rows"]:
        rows = [row for row in document["rows"] if row["scenario"] == document["rows"][0]["scenario"]]
    return rows


def draw_ablations(document, note):
    """Gives the picture; None if there is no row."""
    rows = ablation_rows(document)
    if not rows:
        return None
    picture, panels = new_column(1, len(CHANGES), 4.2 * len(rows) + 6, share_x=False, share_y=True, legend_rows=0,
                                 note=note)
    picture.subplots_adjust(left=0.33, wspace=0.1)
    for axes, (name, label, relative) in zip(panels[0], CHANGES):
        for place, row in enumerate(rows):
            metric = next((one for one in row["metrics"] if one["metric"] == name), None)
            change = change_of(metric, relative)
            if change is None:
                continue
            style = SERIES[{"hurts": 1, "helps": 0}.get(metric["verdict"], 6)]
            axes.errorbar(change[0], place, xerr=[[change[0] - change[1]], [change[2] - change[0]]],
                          marker={"hurts": "s", "helps": "o"}.get(metric["verdict"], "|"), color=style["colour"],
                          markersize=3.4, capsize=1.6, elinewidth=0.7)
        axes.axvline(0, color=REFERENCE_COLOUR, linewidth=0.8)
        axes.set_xlabel(label)
        axes.margins(x=0.12)
    panels[0][0].set_yticks(range(len(rows)))
    panels[0][0].set_yticklabels([f"{row['switch']} = {row['to']}" for row in rows])
    panels[0][0].set_ylim(len(rows) - 0.5, -0.5)
    return picture


def draw_identity(axes, values):
    ends = [min(values) / 1.4, max(values) * 1.4]
    axes.plot(ends, ends, color="#444444", linewidth=0.8, zorder=1)
    for factor in (1 - NEAR, 1 + NEAR):
        axes.plot(ends, [end * factor for end in ends], color=REFERENCE_COLOUR, linewidth=0.6, linestyle="--", zorder=1)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    for axis in (axes.xaxis, axes.yaxis):
        logarithmic(axis, values)


def draw_agreement(document, note):
    """Simulated over live; None if no point has both."""
    points = document["points"]
    policies = sorted({point["config"]["policy"] for point in points})
    styles = {policy: style_of("policy", policy, index) for index, policy in enumerate(policies)}
    found = [(label, pairs(points, figure, level)) for figure, level, label in SCATTERS]
    found = [(label, shown) for label, shown in found if shown]
    if not found:
        return None
    handles = [handle(styles[policy], policy, line="none") for policy in policies]
    picture, panels = new_column(len(found), 1, 62 * len(found), share_x=False,
                                 legend_rows=legend_rows(handles, LEGEND_COLUMNS), note=note)
    for axes, (label, shown) in zip(panels[:, 0], found):
        # The policy with most points lies below the others.
        counts = Counter(point["config"]["policy"] for _, _, point in shown)
        for live, simulated, point in sorted(shown, key=lambda pair: -counts[pair[2]["config"]["policy"]]):
            style = styles[point["config"]["policy"]]
            axes.plot(live, simulated, linestyle="", marker=style["marker"], color=style["colour"], markersize=3.2,
                      markeredgecolor="white", markeredgewidth=0.3, alpha=0.85)
        draw_identity(axes, [value for pair in shown for value in pair[:2]])
        axes.set_aspect("equal")
        axes.set_ylabel(f"simulated: {label}")
        axes.set_xlabel(f"live: {label}")
    add_legend(picture, handles, LEGEND_COLUMNS)
    return picture

"""Figures of documents that were made of reports: ablations, and simulated against live."""

from collections import Counter

from column import add_legend, legend_rows, logarithmic, make_room_left, new_column
from column_curves import handle
from palette import REFERENCE_COLOUR, SERIES, style_of
from scatter import pairs

CHANGES = (("on_time_jobs_per_s", "in time, %", True),
           ("level1_deadline_miss_rate", "level 1 missed,\npoints", False))
MARKS = {"hurts": (1, "s", 3.4), "helps": (0, "o", 3.4)}  # series of the palette, marker, points
NO_DIFFERENCE = (6, "|", 6)
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


def is_mean(row):
    return row["scenario"].startswith("all")


def ablation_rows(document):
    """Rows of the mean over scenarios, with the policy if there are several; else those of one scenario."""
    rows = [row for row in document["rows"] if is_mean(row)]
    if not rows and document["rows"]:
        rows = [row for row in document["rows"] if row["scenario"] == document["rows"][0]["scenario"]]
    return rows


def short(value):
    try:
        return f"{float(value):.3g}"
    except ValueError:
        return value


def scenarios_text(names):
    """Says of which sets, loads and so on scenarios are: "a, b; load 0.9, 1.5; streams 1"."""
    sets, settings = {}, {}
    for name in names:
        first, *others = name.split(", ")
        sets[first] = None
        for key, _, value in (other.rpartition(" ") for other in others):
            settings.setdefault(key.replace("_", " "), {})[short(value)] = None
    said = [", ".join(sets)] + [f"{key} {', '.join(values)}" for key, values in settings.items()]
    return "; ".join(said)


def rows_text(document):
    """Says what rows and marks of the figure of ablations mean."""
    rows = ablation_rows(document)
    single = list(dict.fromkeys(row["scenario"] for row in document["rows"] if not is_mean(row)))
    marks = "Whiskers: 95% intervals; squares hurt, circles help, black bars: no difference."
    if not rows or not is_mean(rows[0]):
        return f"Rows: {scenarios_text(single[:1])}. {marks}" if single else marks
    named = f": {scenarios_text(single)}" if single else ""
    return f"Rows: means over {len(single) or 'all'} scenarios{named}. {marks}"


def draw_ablations(document, note):
    """Gives the picture; None if there is no row."""
    rows = ablation_rows(document)
    if not rows:
        return None
    picture, panels = new_column(1, len(CHANGES), 4.2 * len(rows) + 6, share_x=False, share_y=True,
                                 legend_rows=0, note=note, label_lines=2)
    picture.subplots_adjust(right=0.96, wspace=0.1)
    for axes, (name, label, relative) in zip(panels[0], CHANGES):
        for place, row in enumerate(rows):
            metric = next((one for one in row["metrics"] if one["metric"] == name), None)
            change = change_of(metric, relative)
            if change is None:
                continue
            series, marker, size = MARKS.get(metric["verdict"], NO_DIFFERENCE)
            axes.errorbar(change[0], place, xerr=[[change[0] - change[1]], [change[2] - change[0]]],
                          marker=marker, color=SERIES[series]["colour"], markersize=size, capsize=1.6,
                          elinewidth=0.7)
        axes.axvline(0, color=REFERENCE_COLOUR, linewidth=0.8)
        axes.set_xlabel(label)
        axes.margins(x=0.12)
    panels[0][0].set_yticks(range(len(rows)))
    panels[0][0].set_yticklabels([f"{row['switch']} = {row['to']}" for row in rows])
    panels[0][0].set_ylim(len(rows) - 0.5, -0.5)
    make_room_left(picture, panels[0][0])
    return picture


def draw_identity(axes, values):
    ends = [min(values) / 1.4, max(values) * 1.4]
    axes.plot(ends, ends, color="#444444", linewidth=0.8, zorder=1)
    for factor in (1 - NEAR, 1 + NEAR):
        axes.plot(ends, [end * factor for end in ends], color=REFERENCE_COLOUR, linewidth=0.6, linestyle="--",
                  zorder=1)
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
            axes.plot(live, simulated, linestyle="", marker=style["marker"], color=style["colour"],
                      markersize=3.2, markeredgecolor="white", markeredgewidth=0.3, alpha=0.85)
        draw_identity(axes, [value for pair in shown for value in pair[:2]])
        axes.set_aspect("equal")
        axes.set_ylabel(f"simulated: {label}")
        axes.set_xlabel(f"live: {label}")
    add_legend(picture, handles, LEGEND_COLUMNS)
    return picture

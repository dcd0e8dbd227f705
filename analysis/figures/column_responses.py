"""Distributions of response times, a panel for each level: the share of jobs that took longer."""

from math import log, sqrt

from column import add_legend, legend_rows, logarithmic, new_column
from column_curves import handle
from palette import dashes_of, style_of
from slices import policies_in_order

LEGEND_COLUMNS = 3
LEVELS_MAX = 4
FEWEST = 100  # jobs of which a distribution is drawn


def tail_of(histogram):
    """Gives (times, shares of jobs that took longer, count)."""
    total = sum(histogram["count"])
    times, shares, seen = [], [], 0
    for upper, count in zip(histogram["upper_ms"], histogram["count"]):
        seen += count
        times.append(upper)
        shares.append(1 - seen / total)
    return times, shares, total


def best_of_policies(points):
    """Under the highest load at which most policies ran, the point of each with most jobs in time."""
    loads = {}
    for point in points:
        loads.setdefault(point.config.get("load"), set()).add(point.config["policy"])
    most = max(len(policies) for policies in loads.values())
    load = max((load for load, policies in loads.items() if len(policies) == most), key=lambda load: load or 0)
    best = []
    for policy in policies_in_order(points):
        candidates = [point for point in points if point.config["policy"] == policy
                      and point.config.get("load") == load]
        if candidates:
            best.append(max(candidates, key=lambda point: point.figures["on_time"].value))
    return load, best


def draw_tail(axes, histogram, style):
    times, shares, total = tail_of(histogram)
    band = sqrt(log(2 / 0.05) / (2 * total))  # Dvoretzky, Kiefer and Wolfowitz
    least = 0.5 / total
    axes.step(times, [max(share, least) for share in shares], where="post", color=style["colour"],
              linestyle=dashes_of(style), linewidth=1)
    axes.fill_between(times, [max(share - band, least) for share in shares],
                      [min(share + band, 1) for share in shares], step="post", color=style["colour"], alpha=0.12,
                      linewidth=0)


def draw_responses(points, note_of):
    """Gives the picture; None if no level has enough jobs."""
    load, best = best_of_policies(points)
    shown = [(point, style_of("policy", point.config["policy"], index)) for index, point in enumerate(best)]
    levels = sorted({level for point in best for level, histogram in point.histograms.items()
                     if sum(histogram["count"]) >= FEWEST})[:LEVELS_MAX]
    if not levels:
        return None
    handles = [handle({**style, "marker": ""}, point.config["policy"]) for point, style in shown]
    picture, panels = new_column(len(levels), 1, 28 * len(levels), legend_rows=legend_rows(handles, LEGEND_COLUMNS),
                                 note=note_of({"load": load}))
    for level, axes in zip(levels, panels[:, 0]):
        least = 1.0
        for point, style in reversed(shown):
            histogram = point.histograms.get(level)
            if histogram and sum(histogram["count"]) >= FEWEST:
                draw_tail(axes, histogram, style)
                least = min(least, 1 / sum(histogram["count"]))
        axes.set_yscale("log")
        axes.set_ylim(max(least, 1e-5), 1.3)
        axes.set_ylabel(f"level {level}\nshare slower")
    times = [time for point in best for level in levels if level in point.histograms
             for time in point.histograms[level]["upper_ms"]]
    logarithmic(panels[-1][0].xaxis, times)
    picture.align_ylabels()
    panels[-1][0].set_xlabel("response time, ms")
    add_legend(picture, handles, LEGEND_COLUMNS)
    return picture

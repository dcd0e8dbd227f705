"""Distributions of response times, a panel for each level: the share of completed jobs that took longer."""

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
    load = max((load for load, policies in loads.items() if len(policies) == most),
               key=lambda load: load or 0)
    best = []
    for policy in policies_in_order(points):
        candidates = [point for point in points if point.config["policy"] == policy
                      and point.config.get("load") == load]
        if candidates:
            best.append(max(candidates, key=lambda point: point.figures["on_time"].value))
    return load, best


def draw_tail(axes, histogram, style):
    """Draws no band: a report has the jobs of all replications in one histogram, so no spread is known."""
    times, shares, total = tail_of(histogram)
    least = 0.5 / total
    axes.step(times, [max(share, least) for share in shares], where="post", color=style["colour"],
              linestyle=dashes_of(style), linewidth=1)


def percent_text(share):
    """Two digits; what is not all is not called 100%."""
    if 99.5 <= share < 100:
        return "over 99%"
    return f"{share:.0f}%" if share >= 10 else f"{share:.2g}%"


def never_done_text(best, levels):
    """Names the share of released jobs that the curves lack. Policies that lack none are not named."""
    said = []
    for level in levels:
        shares = [(point.config["policy"], point.figures["never_done", level].value) for point in best
                  if ("never_done", level) in point.figures]
        shares = [f"{policy} {percent_text(share)}" for policy, share in shares if share]
        said.append(f"level {level}: {', '.join(shares) or 'none'}")
    return f"Not completed, of released jobs: {'; '.join(said)}."


def jobs_of(point, level):
    return sum(point.histograms[level]["count"]) if level in point.histograms else 0


def note_on(best, levels):
    shapes = "Each policy at its best shape." if len(best) > 1 else ""
    few = [(level, ", ".join(point.config["policy"] for point in best if jobs_of(point, level) < FEWEST))
           for level in levels]
    left_out = "; ".join(f"level {level}: {names}" for level, names in few if names)
    left_out = f"Not drawn, with fewer than {FEWEST} jobs: {left_out}." if left_out else ""
    return (shapes, "Jobs of all replications in one curve, without a band.", never_done_text(best, levels),
            left_out)


def draw_responses(points, note_of):
    """Gives the picture; None if no level has enough jobs."""
    load, best = best_of_policies(points)
    shown = [(point, style_of("policy", point.config["policy"], index)) for index, point in enumerate(best)]
    levels = sorted({level for point in best for level in point.histograms
                     if jobs_of(point, level) >= FEWEST})[:LEVELS_MAX]
    if not levels:
        return None
    handles = [handle({**style, "marker": ""}, point.config["policy"]) for point, style in shown]
    picture, panels = new_column(len(levels), 1, 28 * len(levels),
                                 legend_rows=legend_rows(handles, LEGEND_COLUMNS),
                                 note=note_of({"load": load}, best, *note_on(best, levels)))
    for level, axes in zip(levels, panels[:, 0]):
        least = 1.0
        for point, style in reversed(shown):
            if jobs_of(point, level) >= FEWEST:
                draw_tail(axes, point.histograms[level], style)
                least = min(least, 1 / jobs_of(point, level))
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

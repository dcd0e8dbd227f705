"""Draws policies beside each other: jobs in time over the load, a panel for each task set."""

from matplotlib.ticker import FixedLocator, NullLocator

from palette import REFERENCE_COLOUR, style_of
from panels import AXIS_LABELS, OFFERED, line, new_picture, plain
from slices import distinct, is_number, policies_in_order

PANELS_MAX = 6
LOST_MAX = 0.1  # per cent of level 0 that may be missed or rejected in a filled mark
TITLE = "policies over the load, each at its shape with most jobs in time"


def draw_overview(points, kind):
    """Gives the picture. None if there are not several policies over several loads."""
    points = [point for point in points if is_number(point.config.get("load")) and point.own_mix]
    if len(distinct(points, "load")) < 2 or len(distinct(points, "policy")) < 2:
        return None
    policies = policies_in_order(points)
    task_sets = distinct(points, "task_set")[:PANELS_MAX]
    note = kind + f"  |  hollow: level 0 misses or is refused more than {LOST_MAX:g}%"
    figure, panels = new_picture(TITLE, note)
    for axes, task_set in zip(panels, task_sets):
        draw_task_set(axes, [point for point in points if point.config["task_set"] == task_set], policies)
        axes.set_title(plain(task_set), fontsize=9.5, loc="left")
    for axes in panels[len(task_sets):]:
        axes.set_visible(False)
    styles = [style_of("policy", policy, index) for index, policy in enumerate(policies)]
    handles = [line(plain(policy), "-", style["colour"], style["marker"])
               for policy, style in zip(policies, styles)]
    handles.append(line("jobs asked for", OFFERED, REFERENCE_COLOUR))
    figure.legend(handles=handles, title="policy", loc="upper left", bbox_to_anchor=(0.822, 0.885),
                  frameon=False, fontsize=8, title_fontsize=8.5, alignment="left", handlelength=2.6)
    return figure


def draw_task_set(axes, points, policies):
    offered = {point.config["load"]: point.offered for point in points if point.offered}
    axes.plot(sorted(offered), [offered[load] for load in sorted(offered)], linestyle=OFFERED, linewidth=1.3,
              color=REFERENCE_COLOUR)
    for index, policy in reversed(list(enumerate(policies))):
        best = best_by_load([point for point in points if point.config["policy"] == policy])
        style = style_of("policy", policy, index)
        colour = style["colour"]
        loads = sorted(best)
        axes.plot(loads, [best[load].figures["on_time"].value for load in loads], color=colour, linewidth=1.4)
        for load in loads:
            axes.plot([load], [best[load].figures["on_time"].value], color=colour, markersize=5,
                      marker=style["marker"],
                      markerfacecolor="white" if lost_of_level_0(best[load]) > LOST_MAX else colour)
    axes.set_xlabel(AXIS_LABELS["load"])
    axes.set_ylabel("jobs in time / s")
    axes.xaxis.set_major_locator(FixedLocator(sorted({point.config["load"] for point in points})))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(bottom=-0.03 * axes.get_ylim()[1])


def best_by_load(points):
    """The point with most jobs in time at each load; of equals, the one that loses less of level 0."""
    best = {}
    for point in points:
        load = point.config["load"]
        if load not in best or worth(point) > worth(best[load]):
            best[load] = point
    return best


def worth(point):
    return point.figures["on_time"].value, -lost_of_level_0(point)


def lost_of_level_0(point):
    """Per cent of its jobs that are missed or rejected, as far as both are known."""
    lost = [point.figures[key, 0].value for key in ("missed", "rejected") if (key, 0) in point.figures]
    return sum(share for share in lost if share is not None)

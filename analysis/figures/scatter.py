"""Draws predictions over measurements: one picture of a daris.validation, with the line of agreement."""

from matplotlib.figure import Figure

from palette import COLOURS, style_of
from panels import line, plain

NEAR = 0.1  # dashed lines stand where a prediction is so much off

# Figure, level, title, unit.
SCATTERS = (
    ("throughput_jobs_per_s", None, "Throughput", "jobs / s"),
    ("response_mean_ms", 0, "Response time of level 0, mean", "ms"),
    ("response_p99_ms", 0, "Response time of level 0, 99th percentile", "ms"),
    ("stage_slowdown_mean", None, "Stage slow-down, mean", "time / time alone"),
    ("response_mean_ms", 1, "Response time of level 1, mean", "ms"),
    ("response_p99_ms", 1, "Response time of level 1, 99th percentile", "ms"),
)


def pairs(points, figure, level):
    """Gives (live, simulated, point) of the points that have an error of the figure."""
    found = []
    for point in points:
        for one in point["figures"]:
            if (one["figure"], one["level"]) == (figure, level) and one["error"] is not None:
                found.append((one["live"], one["simulated"], point))
    return [(live, simulated, point) for live, simulated, point in found if live > 0 and simulated > 0]


def marker_of(policy, policies):
    return style_of("policy", policy, policies.index(policy))["marker"]


def draw_identity(axes, values):
    ends = [min(values) / 1.3, max(values) * 1.3]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.plot(ends, ends, color="#444444", linewidth=1, zorder=1)
    for factor in (1 - NEAR, 1 + NEAR):
        axes.plot(ends, [end * factor for end in ends], color="#777777", linewidth=0.8, linestyle="--",
                  zorder=1)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")


def draw_panel(axes, points, scatter, backends, policies):
    figure, level, title, unit = scatter
    shown = pairs(points, figure, level)
    axes.set_title(title, fontsize=9.5, loc="left")
    axes.set_xlabel(f"live, {unit}")
    axes.set_ylabel(f"simulated, {unit}")
    for live, simulated, point in shown:
        axes.plot(live, simulated, linestyle="", markersize=4, alpha=0.7,
                  color=COLOURS[backends.index(point["config"]["backend"]) % len(COLOURS)],
                  marker=marker_of(point["config"]["policy"], policies))
    if shown:
        draw_identity(axes, [value for pair in shown for value in pair[:2]])


def summary_line(validation):
    coverage = validation["coverage"]
    text = f"{coverage['simulated']} of {coverage['live_points']} live points"
    for one in validation["summary"]:
        if one["figure"] == "throughput_jobs_per_s" and one["points"]:
            text += (f"  |  throughput: mean error {100 * one['mean']:.1f}%, nine of ten below "
                     f"{100 * one['p90']:.1f}%, bias {100 * one['bias']:+.1f}%")
    return text + f"  |  dashed: {100 * NEAR:.0f}% off"


def draw_scatter(validation):
    points = validation["points"]
    backends = sorted({point["config"]["backend"] for point in points})
    policies = sorted({point["config"]["policy"] for point in points})
    figure = Figure(figsize=(12.5, 7.6))
    panels = figure.subplots(2, 3).flatten()
    figure.subplots_adjust(left=0.06, right=0.85, top=0.87, bottom=0.08, wspace=0.3, hspace=0.36)
    figure.suptitle("Simulated over live", x=0.06, ha="left", fontsize=12, fontweight="bold")
    figure.text(0.06, 0.918, summary_line(validation), fontsize=8, color="#555555")
    for axes, scatter in zip(panels, SCATTERS):
        draw_panel(axes, points, scatter, backends, policies)
    handles = [line(plain(name), "", COLOURS[index % len(COLOURS)], "o")
               for index, name in enumerate(backends)]
    handles += [line(plain(name), "", "#444444", marker_of(name, policies)) for name in policies]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.86, 0.88), frameon=False, fontsize=8)
    return figure

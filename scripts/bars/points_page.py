"""A page with every point of a validation: what was measured, what was simulated, and the errors."""
from live_points import demand

HEAD = ("point", "demand", "runs", "jobs/s live", "simulated", "error", "live spread", "misses", "rejections",
        "mean response", "p99 response", "means apart, of D", "energy", "cause")


def points_page(validation, live):
    """Markdown. Levels stand side by side: errors of misses and rejections in points, all others in %."""
    rows = [row_of(point, live) for point in validation["points"]]
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def row_of(point, live):
    run = {figure["figure"]: figure for figure in point["figures"] if figure["level"] is None}
    jobs, measured = run["throughput_jobs_per_s"], live.of(point)
    asked = demand(measured)
    return [point["label"], f"{asked:.2f}" if asked is not None else "-", str(point["runs"]),
            f"{jobs['live']:.0f}", f"{jobs['simulated']:.0f}", percent(jobs["error"]),
            percent(jobs["spread"], sign=""),
            by_level(point, "deadline_miss_rate"), by_level(point, "rejection_rate"),
            by_level(point, "response_mean_ms"), by_level(point, "response_p99_ms"),
            apart(point, live), percent(run["energy_j_per_job"]["error"]),
            point["cause"]["name"] if point["cause"] else "-"]


def percent(value, sign="+"):
    return f"{100 * value + 0.0:{sign}.1f}" if value is not None else "-"


def by_level(point, name):
    errors = [percent(figure["error"]) for figure in point["figures"]
              if figure["level"] is not None and figure["figure"] == name]
    return " / ".join(errors) or "-"


def apart(point, live):
    deadlines, parts = live.deadlines_ms(point), []
    for figure in point["figures"]:
        if figure["figure"] != "response_mean_ms":
            continue
        deadline = deadlines.get(figure["level"])
        known = figure["error"] is not None and deadline
        parts.append(percent((figure["simulated"] - figure["live"]) / deadline) if known else "-")
    return " / ".join(parts) or "-"

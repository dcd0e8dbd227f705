"""The errors of predictions beside published runs, as a page and by figure."""
import statistics

DISAGREE = 0.16  # repeats so far apart that no figure is within 8% of both ends
BARS = {"throughput": 0.08, "response of level 0": 0.15, "response of level 1": 0.15}


def relative(predicted, published):
    return predicted / published - 1


def errors_of(run, prediction):
    """By figure; None if one of the two sides has no such jobs."""
    pairs = {"throughput": (prediction.throughput, run["throughput_jobs_per_s"])}
    for level, predicted in enumerate((prediction.response0, prediction.response1)):
        response = run[f"level{level}_response_ms"]
        pairs[f"response of level {level}"] = predicted, response and response["mean"]
    return {name: relative(*pair) if None not in pair else None for name, pair in pairs.items()}


def spread_of(run):
    runs = run["throughput_runs"]
    return (max(runs) - min(runs)) / statistics.mean(runs)


def percent(value, sign="+"):
    return "-" if value is None else f"{100 * value:{sign}.1f}%"


def summary(rows):
    """The lines of the table of errors: of all runs, then of each network."""
    networks = list(dict.fromkeys(row["run"]["model"] for row in rows))
    lines = ["| runs | figure | runs that have it | median error | 9 of 10 below | largest | bias | bar |",
             "|---|---|---|---|---|---|---|---|"]
    for model in (None, *networks):
        for figure, bar in BARS.items():
            chosen = [row["errors"] for row in rows if model in (None, row["run"]["model"])]
            errors = sorted((one[figure] for one in chosen if one[figure] is not None), key=abs)
            sizes = [abs(error) for error in errors]
            median = statistics.median(sizes)
            lines.append(f"| {model or 'all'} | {figure} | {len(sizes)} | {percent(median, '')} | "
                         f"{percent(sizes[int(0.9 * (len(sizes) - 1))], '')} | {percent(sizes[-1], '')} | "
                         f"{percent(statistics.median(errors))} | {percent(bar, '')}"
                         f"{': met' if median <= bar else ': missed'} |")
    return lines


def all_points(rows):
    lines = ["| network | Nc x Ns | OS | published jobs/s | predicted | error | repeats apart | level 0 ms | "
             "predicted | level 1 ms | predicted |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        run, prediction = row["run"], row["prediction"]
        cells = [run["model"], f"{run['contexts']} x {run['streams']}", f"{run['oversubscription']:g}",
                 f"{run['throughput_jobs_per_s']:.0f}", f"{prediction.throughput:.0f}",
                 percent(row["errors"]["throughput"]),
                 percent(spread_of(run), "") if run["runs"] > 1 else "-"]
        for level, value in enumerate((prediction.response0, prediction.response1)):
            response = run[f"level{level}_response_ms"]
            cells += [f"{response['mean']:.1f}" if response else "-",
                      "-" if value is None else f"{value:.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def disagreeing(rows):
    lines = []
    for row in rows:
        run = row["run"]
        if spread_of(run) <= DISAGREE:
            continue
        shape = f"{run['contexts']} x {run['streams']} at OS {run['oversubscription']:g}"
        lines.append(f"- {run['model']}, {shape}: {run['runs']} repeats from {min(run['throughput_runs']):g}"
                     f" to {max(run['throughput_runs']):g} jobs/s; predicted "
                     f"{row['prediction'].throughput:.0f}")
    return lines


def page(rows):
    return "\n".join([
        "# Predictions of the published RTX 2080 Ti runs", "",
        "`analysis/published/predict_rtx2080ti.py` makes this page. The published figures were measured by",
        "the authors of DARIS ([data](rtx2080ti.json)); nobody of this project measured them. The",
        "predictions are simulated. Each comes from a fit that has seen no run with as many contexts.", "",
        "## Errors", "", *summary(rows), "",
        "## Runs that no model can explain", "",
        f"Their own repeats are more than {percent(DISAGREE, '')} of the mean apart, so that no figure is",
        "within 8% of all of them.", "", *disagreeing(rows), "", "## All runs", "", *all_points(rows), ""])

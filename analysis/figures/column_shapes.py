"""The paper's main figure: jobs in time and misses over contexts, streams and oversubscription."""

from column import add_legend, draw_band, from_zero, legend_rows, new_column
from column_curves import handle
from palette import SERIES
from slices import distinct, is_number, policies_in_order, varying_keys

STREAMS_MAX = 3  # panels beside each other
SHAPE = ("contexts", "streams", "oversubscription")
LEGEND_COLUMNS = 5


def oversubscription_of(point):
    """The ratio; "Nc" if each context sees the whole GPU."""
    ratio, contexts = point.config.get("oversubscription"), point.config.get("contexts")
    return "$N_c$" if ratio == contexts and contexts > 1 else f"{ratio:g}"


def ratio_order(text):
    return float("inf") if text == "$N_c$" else float(text)


def shape_of(point):
    return tuple(point.config[key] for key in SHAPE)


def shape_points(points):
    """Points of one policy, all else held fixed, that differ in shape only. Empty if there are too few."""
    shaped = [point for point in points if all(is_number(point.config.get(key)) for key in SHAPE)]
    if not shaped:
        return [], {}
    others = [key for key in varying_keys(shaped) if key not in SHAPE and key != "policy"]
    groups = {}
    for policy in policies_in_order(shaped):
        for point in (point for point in shaped if point.config["policy"] == policy):
            groups.setdefault((policy, *(point.config.get(key) for key in others)), []).append(point)
    # The first of those with most shapes: one of our policies if others have no more.
    values, kept = max(groups.items(), key=lambda item: len({shape_of(point) for point in item[1]}))
    return kept, {"policy": values[0], **dict(zip(others, values[1:]))}


def curves_of(points):
    """Gives (ratio, points by ascending contexts). One context has the ratio 1, and begins every curve."""
    ratios = sorted({oversubscription_of(point) for point in points}, key=ratio_order)
    single = [point for point in points if point.config["contexts"] == 1]
    curves = []
    for ratio in ratios:
        of_ratio = [point for point in points
                    if ratio in (oversubscription_of(point), f"{point.config['oversubscription']:g}")]
        known = {point.config["contexts"]: point for point in single + of_ratio}
        if any(contexts > 1 for contexts in known):
            curves.append((ratio, [known[contexts] for contexts in sorted(known)]))
    return curves


def draw_shapes(points, note_of, bands_of):
    """Gives the picture; None if shapes don't vary. `bands_of` says what bands there are."""
    points, held = shape_points(points)
    if len(distinct(points, "contexts")) < 2:
        return None
    streams = sorted(distinct(points, "streams"))[:STREAMS_MAX]
    by_streams = [curves_of([point for point in points if point.config["streams"] == count])
                  for count in streams]
    ratios = sorted({ratio for curves in by_streams for ratio, _ in curves}, key=ratio_order)
    levels = sorted({level for point in points for level in point.levels})[:2]
    styles = {ratio: SERIES[index % len(SERIES)] for index, ratio in enumerate(ratios)}
    handles = [handle(styles[ratio], f"OS {ratio}") for ratio in ratios]
    keys = ["on_time", *(("missed", level) for level in levels)]
    rows = legend_rows(handles, LEGEND_COLUMNS) + 1
    picture, panels = new_column(1 + len(levels), len(streams), 30 + 19 * len(levels), share_y="row",
                                 legend_rows=rows, note=note_of(held, points, bands_of(points, keys)))
    for column, (count, curves) in enumerate(zip(streams, by_streams)):
        for ratio, curve in curves:
            xs = [point.config["contexts"] for point in curve]
            for row, key in enumerate(keys):
                draw_band(panels[row][column], xs, [point.figures.get(key) for point in curve], styles[ratio])
        panels[0][column].set_title(f"$N_s$ = {count:g}")
        panels[-1][column].set_xlabel("contexts $N_c$")
        panels[-1][column].set_xticks(sorted(distinct(points, "contexts")))
        panels[-1][column].xaxis.set_major_formatter("{x:g}")
    panels[0][0].set_ylabel("in time, jobs/s")
    for row, level in enumerate(levels, 1):
        panels[row][0].set_ylabel(f"level {level}\nmissed, %")
    for row in panels:
        from_zero(row[0], least_top=1)
    picture.align_ylabels()
    add_legend(picture, handles, LEGEND_COLUMNS)
    return picture

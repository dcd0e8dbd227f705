"""The picture of latency_front.py: a panel for each rate, a letter for each shape."""

import matplotlib

matplotlib.use("Agg")

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from column import add_legend, legend_rows, new_column, save, use_column_style
from latency_rows import EQUAL, EQUIVALENTS, RANKED
from palette import REFERENCE_COLOUR, SERIES

LEGEND_COLUMNS = 2
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = ("daris, green", "daris, streams", "daris, mps", RANKED, EQUAL)
STYLES = {name: SERIES[(0, 2, 4, 1, 6)[index]] for index, name in enumerate(NAMES)}
MARK = {"linestyle": "", "markersize": 4.2, "markeredgewidth": 0.3, "markeredgecolor": "white"}
PLACES = ((2.5, 1.5), (-6.5, 1.5), (2.5, -6.5), (-6.5, -6.5))  # of labels, in points


def name_of(shape):
    """What the legend calls it."""
    if shape.kind in (EQUAL, RANKED):
        return shape.kind
    return f"daris, {shape.kind}"


def style_of(name):
    return STYLES.get(name, SERIES[-1])


def letters_of(shapes):
    """A letter for each shape of daris, the most urgent first."""
    quickest_first = sorted(shapes, key=lambda shape: shape.p99)
    names = list(dict.fromkeys((shape.kind, shape.shape) for shape in quickest_first
                               if shape.kind not in (EQUAL, RANKED)))
    return dict(zip(names, LETTERS))


def draw_front_line(axes, front):
    """No shape of daris lies to the right of the line and below it."""
    corners = sorted((shape.work, shape.p99) for shape in front if not shape.batches)
    axes.plot([work for work, _ in corners], [p99 for _, p99 in corners], color=REFERENCE_COLOUR,
              linewidth=0.9, drawstyle="steps-pre", zorder=1)


def draw_rivals(axes, shapes, kind):
    """Joins the points of growing N."""
    of_kind = sorted((shape for shape in shapes if shape.kind == kind),
                     key=lambda shape: int(shape.shape[4:]))
    axes.plot([shape.work for shape in of_kind], [shape.p99 for shape in of_kind], linewidth=0.7,
              linestyle="--", color=style_of(kind)["colour"], zorder=1)


def draw_labels(axes, shapes, letters):
    """A label lies where none of a close shape does."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    placed = []
    for shape in shapes:
        x, y = (shape.work - left) / (right - left), (shape.p99 - low) / (high - low)
        taken = [place for other_x, other_y, place in placed
                 if abs(x - other_x) < 0.06 and abs(y - other_y) < 0.06]
        place = next((free for free in PLACES if free not in taken), PLACES[0])
        placed.append((x, y, place))
        axes.annotate(letters.get((shape.kind, shape.shape), shape.shape.replace(" = ", "=")),
                      (shape.work, shape.p99), xytext=place, textcoords="offset points",
                      fontsize=6)


def draw_panel(axes, shapes, front, letters):
    draw_front_line(axes, front)
    for kind in (RANKED, EQUAL):
        draw_rivals(axes, shapes, kind)
    for shape in shapes:
        style = style_of(name_of(shape))
        works, times = [run.work for run in shape.runs], [run.p99 for run in shape.runs]
        axes.plot([min(works), max(works)], [shape.p99, shape.p99], color=style["colour"], linewidth=0.7)
        axes.plot([shape.work, shape.work], [min(times), max(times)], color=style["colour"], linewidth=0.7)
        axes.plot(shape.work, shape.p99, marker=style["marker"], color=style["colour"], **MARK)
    axes.margins(x=0.08, y=0.1)


def note_of(machine, letters, shapes):
    runs = sorted({len(shape.runs) for shape in shapes})
    several = "One run each. "
    if runs[-1] > 1:
        several = f"Mean of up to {runs[-1]} runs; bars: least to greatest. "
    key = "; ".join(f"{letter}\u00a0{shape}" for (_, shape), letter in letters.items())
    rivals = any(shape.kind in (EQUAL, RANKED) for shape in shapes)
    return ("ResNet-18 (TF32, with copies) on level 0 beside single images of ResNet-18 and ResNet-50 that "
            f"fill the GPU; measured on {machine}. A ResNet-50 counts {EQUIVALENTS['heavy']} ResNet-18s. "
            f"{several}Front: no shape of daris is better in both. Partitions: {key}."
            + (" N: processes in closed loops, no scheduler." if rivals else ""))


def draw_latency_front(rates, machine, folder):
    """Writes latency-front.{pdf,svg,png}. `rates` has (shapes, front) for each rate. Shapes without work are
    left out, and batches, whose work is far beyond the others'."""
    use_column_style()
    rates = {rate: ([s for s in of_rate if s.work > 0 and not s.batches], front)
             for rate, (of_rate, front) in rates.items()}
    shapes = [shape for of_rate, _ in rates.values() for shape in of_rate]
    letters = letters_of(shapes)
    present = {name_of(shape) for shape in shapes}
    handles = [Line2D([], [], color=style_of(name)["colour"], marker=style_of(name)["marker"], label=name,
                      **MARK)
               for name in (*NAMES, *sorted(present - set(NAMES))) if name in present]
    handles.append(Line2D([], [], color=REFERENCE_COLOUR, linewidth=0.9, label="front"))
    picture, panels = new_column(len(rates), 1, 52 * len(rates),
                                 legend_rows=legend_rows(handles, LEGEND_COLUMNS),
                                 note=note_of(machine, letters, shapes))
    labelled = []
    for axes, (rate, (of_rate, front)) in zip(panels[:, 0], rates.items()):
        draw_panel(axes, of_rate, front, letters)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        labelled.append((axes, of_rate))
        axes.set_ylabel(f"level 0 at {rate} Hz,\np99, ms")
    for axes, of_rate in labelled:  # once the panels have the same axis
        draw_labels(axes, of_rate, letters)
    picture.align_ylabels()
    panels[-1][0].set_xlabel("best-effort work, ResNet-18 equivalents/s")
    add_legend(picture, handles, LEGEND_COLUMNS)
    save(picture, folder, "latency-front")

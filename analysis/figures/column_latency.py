"""The picture of latency_front.py: a panel for each rate, a letter for each shape."""

import matplotlib

matplotlib.use("Agg")

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from column import add_legend, legend_rows, new_column, save, use_column_style
from latency_rows import EQUAL, RANKED
from palette import REFERENCE_COLOUR, SERIES

LEGEND_COLUMNS = 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BATCHES = "green, batches"
NAMES = ("green", "streams", "mps", BATCHES, RANKED, EQUAL)
STYLES = {name: SERIES[(0, 2, 4, 5, 1, 6)[index]] for index, name in enumerate(NAMES)}
MARK = {"linestyle": "", "markersize": 4.2, "markeredgewidth": 0.3, "markeredgecolor": "white"}
LABEL = {"fontsize": 6, "textcoords": "offset points", "xytext": (2.5, 1.5)}


def name_of(shape):
    """What the legend calls it."""
    return f"{shape.kind}, batches" if shape.batches else shape.kind


def style_of(name):
    return STYLES.get(name, SERIES[-1])


def letters_of(shapes):
    """A letter for each shape of daris, the most urgent first."""
    names = list(dict.fromkeys((shape.kind, shape.shape) for shape in sorted(shapes, key=lambda shape: shape.p99)
                               if shape.kind not in (EQUAL, RANKED)))
    return dict(zip(names, LETTERS))


def draw_front_line(axes, front, batches):
    """No shape of daris of the same kind lies to the right of the line and below it."""
    corners = sorted(((shape.work, shape.p99) for shape in front if shape.batches == batches))
    axes.plot([work for work, _ in corners], [p99 for _, p99 in corners], color=REFERENCE_COLOUR, linewidth=0.9,
              linestyle=":" if batches else "-", drawstyle="steps-pre", zorder=1)


def draw_rivals(axes, shapes, kind):
    """Joins the points of growing N."""
    of_kind = sorted((shape for shape in shapes if shape.kind == kind), key=lambda shape: int(shape.shape[4:]))
    axes.plot([shape.work for shape in of_kind], [shape.p99 for shape in of_kind], linewidth=0.7, linestyle="--",
              color=style_of(kind)["colour"], zorder=1)


def draw_panel(axes, shapes, front, letters):
    for batches in (False, True):
        draw_front_line(axes, front, batches)
    for kind in (RANKED, EQUAL):
        draw_rivals(axes, shapes, kind)
    for shape in shapes:
        style = style_of(name_of(shape))
        works, times = [run.work for run in shape.runs], [run.p99 for run in shape.runs]
        axes.plot([min(works), max(works)], [shape.p99, shape.p99], color=style["colour"], linewidth=0.7)
        axes.plot([shape.work, shape.work], [min(times), max(times)], color=style["colour"], linewidth=0.7)
        axes.plot(shape.work, shape.p99, marker=style["marker"], color=style["colour"], **MARK)
        axes.annotate(letters.get((shape.kind, shape.shape), shape.shape.replace(" = ", "=")),
                      (shape.work, shape.p99), **LABEL)
    axes.margins(x=0.08, y=0.1)


def note_of(machine, letters, shapes):
    runs = sorted({len(shape.runs) for shape in shapes})
    several = f"Mean of up to {runs[-1]} runs; bars: least to greatest. " if runs[-1] > 1 else "One run each. "
    key = ", ".join(f"{letter}\u00a0{shape}" for (_, shape), letter in letters.items())
    rivals = any(shape.kind in (EQUAL, RANKED) for shape in shapes)
    return ("ResNet-18 (TF32, one image, with copies) on level 0 beside ResNet-18 and ResNet-50 that fill the GPU; "
            f"measured on {machine}. A ResNet-50 counts 1.87 ResNet-18s. {several}"
            f"Front: no shape of daris is better in both. Partitions: {key}."
            + (" N: processes in closed loops, no scheduler." if rivals else ""))


def draw_latency_front(rates, machine, folder):
    """Writes latency-front.{pdf,svg,png}. `rates` has (shapes, front) for each rate; one without work is left out."""
    use_column_style()
    rates = {rate: ([shape for shape in of_rate if shape.work > 0], front) for rate, (of_rate, front) in rates.items()}
    shapes = [shape for of_rate, _ in rates.values() for shape in of_rate]
    letters = letters_of(shapes)
    present = {name_of(shape) for shape in shapes}
    handles = [Line2D([], [], color=style_of(name)["colour"], marker=style_of(name)["marker"], label=name, **MARK)
               for name in (*NAMES, *sorted(present - set(NAMES))) if name in present]
    handles.append(Line2D([], [], color=REFERENCE_COLOUR, linewidth=0.9, label="front"))
    picture, panels = new_column(len(rates), 1, 42 * len(rates), legend_rows=legend_rows(handles, LEGEND_COLUMNS),
                                 note=note_of(machine, letters, shapes))
    for axes, (rate, (of_rate, front)) in zip(panels[:, 0], rates.items()):
        draw_panel(axes, of_rate, front, letters)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_ylabel(f"level 0 at {rate} Hz,\np99, ms")
    picture.align_ylabels()
    panels[-1][0].set_xlabel("best-effort work, ResNet-18 equivalents/s")
    add_legend(picture, handles, LEGEND_COLUMNS)
    save(picture, folder, "latency-front")

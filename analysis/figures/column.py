"""Figures for a column of a paper: 85 mm wide, small type, bands, equal bytes for equal inputs."""

import os
import textwrap

import matplotlib
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import LogLocator, NullLocator

from palette import dashes_of

WIDTH_INCHES = 85 / 25.4
FORMATS = ("pdf", "svg", "png")
RASTER_DPI = 300
NOTE_POINTS = 6
NOTE_COLUMNS = 68  # characters of the note's type in the width

STYLE = {
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "axes.titlelocation": "left",
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "legend.borderaxespad": 0.2,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.4,
    "pdf.fonttype": 42,  # text stays text, as publishers want it
    "svg.hashsalt": "daris",
}


def use_column_style():
    """Must come before the first picture."""
    matplotlib.rcParams.update(STYLE)


def new_column(rows, columns, height_mm, *, share_x=True, share_y=False, legend_rows=1, note="",
               label_lines=1):
    """Gives the picture and its panels, row by row. The legend stands above them, the note below."""
    lines = textwrap.wrap(note.replace(" = ", "\u00a0=\u00a0"), NOTE_COLUMNS, break_on_hyphens=False)
    above = 0.12 + 0.135 * legend_rows
    below = 0.3 + 0.12 * label_lines + 0.114 * len(lines)
    height = height_mm / 25.4 + above + below
    picture = Picture(figsize=(WIDTH_INCHES, height))
    panels = picture.subplots(rows, columns, sharex=share_x, sharey=share_y, squeeze=False)
    picture.subplots_adjust(left=0.21, right=0.98, top=1 - above / height, bottom=below / height, hspace=0.32,
                            wspace=0.12)
    picture.text(0.01, 0.03 / height, "\n".join(lines), fontsize=NOTE_POINTS, color="#444444", va="bottom",
                 linespacing=1.25)
    return picture, panels


def make_room_left(picture, axes):
    """Moves the panels to the right, so that the labels of `axes` end inside the picture."""
    picture.draw_without_rendering()
    widest = max(label.get_window_extent().width for label in axes.get_yticklabels())
    picture.subplots_adjust(left=min(0.6, widest / picture.bbox.width + 0.05))


def add_legend(picture, handles, columns):
    """Puts the legend above the panels."""
    if handles:
        picture.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 1), ncols=columns,
                       columnspacing=1.1, labelspacing=0.25, handletextpad=0.5)


def legend_rows(handles, columns):
    return -(-len(handles) // columns)


def draw_band(axes, xs, figures, style, *, line=None, label=None):
    """Draws a curve with its band of 95% intervals. Figures that were not measured are left out."""
    known = [(x, figure) for x, figure in zip(xs, figures) if figure is not None and figure.value is not None]
    if not known:
        return
    xs = [x for x, _ in known]
    axes.fill_between(xs, [figure.low for _, figure in known], [figure.high for _, figure in known],
                      color=style["colour"], alpha=0.18, linewidth=0)
    axes.plot(xs, [figure.value for _, figure in known], color=style["colour"], marker=style["marker"],
              linestyle=line or dashes_of(style), label=label, markeredgewidth=0.4, markeredgecolor="white")


def from_zero(axes, least_top=0):
    """Rates and shares are read against 0. The axis ends at `least_top` or above."""
    high = max(axes.get_ylim()[1], least_top)
    axes.set_ylim(-0.04 * high, 1.03 * high)


def logarithmic(axis, values):
    """Sets an axis to powers of ten if its values are far apart, with labels at 1, 2 and 5."""
    name = axis.axis_name
    if not values or min(values) <= 0 or max(values) < 8 * min(values):
        return
    getattr(axis.axes, f"set_{name}scale")("log")
    far = max(values) > 100 * min(values)  # labels at 2 and 5 would meet
    axis.set_major_locator(LogLocator(subs=(1,) if far else (1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter("{x:g}")


def save(picture, folder, name):
    """Writes the three files. Nothing in them depends on when or where they were made."""
    os.makedirs(folder, exist_ok=True)
    fixed = {"svg": {"Date": None, "Creator": "daris"}, "pdf": {"CreationDate": None, "Creator": "daris"},
             "png": {"Software": "daris"}}
    for suffix in FORMATS:
        picture.savefig(os.path.join(folder, f"{name}.{suffix}"), dpi=RASTER_DPI, metadata=fixed[suffix])

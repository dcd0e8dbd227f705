"""For tests: the rows of the tables that `daris report` prints."""

import re

LATEX = {r"\&": "&", r"\%": "%", r"\_": "_", r"\#": "#", "$\\pm$": "\u00b1"}


def markdown_rows(text):
    """The rows of the table in a Markdown page, by heading."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [dict(zip(lines[0], (cell.replace("\\", "") for cell in line))) for line in lines[2:]]


def latex_cell(text):
    for mark, plain in LATEX.items():
        text = text.replace(mark, plain)
    return text.strip()


def latex_parts(text):
    """The rows of each part of a table, by heading; that of a group stands before those of its columns."""
    parts = []
    for part in re.findall(r"\\begin\{(?:tabular|longtable)\}.*?\\end\{", text, re.DOTALL):
        lines = [re.split(r"(?<!\\)&", line.removesuffix("\\\\")) for line in part.splitlines()
                 if line.endswith("\\\\")]
        groups = []
        for cell in lines.pop(0) if "\\multicolumn" in part else []:
            found = re.search(r"\\multicolumn\{(\d+)\}\{c\}\{(.*)\}", cell)
            groups += [found[2] + " "] * int(found[1]) if found else [""]
        heading = [latex_cell(cell) for cell in lines.pop(0)]
        names = [group + one for group, one in zip(groups or [""] * len(heading), heading)]
        parts.append([dict(zip(names, map(latex_cell, line))) for line in lines])
    return parts

"""Colours, markers and dashes, which all pictures share. A policy has the same ones in every picture.

They are in palette.json, since the page of `daris report` has them too. They are Okabe and Ito's colours,
which colour-blind readers tell apart. Markers and dashes are for print in grey.
"""

import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "palette.json"),
          encoding="utf-8") as _file:
    _palette = json.load(_file)

SERIES = _palette["series"]
POLICIES = {style["name"]: style for style in _palette["policies"]}
COLOURS = tuple(style["colour"] for style in SERIES)
MARKERS = tuple(style["marker"] for style in SERIES)
LEVEL_STYLES = ("-", "--", ":", "-.")
REFERENCE_COLOUR = "#777777"


def style_of(hue, value, index):
    """The style of a curve: that of the policy, if curves are policies, else that of the curve's place."""
    own = POLICIES.get(value) if hue == "policy" else None
    return own or SERIES[index % len(SERIES)]


def dashes_of(style):
    """What matplotlib takes as a line style."""
    return (0, tuple(style["dashes"])) if style["dashes"] else "-"

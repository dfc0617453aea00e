"""The figure: what text adds, by data set and backbone, with intervals, as SVG."""

import dataclasses
from collections.abc import Sequence
from xml.etree import ElementTree

from .comparisons import Comparison
from .variants import NO_TEXT, SHUFFLED_TEXT

_COLOURS = {NO_TEXT: "#1b6ca8", SHUFFLED_TEXT: "#d9822b"}
_NAMES = {NO_TEXT: "full minus no text", SHUFFLED_TEXT: "full minus shuffled text"}
_LEFT, _RIGHT, _TOP, _BOTTOM = 370.0, 30.0, 64.0, 52.0
_PLOT, _ROW = 560.0, 30.0
_TICKS = 6
# Where the axis ends at the latest: one large difference would leave no room to tell the others.
_FURTHEST = 0.6


@dataclasses.dataclass(frozen=True)
class _Scale:
    """From a relative difference to a place on the page."""

    low: float
    high: float

    def x(self, value: float) -> float:
        return _LEFT + _PLOT * (value - self.low) / (self.high - self.low)


def draw_figure(comparisons: Sequence[Comparison]) -> str:
    """A row for each data set and backbone, and in it a point and an interval for each control.

    Args:
        comparisons: those with other systems are left out, as are those with a mean of zero.

    Returns:
        The SVG document.
    """
    shown = [each for each in comparisons if each.kind in _COLOURS and each.second_mean > 0]
    rows = list(dict.fromkeys((each.data_set, each.backbone) for each in shown))
    bounds = [0.0, *(_shown(bound / c.second_mean) for c in shown for bound in (c.low, c.high))]
    margin = 0.05 * (max(bounds) - min(bounds)) or 0.01
    scale = _Scale(min(bounds) - margin, max(bounds) + margin)
    bottom = _TOP + _ROW * len(rows)
    width, height = _LEFT + _PLOT + _RIGHT, bottom + _BOTTOM
    svg = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "font-family": "sans-serif",
            "font-size": "13",
        },
    )
    _add(svg, "rect", width="100%", height="100%", fill="white")
    _legend(svg)
    _axis(svg, scale, bottom)
    for row, key in enumerate(rows):
        middle = _TOP + _ROW * (row + 0.5)
        if row % 2:
            _add(svg, "rect", x=0, y=middle - _ROW / 2, width=width, height=_ROW, fill_opacity=0.04)
        _text(svg, _LEFT - 12, middle + 4, ", ".join(key).replace("_", " "), "end")
        for each in shown:
            if (each.data_set, each.backbone) == key:
                _interval(svg, scale, each, middle + (-5 if each.kind == NO_TEXT else 5))
    ElementTree.indent(svg)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _legend(svg: ElementTree.Element) -> None:
    for place, (kind, colour) in enumerate(_COLOURS.items()):
        x = _LEFT + 210 * place
        _add(svg, "circle", cx=x, cy=24, r=5, fill=colour)
        _text(svg, x + 12, 28, _NAMES[kind])


def _axis(svg: ElementTree.Element, scale: _Scale, bottom: float) -> None:
    for tick in _ticks(scale.low, scale.high):
        x = scale.x(tick)
        is_zero = abs(tick) < 1e-9
        colour = "#333333" if is_zero else "#dddddd"
        _add(svg, "line", x1=x, x2=x, y1=_TOP, y2=bottom, stroke=colour)
        _text(svg, x, bottom + 18, "0" if is_zero else f"{tick:+.0%}", "middle")
    _text(
        svg,
        _LEFT + _PLOT / 2,
        bottom + 40,
        "difference in NDCG@20, relative to the control; 95% intervals over users and seeds",
        "middle",
    )


def _ticks(low: float, high: float) -> list[float]:
    """Round values between the bounds, zero among them.

    >>> [round(tick, 2) for tick in _ticks(-0.06, 0.13)]
    [-0.05, 0.0, 0.05, 0.1]
    """
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
    step = next((s for s in steps if (high - low) / s <= _TICKS), steps[-1])
    return [
        n * step
        for n in range(int(low / step) - 1, int(high / step) + 2)
        if low <= n * step <= high
    ]


def _shown(value: float) -> float:
    """The value, or where the axis ends."""
    return min(max(value, -_FURTHEST), _FURTHEST)


def _interval(svg: ElementTree.Element, scale: _Scale, each: Comparison, y: float) -> None:
    difference = each.difference / each.second_mean
    low, middle, high = (
        scale.x(_shown(value / each.second_mean))
        for value in (each.low, each.difference, each.high)
    )
    colour = _COLOURS[each.kind]
    _add(svg, "line", x1=low, x2=high, y1=y, y2=y, stroke=colour, stroke_width=2)
    if _shown(difference) == difference:
        _add(svg, "circle", cx=middle, cy=y, r=4, fill=colour)
        return
    outwards = 9 if difference > 0 else -9
    points = f"{middle:.2f},{y - 5:.2f} {middle + outwards:.2f},{y:.2f} {middle:.2f},{y + 5:.2f}"
    _add(svg, "polygon", points=points, fill=colour)
    _text(svg, middle - outwards, y + 4, f"{difference:+.0%}", "end" if outwards > 0 else "start")


def _text(svg: ElementTree.Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    _add(svg, "text", x=x, y=y, text_anchor=anchor).text = text


def _add(parent: ElementTree.Element, tag: str, **attributes: object) -> ElementTree.Element:
    """An element; numbers are rounded, underscores become hyphens."""
    written = {
        name.replace("_", "-"): f"{value:.2f}" if isinstance(value, float) else str(value)
        for name, value in attributes.items()
    }
    return ElementTree.SubElement(parent, tag, written)

#!/usr/bin/env python3
"""Draws charts as SVG, light or dark as whoever looks prefers. Needs Python's standard library alone.

    chart.py SPEC.json OUT.svg        ('-' reads the specification from standard input)

A specification is an object with "title", maybe "note" (a line below the title), and either

  "bars":   [{"name": "int8", "value": 83.3, "text": "83.3", "strong": true}, ...]    with "unit"
            One below the other, from 0. "text" (the value if left out) stands behind the bar; "strong" gives it the main colour; "group" heads
            the bars that follow it.
  "panels": [{"title": "RSS, MB", "series": [{"name": "RSS", "points": [[x, y], ...], "dots": true}]}, ...]    with "x": {"title": "minutes", "log": true}
            One below the other, over the same x. A panel may have "log": true, "zero": false (its axis need not begin at 0), "most": y (a dashed
            line, with "most_name"). "from": x shades what lies before, with "from_name". A y of null leaves a gap.

Other scripts may import svg(spec), which returns the text.
"""
import json
import math
import sys
from html import escape

WIDTH = 760
LEFT, RIGHT = 64, 24
COLOURS = 4
STYLE = """
svg { --back: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d8dee4; --shade: #f1f3f5; --c0: #0b62c4; --c1: #b35900; --c2: #1a7f37; --c3: #8250df; --plain: #a9b4c0 }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --ink: #e6edf3; --faint: #9aa5b1; --grid: #30363d; --shade: #171c23; --c0: #6cb0ff; --c1: #f0a04b; --c2: #56d364; --c3: #c69cff; --plain: #5b6672 }
}
text { font: 13px system-ui, 'DejaVu Sans', sans-serif; fill: var(--ink) }
.title { font-size: 16px; font-weight: 600 } .head { font-weight: 600 } .faint { fill: var(--faint); font-size: 12px }
.end { text-anchor: end } .middle { text-anchor: middle }
.grid { stroke: var(--grid); stroke-width: 1 } .most { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 5 4 }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
"""


def number(value):
    """As people write it: no more digits than matter."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u2009")
    return f"{value:.3g}"


def text(x, y, words, kind=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(str(words))}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


class Axis:
    """Takes values to places, and knows round values to mark."""

    def __init__(self, values, start, end, log=False, zero=True, marks=5):
        low, high = min(values), max(values)
        self.log, self.start, self.end = log, start, end
        if log:
            self.low, self.high = low, high if high > low else low * 10
            tens = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            wide = self.high / self.low > 100
            self.marks = [f * 10.0**t for t in tens for f in ((1,) if wide else (1, 2, 5))]
            if start > end:  # A scale upwards begins and ends at marks.
                self.low = max(m for m in [*self.marks, self.low / 10] if m <= self.low)
                self.high = min(m for m in [*self.marks, self.high * 10] if m >= self.high)
            self.marks = [m for m in self.marks if self.low <= m <= self.high]
            return
        if zero:
            low = min(0, low)
        if high <= low:
            low, high = (low - 1, low + 1) if not zero else (low, low + 1)
        rough = (high - low) / marks
        ten = 10.0 ** math.floor(math.log10(rough))
        step = next(f * ten for f in (1, 2, 5, 10) if f * ten >= rough)
        self.low, self.high = math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step
        if start < end:  # A scale to the right ends where its values do.
            self.low, self.high = low, high
        first = math.ceil(self.low / step - 1e-9)
        self.marks = [i * step for i in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def at(self, value):
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def bars(spec, top):
    out, y = [], top
    names = [bar["name"] for bar in spec["bars"]]
    left = min(300, 20 + 7.2 * max(map(len, names)))
    most = max(bar["value"] for bar in spec["bars"])
    group = None
    for bar in spec["bars"]:
        if bar.get("group") and bar["group"] != group:
            group = bar["group"]
            out.append(text(16, y + 18, group, "head"))
            y += 28
        words = f'{bar.get("text", number(bar["value"]))} {spec.get("unit", "")}'
        long = (WIDTH - left - 20 - 7.2 * len(words)) * bar["value"] / most
        colour = "--c0" if bar.get("strong") else "--plain"
        out.append(text(left - 8, y + 15, bar["name"], "end"))
        out.append(f'<rect x="{left}" y="{y}" width="{max(1, long):.1f}" height="20" rx="2" style="fill: var({colour})"/>')
        out.append(text(left + long + 8, y + 15, words, "head" if bar.get("strong") else ""))
        y += 27
    return out, y + 8


def path(points, xs, ys):
    parts, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
            continue
        parts.append(f"{pen}{xs.at(x):.1f} {ys.at(y):.1f}")
        pen = "L"
    return " ".join(parts)


def panel(spec, one, xs, top, first, last, height=120):
    series = one["series"]
    values = [y for s in series for _, y in s["points"] if y is not None]
    if "most" in one:
        values.append(one["most"])
    ys = Axis(values or [0, 1], top + 26 + height, top + 26, one.get("log"), one.get("zero", True), 4)
    out = []
    if "from" in spec:
        x = xs.at(spec["from"])
        out.append(f'<rect x="{LEFT}" y="{top + 26}" width="{x - LEFT:.1f}" height="{height}" style="fill: var(--shade)"/>')
        if first and "from_name" in spec:
            out.append(text(LEFT + 6, top + 20 + height, spec["from_name"], "faint"))
    for mark in ys.marks:
        out.append(line(LEFT, ys.at(mark), WIDTH - RIGHT, ys.at(mark), "grid"))
        out.append(text(LEFT - 8, ys.at(mark) + 4, number(mark), "faint end"))
    out.append(text(LEFT, top + 16, one["title"], "head"))
    x = WIDTH - RIGHT
    if len(series) > 1:
        for i, s in reversed(list(enumerate(series))):
            out.append(text(x, top + 16, s["name"], "end"))
            x -= 7.5 * len(s["name"]) + 8
            out.append(f'<path d="M{x - 18} {top + 12}h18" class="line" style="stroke: var(--c{i % COLOURS})"/>')
            x -= 34
    if "most" in one:
        out.append(line(LEFT, ys.at(one["most"]), WIDTH - RIGHT, ys.at(one["most"]), "most"))
        out.append(text(WIDTH - RIGHT, ys.at(one["most"]) - 5, one.get("most_name", ""), "faint end"))
    for i, s in enumerate(series):
        style = f"var(--c{i % COLOURS})"
        out.append(f'<path d="{path(s["points"], xs, ys)}" class="line" style="stroke: {style}"/>')
        if s.get("dots"):
            out += [
                f'<circle cx="{xs.at(x):.1f}" cy="{ys.at(y):.1f}" r="3.5" style="fill: {style}"/>'
                for x, y in s["points"] if y is not None
            ]
    bottom = top + 26 + height
    if last:
        for mark in xs.marks:
            out.append(text(xs.at(mark), bottom + 18, number(mark), "faint middle"))
        out.append(text((LEFT + WIDTH - RIGHT) / 2, bottom + 36, spec["x"]["title"], "faint middle"))
    return out, bottom + (46 if last else 12)


def svg(spec):
    """The chart that a specification asks for, as text."""
    out, y = [text(16, 28, spec["title"], "title")], 44
    if spec.get("note"):
        out.append(text(16, y + 4, spec["note"], "faint"))
        y += 20
    if "bars" in spec:
        more, y = bars(spec, y + 4)
        out += more
    for i, one in enumerate(spec.get("panels", [])):
        x = spec["x"]
        values = [p[0] for each in spec["panels"] for s in each["series"] for p in s["points"]]
        xs = Axis(values, LEFT, WIDTH - RIGHT, x.get("log"), x.get("zero", not x.get("log")), 8)
        more, y = panel(spec, one, xs, y, i == 0, i == len(spec["panels"]) - 1)
        out += more
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" width="{WIDTH}" height="{y:.0f}" role="img">\n'
        f'<title>{escape(spec["title"])}</title><style>{STYLE}</style>\n'
        f'<rect width="{WIDTH}" height="{y:.0f}" style="fill: var(--back)"/>\n' + "\n".join(out) + "\n</svg>\n"
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with sys.stdin if sys.argv[1] == "-" else open(sys.argv[1], encoding="utf-8") as file:
        drawn = svg(json.load(file))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(drawn)

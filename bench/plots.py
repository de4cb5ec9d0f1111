"""Plots as SVG, drawn by hand: bars of the rows, lines of the curves."""

import math
from html import escape

COLOURS = {"pintle": "#0b6e4f", "java": "#c1440e", "nats": "#2a6fbb", "null": "#9a9a9a"}
FONT = 'font-family="sans-serif" font-size="12"'


def short(v):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if v >= limit:
            return f"{v / limit:.3g} {unit}"
    return f"{v:.3g}"


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{escape(words)}</text>'


def document(width, height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" {FONT}>\n<rect width="100%" height="100%" '
            f'fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n")


def bars(rows, metric, title, labels):
    """One group a row, one bar a system; each group has its own scale, its largest bar full."""
    left, width, bar = 330, 860, 15
    parts = [text(10, 22, title, extra='font-size="15"')]
    y = 40
    for row in rows:
        systems = [(name, s[metric]["median"]) for name, s in row["steps"][0]["systems"].items()
                   if s.get(metric) and s[metric]["median"]]
        if not systems:
            continue
        top = max(v for _, v in systems)
        parts.append(text(left - 10, y + bar * len(systems) / 2 + 4, row["title"], "end"))
        for name, v in systems:
            wide = max(1.0, v / top * (width - left - 190))
            parts.append(f'<rect x="{left}" y="{y}" width="{wide:.1f}" height="{bar - 3}" '
                         f'fill="{COLOURS[name]}"/>')
            parts.append(text(left + wide + 6, y + 10, f"{short(v)}  {labels[name]}"))
            y += bar
        y += 12
    return document(width, y + 8, parts) if y > 40 else None


def ticks(low, high, logarithmic):
    if logarithmic:
        return [10.0 ** e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    step = 10 ** math.floor(math.log10(high or 1))
    while high / step < 3:
        step /= 2
    return [i * step for i in range(int(high / step) + 2)]


def lines(row, metrics, title, labels, log_y):
    """A line a system and metric over the steps; the second metric is dashed."""
    width, height, left, bottom, right, top = 720, 400, 70, 350, 560, 50
    series = []
    for name in COLOURS:
        for index, metric in enumerate(metrics):
            points = [(step["x"], step["systems"][name][metric]["median"]) for step in row["steps"]
                      if step["systems"].get(name, {}).get(metric)
                      and step["systems"][name][metric]["median"] > 0]
            if points:
                series.append((name, metric, index, points))
    if not series:
        return None
    xs = [step["x"] for step in row["steps"]]
    log_x = min(xs) > 0 and max(xs) / min(xs) > 20
    values = [v for *_, points in series for _, v in points]
    y_ticks = ticks(min(values), max(values), log_y)

    def place(v, low, high, begin, end, logarithmic):
        if logarithmic:
            v, low, high = math.log10(v), math.log10(low), math.log10(high)
        return begin + (end - begin) * ((v - low) / (high - low) if high > low else 0.5)

    def at_x(v):
        return place(v, min(xs), max(xs), left, right, log_x)

    def at_y(v):
        return place(v, y_ticks[0], y_ticks[-1], bottom, top, log_y)

    parts = [text(10, 22, title, extra='font-size="15"')]
    for v in y_ticks:
        parts.append(f'<line x1="{left}" x2="{right}" y1="{at_y(v):.1f}" y2="{at_y(v):.1f}" '
                     'stroke="#ddd"/>')
        parts.append(text(left - 6, at_y(v) + 4, short(v), "end"))
    for v in xs:
        parts.append(text(at_x(v), bottom + 18, short(v), "middle"))
    parts.append(text((left + right) / 2, bottom + 40, row["axis"], "middle"))
    named = 0
    for name, metric, index, points in series:
        dash = ' stroke-dasharray="5 4"' if index else ""
        path = " ".join(f"{at_x(x):.1f},{at_y(v):.1f}" for x, v in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" '
                     f'stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(v):.1f}" r="3" fill="{COLOURS[name]}"/>'
                  for x, v in points]
        y = top + 18 * named
        parts.append(f'<line x1="{right + 20}" x2="{right + 45}" y1="{y}" y2="{y}" '
                     f'stroke="{COLOURS[name]}" stroke-width="2"{dash}/>')
        suffix = " " + metric.replace("_us", "") if len(metrics) > 1 else ""
        parts.append(text(right + 52, y + 4, labels[name] + suffix))
        named += 1
    return document(width, height, parts)


def all_of(data, labels):
    plain = [r for r in data["rows"] if not r["axis"] and r["steps"]]
    rates = [r for r in plain if r["metric"] == "rate"]
    found = [("throughput", bars(rates, "rate", "Messages a second (each row its own scale)", labels)),
             ("processor-time", bars(rates, "cpu_us", "Broker processor time a message, µs "
                                     "(shorter is better)", labels))]
    for row in (r for r in data["rows"] if r["axis"]):
        if row["metric"] != "p50_us":
            found.append((f"growth-{row['name']}",
                          lines(row, ("rate",), f"Messages/s by {row['title']}", labels, True)))
        found.append((f"latency-{row['name']}",
                      lines(row, ("p50_us", "p99_us"), f"Latency in µs by {row['title']}", labels,
                            True)))
    return [(name, svg) for name, svg in found if svg]

"""Results as JSON, as a Markdown table and as plots."""

import json
import os
import re
from statistics import median

import plots

METRICS = {"rate": "messages/s", "consumed": "received/s", "p50_us": "p50 µs", "p99_us": "p99 µs",
           "cpu_us": "processor µs/message", "core_percent": "% of a core", "seconds": "seconds"}
LABELS = {"pintle": "Pintle", "java": "RocketMQ", "nats": "NATS", "null": "limit"}


def value(sample, metric):
    if metric in ("p50_us", "p99_us", "p999_us", "mean_us"):
        return sample.latency.get(metric)
    return getattr(sample, metric)


def spread(samples, metric):
    """Median, minimum and maximum over the rounds; None where nothing was measured."""
    values = [v for v in (value(s, metric) for s in samples) if v is not None]
    if not values:
        return None
    return {"median": median(values), "min": min(values), "max": max(values), "rounds": values}


def ratios(samples, other, metric):
    """Pintle's value over the other's, pair by pair: both of a pair ran one after the other."""
    pairs = []
    for ours, theirs in zip(samples.get("pintle", []), samples.get(other, [])):
        a, b = value(ours, metric), value(theirs, metric)
        if a and b:
            pairs.append(a / b)
    if not pairs:
        return None
    return {"median": median(pairs), "min": min(pairs), "max": max(pairs), "rounds": pairs}


def as_data(result):
    row = result["row"]
    data = {"name": row.name, "title": row.title, "flush": row.flush, "metric": row.metric,
            "axis": row.axis, "aim": row.aim, "note": row.note, "skipped": result["skipped"],
            "system_calls": result.get("system_calls", {}), "steps": []}
    for point in result["steps"]:
        step = {"x": point["x"], "load": point["load"] and point["load"].describe(),
                "seconds": point["load"] and point["load"].seconds, "systems": {}, "ratios": {}}
        for name, samples in point["samples"].items():
            if not samples:
                continue
            one = {m: spread(samples, m) for m in
                   ("rate", "consumed", "p50_us", "p99_us", "p999_us", "mean_us", "cpu_us", "core_percent",
                    "switches", "memory_mib", "descriptors", "seconds", "lateness_us")}
            errors = {}
            for sample in samples:
                for what, count in sample.errors.items():
                    errors[what] = errors.get(what, 0) + count
            one = {m: v for m, v in one.items() if v is not None}
            one["errors"] = errors
            one["generator_limited"] = any(s.generator_limited for s in samples)
            if point["load"] and point["load"].kind in ("produce", "mixed"):
                one["burst_mb"] = round(max(s.megabytes(point["load"]) for s in samples))
            step["systems"][name] = one
        for other in ("java", "nats"):
            found = {m: ratios(point["samples"], other, m) for m in (row.metric, *row.also)}
            found = {m: v for m, v in found.items() if v}
            if found:
                step["ratios"][other] = found
        data["steps"].append(step)
    return data


def rows_of(folder):
    """The rows of an earlier run, each with that run's commit and date; none where there was none."""
    try:
        with open(os.path.join(folder, "results.json"), encoding="utf-8") as f:
            data = json.load(f)
    except FileNotFoundError:
        return []
    run = {key: data["machine"][key] for key in ("commit", "date")}
    return [run | row for row in data["rows"]]


def _other_runs(data):
    """A line for each run that the rows are of, other than the one that the head tells of."""
    runs = {}
    for row in data["rows"]:
        runs.setdefault((row["commit"], row["date"]), []).append(row["name"])
    runs.pop((data["machine"]["commit"], data["machine"]["date"]), None)
    return [f"Of commit {commit}, {date}: {', '.join(names)}."
            for (commit, date), names in runs.items()]


def number(v):
    if v is None:
        return "–"
    if v >= 100:
        return f"{v:,.0f}".replace(",", "\u202f")
    return f"{v:.3g}"


def _cell(system, metric, scale=1.0):
    s = system.get(metric)
    if not s or not s["median"]:
        return "–"
    text = number(s["median"] * scale)
    if len(s["rounds"]) > 1:
        text += f" ({number(s['min'] * scale)} … {number(s['max'] * scale)})"
    return text


def _ratio(step, other, metrics):
    parts = []
    for metric, r in step["ratios"].get(other, {}).items():
        text = f"{r['median']:.2g} ×" if r["median"] < 10 else f"{r['median']:.0f} ×"
        if len(r["rounds"]) > 1:
            text += f" ({r['min']:.2g} … {r['max']:.2g})"
        parts.append(text if metric == metrics else f"{METRICS[metric]} {text}")
    return "; ".join(parts) or "–"


def _marks(system):
    marks = []
    if system["generator_limited"]:
        marks.append("generator-bound")
    if system["errors"]:
        marks.append("errors: " + ", ".join(f"{n} × {code}" for code, n in system["errors"].items()))
    return "; ".join(marks)


def markdown(data):
    out = ["# Results", ""]
    m = data["machine"]
    out.append(f"{m['processor']}, {m['cores']} cores, {m['memory_gib']} GiB, Linux {m['kernel']}; "
               f"{m['date']}, commit {m['commit']}; load average at the start "
               f"{m['load_average_at_start']}. {m['java']}. Load generators run on the same cores.")
    d = data["disk"]
    new, again = (rate / (1 << 20) for rate in data["first_touch_bytes_per_second"])
    out += ["", f"Disk: {d['write_mib_per_second']} MiB/s sustained, "
            f"{d['durable_4k_writes_per_second']} durable writes of 4 KiB a second. A run appends at "
            f"most {data['burst_mib']} MiB: a burst into the page cache, for every system alike.",
            f"Memory: {new:.0f} MiB/s when it is touched for the first time, {again:.0f} MiB/s when "
            "it is touched again right away.",
            "", "Median of the rounds (minimum … maximum). Ratios are Pintle over the other, pair by "
            "pair. Latencies and processor time are in µs; memory is anonymous resident memory.", ""]
    others = _other_runs(data)
    out += [*others, ""] if others else []
    plain = [r for r in data["rows"] if not r["axis"]]
    out += ["## Rows", "",
            "| row | system | messages/s | p50 | p99 | broker processor time a message "
            "| switches a message | memory MiB | remarks |",
            "|---|---|---|---|---|---|---|---|---|"]
    for row in plain:
        for step in row["steps"]:
            for name, s in step["systems"].items():
                if row["name"] == "start":
                    rate = _cell(s, "seconds", 1e3) + " ms"
                elif row["metric"] == "core_percent":
                    rate = _cell(s, "core_percent") + " % of a core"
                else:
                    rate = _cell(s, "rate")
                if row["name"] == "mixed":
                    rate += f"; received {_cell(s, 'consumed')}"
                calls = row["system_calls"].get(name)
                remarks = "; ".join(filter(None, (
                    _marks(s), f"{calls:.2g} system calls a message" if calls else "")))
                out.append(f"| {row['title']} | {LABELS[name]} | {rate} | {_cell(s, 'p50_us')} "
                           f"| {_cell(s, 'p99_us')} | {_cell(s, 'cpu_us')} | {_cell(s, 'switches')} "
                           f"| {_cell(s, 'memory_mib')} | {remarks} |")
    out += ["", "## Ratios", "", "| row | to RocketMQ | aim | to NATS |", "|---|---|---|---|"]
    for row in plain:
        for step in row["steps"]:
            out.append(f"| {row['title']} | {_ratio(step, 'java', row['metric'])} "
                       f"| {row['aim'] or '–'} | {_ratio(step, 'nats', row['metric'])} |")
    for row in (r for r in data["rows"] if r["axis"]):
        out += ["", f"## {row['title']}", ""]
        if row["aim"]:
            out += [f"Aim: {row['aim']}.", ""]
        out += [f"| {row['axis']} | system | messages/s | p50 | p99 | descriptors | remarks |",
                "|---|---|---|---|---|---|---|"]
        for step in row["steps"]:
            for name, s in step["systems"].items():
                out.append(f"| {number(step['x'])} | {LABELS[name]} | {_cell(s, 'rate')} "
                           f"| {_cell(s, 'p50_us')} | {_cell(s, 'p99_us')} "
                           f"| {_cell(s, 'descriptors')} | {_marks(s)} |")
    skipped = [(r["title"], LABELS[n], why) for r in data["rows"] for n, why in r["skipped"].items()]
    if skipped:
        out += ["", "## Not measured", ""]
        out += [f"- {title}, {name}: {why.splitlines()[0]}" for title, name, why in skipped]
    return "\n".join(out) + "\n"


def _round(data):
    """Four digits are more than the rounds agree on, and keep the file small."""
    if isinstance(data, float):
        return float(f"{data:.4g}")
    if isinstance(data, dict):
        return {k: _round(v) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return [_round(v) for v in data]
    return data


def _compact(data):
    """JSON with a line a row's system, so that a change of figures is a readable diff."""
    text = json.dumps(_round(data), indent=1, ensure_ascii=False)
    return re.sub(r"\n {7,}|\n {6}(?=[}\]])", " ", text) + "\n"


def write(folder, data):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as f:
        f.write(_compact(data))
    with open(os.path.join(folder, "results.md"), "w", encoding="utf-8") as f:
        f.write(markdown(data))
    for name, svg in plots.all_of(data, LABELS):
        with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as f:
            f.write(svg)

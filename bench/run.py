#!/usr/bin/env python3
"""Side-by-side benchmark of Pintle, RocketMQ, NATS JetStream and a server that does nothing.

usage: run.py BUILD [--list] [--rounds N] [--minutes N] [--systems S,...] [--pin] [--out DIR]
              [--update] [ROW...]

A run of all rows writes into bench/results/, any other into build/bench/results/; with --update it
replaces its rows in bench/results/.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

import bench
import measure
import report
import rows
import systems


def say(text):
    print(text, file=sys.stderr, flush=True)


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Side-by-side benchmark.")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to run; default: all")
    parser.add_argument("--list", action="store_true", help="names of the rows")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    parser.add_argument("--minutes", type=float, default=24,
                        help="rows that have not begun by then are left out (default 24)")
    parser.add_argument("--systems", default="", help="only these: pintle,java,nats,null")
    parser.add_argument("--pin", action="store_true",
                        help="brokers and generators on different cores")
    parser.add_argument("--out", default="", help="folder for the results")
    parser.add_argument("--update", action="store_true",
                        help="keep the rows of bench/results/ that are not run, or not in time")
    options = parser.parse_intermixed_args()
    if options.update and (options.pin or options.systems):
        parser.error("--update keeps rows of all systems on all cores: not with --pin or --systems")
    return options


def chosen(options):
    every = rows.rows()
    known = {row.name: row for row in every}
    for name in options.rows:
        if name not in known:
            sys.exit(f"no row '{name}'; there are: {' '.join(known)}")
    return [known[name] for name in options.rows] or list(every)


def merged(earlier, new):
    """Rows in their order, the new ones in place of the earlier ones where they measured anything."""
    found = {row["name"]: row for row in earlier}
    found.update({row["name"]: row for row in new if row["steps"] or row["name"] not in found})
    return [found[row.name] for row in rows.rows() if row.name in found]


def main():
    options = parse()
    if options.list:
        for row in rows.rows():
            print(f"{row.name:18} {row.title}")
        return 0
    todo = chosen(options)
    if options.pin:
        systems.pin()
    kept = [name for name in options.systems.split(",") if name]
    base = os.path.join(systems.ROOT, "build", "bench")
    partial = (options.rows and not options.update) or kept or options.pin
    out = options.out or os.path.join(base if partial else os.path.join(systems.ROOT, "bench"),
                                      "results")
    os.makedirs(base, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="stores-", dir=base)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start = time.monotonic()
    data = {"machine": measure.machine(systems.ROOT), "disk": measure.disk(folder),
            "first_touch_bytes_per_second": measure.first_touch(),
            "options": {"rounds": options.rounds, "pinned": options.pin,
                        "java": f"-Xms{systems.JAVA_HEAP} -Xmx{systems.JAVA_HEAP} -XX:+UseG1GC, "
                                "RocketMQ's defaults",
                        "nats": "file storage, NATS's defaults"},
            "burst_mib": measure.burst_bytes() >> 20, "rows": []}
    earlier = report.rows_of(out) if options.update else []
    this_run = {key: data["machine"][key] for key in ("commit", "date")}
    new = []
    busy = data["machine"]["load_average_at_start"]
    if busy > 0.5 * (os.cpu_count() or 1):
        say(f"WARNING: the load average is {busy}: something else runs, the figures are of no use")
    runner = bench.Bench(options.build, folder, options.rounds, options.minutes, say)
    try:
        for row in todo:
            say(f"{row.title}  [{row.name}, {time.monotonic() - start:.0f} s]")
            if kept:
                row = rows.only(row, kept)
            new.append(report.as_data(runner.run(row)) | this_run)
            data["rows"] = merged(earlier, new)
            report.write(out, data)
    finally:
        runner.close()
        systems.end_all()
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{time.monotonic() - start:.0f} s; results in {os.path.relpath(out, os.getcwd())}/")
    print(report.markdown(data), end="")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

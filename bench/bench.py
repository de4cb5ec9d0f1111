"""Runs rows: starts systems, interleaves their rounds, keeps every sample."""

import os
import signal
import tempfile
import time
from dataclasses import replace

import load
import measure
import systems

STORE_LIMIT = 6 << 30   # a system whose store has outgrown this starts again on an empty one
WARM = load.Load(size=128, topic="b-warm", warmup=0)


class Bench:
    """Threads: one."""

    def __init__(self, build, folder, rounds, minutes, say):
        self.rounds, self.say = rounds, say
        self.folder = folder
        self.deadline = time.monotonic() + minutes * 60
        self.burst = measure.burst_bytes()
        self.systems, self.unavailable = {}, {}
        self._all = {kind.name: kind(build) for kind in systems.ALL}
        self._live = {}
        self._settings = None
        self._memory = None   # of a row that asks for it

    def close(self):
        for running in self._live.values():
            running.stop()
        self._live.clear()

    def run(self, row):
        """Returns the row's results: for each step the samples of each system by round."""
        result = {"row": row, "steps": [], "skipped": {}}
        if time.monotonic() > self.deadline:
            result["skipped"] = {name: "no time left" for name in row.systems}
            return result
        names = [name for name in row.systems if self._have(name, result["skipped"])]
        runner = {"rounds": self._rounds, "start": self._starts, "log": self._log}[row.kind]
        try:
            runner(row, names, result)
        finally:
            if self._memory:
                self._memory.close()
                self._memory = None
        return result

    # --- systems

    def _have(self, name, skipped):
        if name not in self.systems and name not in self.unavailable:
            try:
                self._all[name].prepare()
                self.systems[name] = self._all[name]
            except systems.Unavailable as why:
                self.unavailable[name] = str(why)
        if name in self.unavailable:
            skipped[name] = self.unavailable[name]
        return name in self.systems

    def _start(self, name, settings, warm=True):
        folder = tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder)
        os.rmdir(folder)
        running = self.systems[name].start(folder, settings)
        if warm:
            seconds = running.system.warm_seconds
            load.run(running, replace(WARM, seconds=seconds))
        return running

    def _ensure(self, name, settings):
        if settings != self._settings:
            self.close()
            self._settings = settings
        running = self._live.get(name)
        if running and (not running.alive() or running.store_bytes() > STORE_LIMIT):
            running.stop()
            running = None
        if not running:
            running = self._live[name] = self._start(name, settings)
        return running

    def _quiet(self):
        measure.drain(self.folder)
        measure.settle([r.pid for r in self._live.values() if r.alive()])

    # --- kinds of rows

    def _rounds(self, row, names, result):
        alive = list(names)
        for step in row.steps:
            samples = {name: [] for name in names}
            point = {"x": step.x, "load": step.load, "samples": samples}
            result["steps"].append(point)
            self._try_each(alive, result, lambda name: self._prepare(name, row, step))
            seconds = self._calibrate(alive, row, step, result)
            this = replace(step.load, seconds=seconds)
            point["load"] = this
            for turn in range(min(row.rounds or self.rounds, self.rounds)):
                # The order turns, so that none always follows the heaviest.
                order = alive[turn % len(alive):] + alive[:turn % len(alive)] if alive else []
                self._try_each(order, result, lambda name: samples[name].append(
                    self._measure(name, row, this)), alive)
            self._tell(row, point)
        if row.calls:
            result["system_calls"] = {}
            self._try_each(alive, result, lambda name: self._count_calls(
                name, row, result["system_calls"]))

    def _count_calls(self, name, row, counts):
        """System calls a message, in a run of its own: counting them costs time."""
        running = self._ensure(name, row.settings())
        self._quiet()
        counter = measure.SystemCalls(running.pid)
        try:
            sample = load.run(running, replace(row.steps[0].load, warmup=0, seconds=1.0))
        finally:
            calls = counter.stop()
        if calls and sample.rate:
            counts[name] = calls / (sample.rate * sample.seconds)

    def _prepare(self, name, row, step):
        running = self._ensure(name, row.settings())
        if step.prepare and running.system is not self._all["null"]:
            load.run(running, step.prepare)

    def _measure(self, name, row, this):
        running = self._ensure(name, row.settings())
        self._quiet()
        if row.memory_in_use:
            self._memory = self._memory or measure.MemoryInUse()
            self._memory.renew()
        # What another system does while it waits would be in this one's latency.
        others = [other for other in self._live.values() if other is not running]
        try:
            for other in others:
                other.signal(signal.SIGSTOP)
            return load.run(running, this)
        finally:
            for other in others:
                other.signal(signal.SIGCONT)

    def _calibrate(self, names, row, step, result):
        """A short run on each system, not counted: it warms, and bounds the length of the rounds,
        for all alike, so that the fastest one's bytes stay a burst into the page cache."""
        if step.load.kind == "consume" or step.load.kind.startswith(("official", "feature")):
            if step.load.kind == "consume":
                self._try_each(names, result, lambda name: self._measure(name, row, step.load))
            return step.load.seconds
        fastest = 0.0

        def once(name):
            nonlocal fastest
            sample = self._measure(name, row, replace(step.load, seconds=0.4))
            # A record has some 150 bytes beside the body; the null server keeps nothing.
            if name != "null":
                fastest = max(fastest, sample.rate * (step.load.size + 150))

        self._try_each(names, result, once)
        if fastest <= 0:
            return step.load.seconds
        possible = self.burst / fastest - step.load.warmup
        return round(min(step.load.seconds, max(0.4, possible)), 2)

    def _starts(self, row, names, result):
        self.close()
        samples = {name: [] for name in names}
        for _ in range(self.rounds):
            for name in list(names):
                try:
                    running = self._start(name, {"flush": "async"}, warm=False)
                    time.sleep(0.5)
                    sample = load.Sample(seconds=running.start_seconds,
                                         memory_mib=measure.anonymous_mib(running.pid))
                    running.stop()
                    samples[name].append(sample)
                except systems.Failed as why:
                    self._drop(name, names, result, why)
        result["steps"].append({"x": 0, "load": None, "samples": samples})
        for name in names:
            times = [s.seconds for s in samples[name]]
            self.say(f"  {name:8} {min(times) * 1e3:.0f} to {max(times) * 1e3:.0f} ms")

    def _log(self, row, names, result):
        """One system after the other: its log is filled up to each step, then measured."""
        points = [{"x": step.x, "load": step.load, "samples": {name: [] for name in names}}
                  for step in row.steps]
        result["steps"] = points
        self.close()
        for name in list(names):
            try:
                running = self._live[name] = self._start(name, row.settings())
                filled = 0.0
                for step, point in zip(row.steps, points):
                    while filled < step.x * (1 << 30):
                        fill = replace(step.load, size=1 << 16, in_flight=8, warmup=0)
                        sample = load.run(running, fill)
                        if sample.rate <= 0:
                            raise systems.Failed(f"{name}: nothing was stored")
                        filled += sample.rate * sample.seconds * fill.size
                    point["samples"][name].append(self._measure(name, row, step.load))
            except systems.Failed as why:
                self._drop(name, names, result, why)
            self.close()
        for point in points:
            self._tell(row, point)

    # --- failures and progress

    def _try_each(self, order, result, work, names=None):
        for name in list(order):
            try:
                work(name)
            except systems.Failed as why:
                self._drop(name, order if names is None else names, result, why)

    def _drop(self, name, names, result, why):
        """A system that failed is left out of the rest of its row, and the report says so."""
        result["skipped"][name] = str(why).strip()
        self.say(f"  {name}: {why}")
        if name in names:
            names.remove(name)
        running = self._live.pop(name, None)
        if running:
            running.stop()

    def _tell(self, row, point):
        for name, samples in point["samples"].items():
            if not samples:
                continue
            rates = sorted(s.rate for s in samples)
            p50 = sorted(s.latency.get("p50_us", 0) for s in samples)[len(samples) // 2]
            p99 = sorted(s.latency.get("p99_us", 0) for s in samples)[len(samples) // 2]
            at = f"{row.axis} {point['x']:g}, " if row.axis else ""
            self.say(f"  {at}{name:8} {rates[len(rates) // 2]:>10,.0f}/s "
                     f"({rates[0]:,.0f} to {rates[-1]:,.0f})  p50 {p50:.0f}  p99 {p99:.0f} µs")

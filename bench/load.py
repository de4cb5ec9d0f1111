"""Loads: what is run against a system, and what comes back of it."""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field

import measure
import systems


@dataclass(frozen=True)
class Load:
    kind: str = "produce"        # produce consume e2e mixed official-* feature-*
    size: int = 128              # bytes of a body
    connections: int = 4         # of each kind
    in_flight: int = 64          # requests under way on each connection
    batch: int = 1               # messages in one request
    rate: int = 0                # messages/s in an open loop; 0: closed loop
    json_headers: bool = False
    topic: str = "bench"
    topics: int = 1
    queues: int = 8              # of each topic
    messages: int = 0            # of features: how many are sent
    warmup: float = 0.4          # seconds
    seconds: float = 1.5

    def describe(self):
        text = f"{self.size} B" if self.size < 1024 else f"{self.size / 1024:g} KiB"
        if self.batch > 1:
            text = f"batches of {self.batch} × {text}"
        text += f", {self.connections} × {self.in_flight} in flight"
        return text + (", JSON headers" if self.json_headers else "")


@dataclass
class Sample:
    """One run against one system."""
    rate: float = 0.0            # messages/s that were acknowledged (consume: received)
    consumed: float = 0.0        # messages/s received, of e2e and mixed
    latency: dict = field(default_factory=dict)   # of sends, or of deliveries for e2e; µs
    cpu_us: float = None         # of the broker, for a message
    core_percent: float = None   # of the broker's processor time, in an idle row
    switches: float = None       # context switches of the broker, for a message
    memory_mib: float = 0.0
    descriptors: int = 0
    seconds: float = 0.0
    errors: dict = field(default_factory=dict)
    generator_limited: bool = False
    lateness_us: float = None    # of the generator, p99, in an open loop

    def megabytes(self, load):
        return self.rate * self.seconds * load.size / 1e6


def run(running, load):
    """Runs a load; the broker's processor time is taken within the measured window."""
    if load.kind.startswith("official-"):
        return _official(running, load)
    if load.kind.startswith("feature-"):
        return _feature(running, load)
    command = _command(running, load)
    begin = time.monotonic() + load.warmup + 0.05
    window = measure.Window(running.pid, begin + 0.05 * load.seconds,
                            begin + 0.92 * load.seconds)
    cpu_before = measure.cpu_seconds(running.pid)
    try:
        report = systems.run_json(command, load.warmup + load.seconds + 60)
    finally:
        window.close()
    if not running.alive():
        raise systems.Failed(f"{running.system.label} ended under load:\n{running.log_tail()}")
    sample = Sample(rate=report["produced_per_second"], consumed=report["consumed_per_second"],
                    latency=report["send_latency"], seconds=report["seconds"],
                    errors=report.get("errors", {}), memory_mib=window.memory_mib,
                    generator_limited=report.get("generator_limited", False))
    if report.get("broken_connections"):
        sample.errors["broken connections"] = report["broken_connections"]
    if report.get("skipped_sends"):
        sample.errors["skipped sends"] = report["skipped_sends"]
    if load.rate:
        sample.lateness_us = report.get("generator_lateness", {}).get("p99_us")
    messages = sample.rate * window.seconds
    if load.kind == "e2e":
        sample.latency = report["delivery_latency"]
    if load.kind == "consume":
        # Ends by itself: the whole of it is the window.
        sample.rate, messages = sample.consumed, report["consumed"]
        window.cpu = measure.cpu_seconds(running.pid) - cpu_before
        window.switches = None
    if messages > 0:
        sample.cpu_us = window.cpu / messages * 1e6
        if window.switches is not None:
            sample.switches = window.switches / messages
    sample.memory_mib = max(sample.memory_mib, measure.anonymous_mib(running.pid))
    sample.descriptors = measure.descriptors(running.pid)
    return sample


def _command(running, load):
    if not running.system.speaks_remoting:
        words = [running.system.program, load.kind, "--server", running.addresses["nats"],
                 "--connections", str(load.connections), "--warmup", f"{load.warmup:.3f}s",
                 "--duration", f"{load.seconds:.3f}s", "--stream", load.topic]
        if load.kind == "produce":
            words += ["--in-flight", str(load.in_flight), "--size", str(load.size)]
        return words
    words = [os.path.join(running.system.build, "pintle"), "bench", load.kind, "-o", "json",
             "--quiet", "--topic", load.topic, "--topics", str(load.topics),
             "--queues", str(load.queues), "--connections", str(load.connections),
             "--warmup", f"{load.warmup:.3f}", "--duration", f"{load.seconds:.3f}"]
    if load.kind != "consume":
        words += ["--in-flight", str(load.in_flight), "--size", str(load.size),
                  "--batch", str(load.batch), "--rate", str(load.rate)]
    if load.json_headers:
        words.append("--json-headers")
    if load.kind == "produce":
        # Named directly: no route is asked for, and no time passes between start and load.
        if load.topics == 1:
            running.create_topic(load.topic, load.queues)
        return words + ["--broker", running.addresses["broker"]]
    if "namesrv" not in running.addresses:
        return words + ["--broker", running.addresses["broker"]]
    return words + ["--namesrv", running.addresses["namesrv"]]


_OFFICIAL = {
    "official-producer": ("Producer", r"Send TPS: (\d+).*Average RT\(ms\): *([\d.]+)"),
    "official-consumer": ("Consumer", r"Consume TPS: (\d+).*AVG\(B2C\) RT\(ms\): *([\d.]+)"),
}


def _features(running, kind, topic, load):
    return [os.path.join(running.system.build, "bench", "features"), kind, "--namesrv",
            running.addresses["namesrv"], "--topic", topic, "--count", str(load.messages)]


def _sql(running, load, topic):
    """Pulls through a filter, again and again; the rate is of messages that it looked at."""
    systems.run_json(_features(running, "priced", topic, load), 300)
    words = [os.path.join(running.system.build, "pintle"), "bench", "consume", "-o", "json", "--quiet",
             "--namesrv", running.addresses["namesrv"], "--topic", topic, "--repeat",
             "--connections", str(load.connections), "--warmup", f"{load.warmup:.3f}",
             "--duration", f"{load.seconds:.3f}",
             "--sql", "price BETWEEN 10 AND 29 AND region = 'EU' AND price IS NOT NULL"]
    cpu_before = measure.cpu_seconds(running.pid)
    report = systems.run_json(words, load.seconds + 60)
    sample = Sample(rate=report["passed_per_second"], consumed=report["consumed_per_second"],
                    seconds=report["seconds"], errors=report.get("errors", {}),
                    generator_limited=report.get("generator_limited", False),
                    memory_mib=measure.anonymous_mib(running.pid))
    if report["passed"] > 0:
        sample.cpu_us = (measure.cpu_seconds(running.pid) - cpu_before) / report["passed"] * 1e6
    return sample


def _feature(running, load):
    """The program beside this: delayed messages, filters, order. Each run has a topic of its own."""
    topic = f"{load.topic}-{time.monotonic_ns()}"
    running.create_topic(topic, load.queues)
    kind = load.kind.removeprefix("feature-")
    if kind == "idle":
        return _idle(running, load, topic)
    if kind == "sql":
        return _sql(running, load, topic)
    words = _features(running, kind, topic, load)
    begin = time.monotonic()
    report = systems.run_json(words, 300)
    sample = Sample(seconds=time.monotonic() - begin,
                    memory_mib=measure.anonymous_mib(running.pid))
    sample.rate = report.get("per_second") or report["messages"] / sample.seconds
    if kind == "delay":
        sample.latency = {f"{name}_us": late * 1e3 for name, late in report["late_ms"].items()}
        if report["early"]:
            sample.errors["early"] = report["early"]
    return sample


def _idle(running, load, topic):
    """Consumers that wait, each on a connection and a queue of its own, and a message a second."""
    child = systems.spawn([os.path.join(running.system.build, "pintle"), "bench", "e2e", "--quiet",
                           "--namesrv", running.addresses["namesrv"], "--topic", topic,
                           "--queues", str(load.queues), "--connections", str(load.connections),
                           "--rate", "1", "--warmup", "1", "--duration", "60"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(10)
        begin, cpu = time.monotonic(), measure.cpu_seconds(running.pid)
        time.sleep(20)
        used = measure.cpu_seconds(running.pid) - cpu
        held = measure.descriptors(running.pid)
        if child.poll() is not None or held < load.connections:
            raise systems.Failed(f"{held} descriptors: the consumers are not there")
        return Sample(seconds=time.monotonic() - begin, descriptors=held,
                      memory_mib=measure.anonymous_mib(running.pid),
                      core_percent=used / (time.monotonic() - begin) * 100)
    finally:
        systems.end(child, 5)


def _official(running, load):
    """RocketMQ's own benchmark client. It prints the rate of its last ten seconds, first after
    eleven; that line is the figure."""
    name, pattern = _OFFICIAL[load.kind]
    running.create_topic(load.topic, load.queues)
    home = os.path.join(running.folder, "client")
    os.makedirs(home, exist_ok=True)
    words = ["java", "-Xms1g", "-Xmx1g", f"-Duser.home={home}", "-cp", systems.java_classpath(),
             f"org.apache.rocketmq.example.benchmark.{name}", "-n", running.addresses["namesrv"],
             "-t", load.topic, "-ri", "1000"]
    if name == "Producer":
        words += ["-s", str(load.size), "-w", str(load.in_flight)]
    else:
        words += ["-w", str(load.in_flight), "-g", f"bench_{time.monotonic_ns()}"]
    start = time.monotonic()
    window = measure.Window(running.pid, start + 3, start + 10)
    output = os.path.join(home, "output")
    with open(output, "wb") as out:
        client = systems.spawn(words, stdout=out, stderr=subprocess.STDOUT)
    try:
        while time.monotonic() < start + 30 and client.poll() is None:
            time.sleep(0.1)
            with open(output, encoding="utf-8", errors="replace") as f:
                text = f.read()
            found = re.search(pattern, text)
            if found:
                break
        else:
            raise systems.Failed(f"the official {name} told no figure:\n{text[-1500:]}")
    finally:
        systems.end(client, 5)
        window.close()
    sample = Sample(rate=float(found[1]), latency={"mean_us": float(found[2]) * 1e3}, seconds=10.0,
                    memory_mib=measure.anonymous_mib(running.pid))
    failed = re.search(r"Send Failed: (\d+) \| Response Failed: (\d+)", found.string[found.start():])
    if failed and (failed[1], failed[2]) != ("0", "0"):
        sample.errors = {"send failed": int(failed[1]), "response failed": int(failed[2])}
    if sample.rate and window.seconds:
        sample.cpu_us = window.cpu / (sample.rate * window.seconds) * 1e6
        sample.switches = window.switches / (sample.rate * window.seconds)
    return sample

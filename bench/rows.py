"""The rows of the benchmark: which load, which systems, which aim."""

from dataclasses import dataclass, replace

from load import Load


@dataclass(frozen=True)
class Step:
    """One point of a row; a plain row has one."""
    x: float
    load: Load
    prepare: Load = None     # run once on each system before the first round, not measured


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    steps: tuple
    systems: tuple = ("pintle", "java")
    flush: str = "async"
    sql: bool = False        # the broker takes SQL92 filters
    metric: str = "rate"     # what ratios are made of: rate, p50_us, p99_us, seconds
    also: tuple = ()         # further metrics that get a ratio
    aim: str = ""            # the ratio to RocketMQ that is to be reached
    kind: str = "rounds"     # rounds; start: times to ready; log: a growing log
    axis: str = ""           # of a curve: what x is
    rounds: int = 0          # 0: as many as the run has
    note: str = ""
    calls: bool = False      # count system calls too, in a run of its own
    memory_in_use: bool = False   # free memory is used and given back right before each run

    def settings(self):
        return {"flush": self.flush, "sql": self.sql}


def plain(name, title, load, **more):
    return Row(name, title, (Step(0, replace(load, topic=f"b-{name}")),), **more)


def curve(name, title, axis, loads, prepare=None, **more):
    steps = tuple(Step(x, replace(load, topic=f"b-{name}-{x}"),
                       replace(prepare(x), topic=f"b-{name}-{x}") if prepare else None)
                  for x, load in loads)
    return Row(name, title, steps, axis=axis, **more)


SMALL = Load(size=128)
KILO = Load(size=1024)
WARM_NOTE = ("each run begins on memory that the machine has just used, as after some hours of "
             "work; elsewhere here a hypervisor may have to find every new page of the log")
WITH_NATS = ("pintle", "java", "nats", "null")
WITH_LIMIT = ("pintle", "java", "null")


def share(total, connections):
    """Requests under way on each connection, so that all together have `total`."""
    return max(1, round(total / connections))


def rows():
    return (
        Row("start", "start to ready, empty store", (), ("pintle", "java", "nats"), kind="start",
            metric="seconds", aim="≤ 60 ms"),
        plain("one", "128 B, one in flight", replace(SMALL, connections=1, in_flight=1),
              systems=WITH_NATS, also=("p99_us",), aim="≥ 2.1 ×, p99 ≤ 0.45 ×", calls=True),
        plain("small", "128 B, 4 × 64 in flight", SMALL, systems=WITH_NATS,
              also=("cpu_us",), aim="≥ 8 ×, processor time ≤ 0.06 ×", calls=True),
        plain("deep", "128 B, 4 × 1 024 in flight", replace(SMALL, in_flight=1024),
              systems=WITH_NATS, aim="≥ 10 ×"),
        plain("kilo-one", "1 KB, 1 × 64 in flight", replace(KILO, connections=1),
              systems=WITH_LIMIT, also=("p99_us",), aim="≥ 5 ×, p99 ≤ 0.1 ×"),
        plain("kilo", "1 KB, 4 × 64 in flight", KILO, systems=WITH_NATS, aim="≥ 5 ×"),
        plain("kilo-json", "1 KB, 4 × 64 in flight, JSON headers",
              replace(KILO, json_headers=True), aim="≥ 5 ×"),
        plain("batch", "batches of 16 × 128 B, 4 × 32 in flight",
              replace(SMALL, batch=16, in_flight=32), systems=WITH_LIMIT, aim="≥ 4 ×"),
        plain("small-warm", "128 B, 4 × 64 in flight, memory in use before", SMALL, also=("cpu_us",),
              memory_in_use=True, rounds=3, aim="≥ 8 ×, processor time ≤ 0.06 ×", note=WARM_NOTE),
        plain("kilo-warm", "1 KB, 4 × 64 in flight, memory in use before", KILO,
              memory_in_use=True, rounds=3, aim="≥ 5 ×", note=WARM_NOTE),
        plain("batch-warm", "batches of 16 × 128 B, 4 × 32 in flight, memory in use before",
              replace(SMALL, batch=16, in_flight=32), memory_in_use=True, rounds=3,
              aim="≥ 4 ×", note=WARM_NOTE),
        plain("e2e", "end to end, 256 B at 10 000/s",
              Load(kind="e2e", size=256, connections=1, rate=10_000, warmup=1.0),
              metric="p50_us", also=("p99_us",), aim="p50 ≤ 0.12 ×, p99 ≤ 0.05 ×"),
        plain("mixed", "produce and consume together, 1 KB, 4 × 64 in flight",
              replace(KILO, kind="mixed"), also=("consumed",), aim="≥ 5 × each"),
        Row("catch-up", "catch-up, pulls of 32, page cache",
            (Step(0, Load(kind="consume", topic="b-catch-up", warmup=0, seconds=20),
                  replace(SMALL, topic="b-catch-up", batch=16, in_flight=8, rate=300_000,
                          warmup=0, seconds=5)),),
            systems=("pintle", "java", "nats", "null"), aim="≥ 5 ×",
            note="128 B messages; what was stored in 5 s at up to 300 000/s is read"),
        plain("official-producer", "official Java producer, 64 threads, 1 KB",
              Load(kind="official-producer", size=1024, connections=1), rounds=3, aim="≥ 1.6 ×"),
        Row("official-consumer", "official Java consumer, 20 threads, 1 KB",
            (Step(0, Load(kind="official-consumer", size=1024, connections=1, in_flight=20,
                          topic="b-official-consumer"),
                  replace(KILO, topic="b-official-consumer", rate=50_000, warmup=0, seconds=15)),),
            rounds=3),
        plain("sync", "sync flush, 128 B, 4 × 64 in flight", SMALL, flush="sync", aim="≥ 6 ×"),
        plain("sync-deep", "sync flush, 128 B, 4 × 256 in flight", replace(SMALL, in_flight=256),
              flush="sync", rounds=3, aim="≥ 6 ×"),
        plain("sync-kilo", "sync flush, 1 KB, 4 × 64 in flight", KILO, flush="sync", aim="≥ 4 ×"),
        plain("sync-one", "sync flush, 128 B, one in flight",
              replace(SMALL, connections=1, in_flight=1), flush="sync", also=("p99_us",),
              aim="≥ 1.8 ×"),
        plain("delay", "100 000 delayed messages of mixed levels, how late they come",
              Load(kind="feature-delay", connections=1, messages=100_000), metric="p99_us",
              also=("p50_us",), rounds=2, aim="p99 ≤ 100 ms"),
        plain("idle", "1 000 consumers that wait, one message a second",
              Load(kind="feature-idle", connections=1_000, queues=1_000), metric="core_percent",
              rounds=2, aim="Pintle ≤ 1 % of a core"),
        plain("sql", "pulls through an SQL92 filter that takes a tenth, 4 readers",
              Load(kind="feature-sql", connections=4, messages=40_000, queues=4, warmup=1, seconds=5),
              sql=True, rounds=3, aim="≥ 5 ×",
              note="four queues of 10 000 messages, again and again; the rate is of messages that the "
                   "filter looked at"),
        plain("orderly", "consuming 1 000 queues in order, C++ SDK on both",
              Load(kind="feature-orderly", connections=1, messages=2_000_000, queues=1_000), rounds=3,
              aim="≥ 3 ×"),
        curve("size", "message size", "bytes of a body",
              [(size, Load(size=size, in_flight=flight, seconds=1.0))
               for size, flight in ((16, 64), (128, 64), (1024, 64), (8192, 64), (65536, 8),
                                    (1 << 20, 2))], rounds=2),
        curve("queues", "queues, 128 B, 4 × 64 in flight", "queues",
              [(count, Load(topics=max(1, count // 4), queues=min(4, count), seconds=1.0))
               for count in (1, 100, 1_000, 10_000)],
              prepare=lambda count: Load(topics=max(1, count // 4), queues=min(4, count),
                                         warmup=0, seconds=1 + count / 500),
              rounds=2, aim="≤ 15 % drop, ≤ 1 000 descriptors"),
        curve("connections", "connections, 64 B, 256 to 1 000 in flight", "connections",
              [(count, Load(size=64, connections=count, in_flight=share(256, count), seconds=1.0))
               for count in (1, 10, 100, 1_000)], systems=WITH_LIMIT, rounds=2,
              aim="≤ 20 % drop"),
        curve("latency", "latency of sends at a rate, 1 KB, 4 connections", "messages/s offered",
              [(rate, replace(KILO, rate=rate, seconds=1.0))
               for rate in (1_000, 10_000, 25_000, 50_000, 100_000, 200_000, 400_000)],
              metric="p50_us", rounds=2),
        curve("log", "log size, 1 KB, 4 × 64 in flight", "GiB in the log",
              [(gib, replace(KILO, seconds=1.0)) for gib in (0, 1, 2, 4, 8)], kind="log", rounds=1),
    )


def only(row, names):
    """The row with fewer systems."""
    return replace(row, systems=tuple(name for name in row.systems if name in names))

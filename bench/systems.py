"""The systems under test. Each one starts on an empty folder of its own, on 127.0.0.1 and ports
that the system chooses, says when it serves, and takes loads."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import measure

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INTEROP = os.path.join(ROOT, "tests", "interop")
JAVA_VERSION = "5.5.0"
JAVA_HEAP = "4g"

_children = set()
_cores = {"broker": None, "load": None}


def pin():
    """Gives brokers and generators cores of their own: the first half, and the rest."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise Failed("--pin needs two cores")
    half = len(cores) // 2
    _cores["broker"], _cores["load"] = (",".join(map(str, part))
                                        for part in (cores[:half], cores[half:]))


class Unavailable(Exception):
    """This machine cannot run the system; the text says why."""


class Failed(Exception):
    """A system or a load did not do what it was started for."""


def spawn(command, role="load", **options):
    """A child that does not outlive the run. It leads a group of its own."""
    if _cores[role]:
        command = ["taskset", "-c", _cores[role], *command]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
    _children.add(child)
    return child


def end(child, seconds=15):
    """Ends a child and all that it started."""
    for name in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is not None:
            break
        try:
            os.killpg(child.pid, name)
            os.killpg(child.pid, signal.SIGCONT)   # one that is stopped does not hear of it before
        except ProcessLookupError:
            break
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
    _children.discard(child)


def end_all():
    for child in list(_children):
        end(child, 3)


class System:
    """One kind of broker. `start` makes a running one of it."""

    name = ""
    label = ""
    warm_seconds = 1.0      # load before the first figure is taken
    ready_limit = 60.0
    speaks_remoting = True  # `pintle bench` can load it
    has_launcher = False    # the time to ready counts from the program's own start

    def __init__(self, build):
        self.build = build

    def prepare(self):
        """Fetches or builds what is needed; raises Unavailable."""

    def command(self, folder, options):
        raise NotImplementedError

    def launched(self, child):
        """True once the program itself runs, after the script that launched it."""
        return True

    def read_ready(self, line):
        """The addresses in the line that says it serves."""
        return dict(re.findall(r"(\w+)=(\S+)", line))

    def start(self, folder, options):
        os.makedirs(folder)
        log = os.path.join(folder, "output")
        with open(log, "wb") as out:
            begin = time.monotonic()
            child = spawn(self.command(folder, options), "broker", stdout=out,
                          stderr=subprocess.STDOUT)
        launched = None if self.has_launcher else begin
        while time.monotonic() < begin + self.ready_limit:
            if launched is None and self.launched(child):
                launched = time.monotonic()
            with open(log, encoding="utf-8", errors="replace") as f:
                for line in f:
                    if launched and line.startswith("ready") and line.endswith("\n"):
                        return Running(self, child, folder, line, time.monotonic() - launched)
            if child.poll() is not None:
                break
            time.sleep(0.001)
        end(child)
        with open(log, encoding="utf-8", errors="replace") as f:
            raise Failed(f"{self.label} did not start:\n{f.read()[-2000:]}")


class Pintle(System):
    name = "pintle"
    label = "Pintle"

    def prepare(self):
        if not os.access(os.path.join(self.build, "pintle"), os.X_OK):
            raise Unavailable("pintle is not built")

    def command(self, folder, options):
        return [os.path.join(self.build, "pintle"), "start", "--data-dir",
                os.path.join(folder, "data"), "--set", "namesrv.listen=127.0.0.1:0",
                "--set", f"broker.listen=127.0.0.1:{free_broker_port()}",
                "--set", f"store.flush={options.get('flush', 'async')}"] + (
                    ["--set", "pull.sql_filter=true"] if options.get("sql") else [])


class Java(System):
    name = "java"
    label = f"RocketMQ {JAVA_VERSION}"
    warm_seconds = 6.0
    ready_limit = 180.0
    has_launcher = True

    def prepare(self):
        missing = [tool for tool in ("java", "javac", "mvn") if not shutil.which(tool)]
        if missing:
            raise Unavailable("no JDK or Maven: " + ", ".join(missing))
        java_classpath()

    def command(self, folder, options):
        flush = "SYNC_FLUSH" if options.get("flush") == "sync" else "ASYNC_FLUSH"
        return [os.path.join(INTEROP, "java_broker.sh"), JAVA_VERSION, os.path.join(folder, "data"),
                "--heap", JAVA_HEAP, "--set", f"flushDiskType={flush}"] + (
                    ["--set", "enablePropertyFilter=true"] if options.get("sql") else [])

    def launched(self, child):
        try:
            with open(f"/proc/{child.pid}/comm", encoding="ascii") as f:
                return f.read().strip() == "java"
        except OSError:
            return False


class Nats(System):
    name = "nats"
    label = "NATS JetStream 2.15.2"
    speaks_remoting = False

    def prepare(self):
        if not shutil.which("go"):
            raise Unavailable("no Go")
        folder = os.path.join(ROOT, "bench", "nats")
        self.program = os.path.join(ROOT, "build", "bench", "nats")
        done = subprocess.run(["go", "build", "-o", self.program, "."], cwd=folder,
                              capture_output=True, text=True, timeout=900)
        if done.returncode != 0:
            raise Unavailable("the Go program did not build: " + done.stderr.strip()[-200:])

    def command(self, folder, options):
        return [self.program, "server", "--dir", os.path.join(folder, "data")]


class Null(System):
    name = "null"
    label = "null server"

    def prepare(self):
        self.program = os.path.join(self.build, "bench", "null_server")
        if not os.access(self.program, os.X_OK):
            raise Unavailable("null_server is not built")

    def command(self, folder, options):
        return [self.program, "--listen", "127.0.0.1:0"]

    def read_ready(self, line):
        return {"broker": re.search(r"on (\S+),", line)[1]}


ALL = (Pintle, Java, Nats, Null)


class Running:
    """A started system."""

    def __init__(self, system, child, folder, ready, start_seconds):
        self.system, self.child, self.folder = system, child, folder
        self.pid = child.pid
        self.start_seconds = start_seconds
        self.addresses = system.read_ready(ready)
        self.topics = set()

    def alive(self):
        return self.child.poll() is None

    def signal(self, number):
        """To all of its processes."""
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            pass

    def store_bytes(self):
        return measure.tree_bytes(os.path.join(self.folder, "data"))

    def log_tail(self):
        with open(os.path.join(self.folder, "output"), encoding="utf-8", errors="replace") as f:
            return f.read()[-1500:]

    def create_topic(self, topic, queues):
        """For loads that name the broker directly, and for official clients."""
        if topic in self.topics or not self.system.speaks_remoting or "namesrv" not in self.addresses:
            return
        run_json([os.path.join(self.system.build, "pintle"), "topic", "create", topic, "--queues",
                  str(queues), "--namesrv", self.addresses["namesrv"]], 30, parse=False)
        self.topics.add(topic)

    def stop(self):
        end(self.child)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_broker_port():
    """A broker also listens two ports below (VIP) and may use the one above."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        try:
            for near in (port - 2, port, port + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", near))
            return port
        except OSError:
            continue
    raise Failed("no free group of ports")


def _words(command):
    """What a report says of a command: nothing of where it is on this machine."""
    return " ".join([os.path.basename(command[0]), *command[1:]])


def run_json(command, limit, parse=True, cwd=None):
    """Runs a command that prints one JSON object, and returns it."""
    child = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)
    try:
        out, err = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        end(child)
        raise Failed(f"no end after {limit:.0f} s: {_words(command)}") from None
    _children.discard(child)
    if not parse:
        if child.returncode != 0:
            raise Failed(f"{_words(command)}: {err.strip()[-500:] or out.strip()[-500:]}")
        return out
    for line in reversed(out.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise Failed(f"{_words(command)}: exit code {child.returncode}: {err.strip()[-500:]}")


def java_classpath():
    """Class path of the official benchmark programs, resolved through Maven once."""
    done = subprocess.run(
        ["bash", "-c", '. "$0/env.sh" && java_classpath "$1" example', INTEROP, JAVA_VERSION],
        capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        raise Unavailable("Maven has no RocketMQ: " + done.stderr.strip()[-200:])
    return done.stdout.strip()

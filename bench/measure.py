"""What the kernel tells about a broker's process, and what the machine itself can do."""

import mmap
import os
import shutil
import signal
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid):
    """Processor time, user and system, of all threads of the process so far."""
    with open(f"/proc/{pid}/stat", "rb") as f:
        fields = f.read().rsplit(b")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def context_switches(pid):
    """Voluntary and other switches, summed over the threads that live now."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", "rb") as f:
                for line in f:
                    if b"ctxt_switches" in line:
                        total += int(line.split()[1])
        except OSError:  # the thread has ended
            pass
    return total


def anonymous_mib(pid):
    """Resident memory that no file backs: heap and stacks, without the mapped log."""
    with open(f"/proc/{pid}/status", "rb") as f:
        for line in f:
            if line.startswith(b"RssAnon:"):
                return int(line.split()[1]) / 1024
    return 0.0


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def tree_bytes(path):
    """Bytes allocated on disk below a folder."""
    total = 0
    for folder, _, files in os.walk(path):
        for name in files:
            try:
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512
            except OSError:
                pass
    return total


class Window:
    """Watches a process between two moments of the monotonic clock, from a thread of its own.

    Two looks at the counters, and a look at the memory ten times a second: the watcher must not
    take processor time that the brokers lack.
    """

    def __init__(self, pid, begin, end):
        self.pid, self.begin, self.end = pid, begin, end
        self.seconds = self.cpu = self.switches = 0.0
        self.memory_mib = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _look(self):
        return time.monotonic(), cpu_seconds(self.pid), context_switches(self.pid)

    def _watch(self):
        try:
            if self._stop.wait(max(0.0, self.begin - time.monotonic())):
                return
            first = self._look()
            while True:
                left = self.end - time.monotonic()
                if left <= 0 or self._stop.wait(min(0.1, left)):
                    break
                self.memory_mib = max(self.memory_mib, anonymous_mib(self.pid))
            last = self._look()
        except OSError:  # the broker is gone; the load will say so
            return
        self.seconds, self.cpu, self.switches = (b - a for a, b in zip(first, last))

    def close(self):
        """Ends the watch if it has not ended by itself."""
        self._stop.set()
        self._thread.join()


class SystemCalls:
    """Counts the system calls of a process until `stop`; where nothing can count them, None."""

    def __init__(self, pid):
        self._counter = None
        if shutil.which("perf"):
            self._counter = subprocess.Popen(
                ["perf", "stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-p", str(pid)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True)
            time.sleep(0.5)  # it has no way to say that it counts

    def stop(self):
        if self._counter is None:
            return None
        self._counter.send_signal(signal.SIGINT)
        try:
            _, text = self._counter.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self._counter.kill()
            return None
        for line in text.splitlines():
            if "raw_syscalls" in line and line.split(",")[0].isdigit():
                return int(line.split(",")[0])
        return None


def settle(pids, limit=4.0):
    """Waits until the processes are idle: segments prepared, compilers done, flushes over."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        before = sum(cpu_seconds(p) for p in pids)
        time.sleep(0.15)
        if sum(cpu_seconds(p) for p in pids) - before <= 0.03:
            return


def drain(path, limit=20.0):
    """Writes back what is dirty, so that no run pays for the bytes of the one before."""
    try:
        subprocess.run(["sync", "-f", path], timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        pass


def use_memory(size):
    """Memory with something on every page; closing gives it back."""
    memory = mmap.mmap(-1, size)
    memory[::PAGE] = b"x" * (size // PAGE)
    return memory


class MemoryInUse:
    """The system's free memory such as it is after some hours of work. A virtual machine's free
    pages may have gone back to its host within a second, and to get one again may cost ten times
    what its use does. All but a little is held in use; what stays free is used and given back
    right before a run, all of it: which pages the next ones will be, nobody can tell."""

    LEFT = 4 << 30
    MARGIN = 512 << 20   # never used up: others allocate, too

    def __init__(self):
        self._held = use_memory(max(PAGE, self._free() - self.LEFT))

    def renew(self):
        use_memory(max(PAGE, self._free() - self.MARGIN)).close()

    def close(self):
        self._held.close()

    @staticmethod
    def _free():
        with open("/proc/meminfo", encoding="ascii") as f:
            for line in f:
                if line.startswith("MemFree:"):
                    return int(line.split()[1]) * 1024 // PAGE * PAGE
        return 0


def first_touch():
    """Bytes a second at which new memory is touched: first use, and the same again at once."""
    size = 512 << 20
    rates = []
    for _ in range(2):
        begin = time.monotonic()
        use_memory(size).close()
        rates.append(size / (time.monotonic() - begin))
    return rates


def burst_bytes():
    """How much a run may append and stay a burst into the page cache: less than half of what
    makes the kernel start to write back."""
    threshold = 2 << 30
    with open("/proc/vmstat", encoding="ascii") as f:
        for line in f:
            if line.startswith("nr_dirty_background_threshold"):
                threshold = int(line.split()[1]) * PAGE
    return min(1 << 30, threshold * 2 // 5)


def disk(path):
    """The disk's own limits: sustained write, small durable writes."""
    name = os.path.join(path, "disk-probe")
    block = os.urandom(1 << 20)
    fd = os.open(name, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        start = time.monotonic()
        written = 0
        while written < 256 and time.monotonic() - start < 5:
            os.write(fd, block)
            written += 1
        os.fdatasync(fd)
        sustained = written / (time.monotonic() - start)
        start = time.monotonic()
        syncs = 0
        while time.monotonic() - start < 1:
            os.pwrite(fd, block[:4096], syncs % 256 * 4096)
            os.fdatasync(fd)
            syncs += 1
        return {"write_mib_per_second": round(sustained),
                "durable_4k_writes_per_second": round(syncs / (time.monotonic() - start))}
    finally:
        os.close(fd)
        os.unlink(name)


def _command(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).strip()


def machine(root):
    """Where and of what the figures are."""
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="ascii") as f:
        memory = int(f.readline().split()[1]) / (1 << 20)
    return {
        "processor": model, "cores": os.cpu_count(), "memory_gib": round(memory, 1),
        "kernel": os.uname().release, "load_average_at_start": round(os.getloadavg()[0], 2),
        "java": _command("java", "-version").split("\n")[0] if shutil.which("java") else "none",
        "commit": _command("git", "-C", root, "describe", "--always", "--dirty"),
        "date": time.strftime("%Y-%m-%d"),
    }

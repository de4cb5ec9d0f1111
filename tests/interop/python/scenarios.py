"""The C++ client, through the Python package that carries it, against any name server.

scenarios.py NAMESRV [SCENARIO...]: PASS and FAIL lines. Each scenario runs in a process of its own: the
library keeps one client for a process, whatever its groups.
"""
import collections
import os
import subprocess
import sys
import threading
import time

from rocketmq.client import Message, Producer, PullConsumer, PushConsumer, RecvMessage, SendStatus
from rocketmq.client import _CConsumeStatus, ffi_check
from rocketmq.ffi import MessageModel, dll

COUNT = 200
PATIENCE_S = 60


class Ledger:
    """What was acknowledged, and what came back how often."""

    def __init__(self):
        self.sent = set()
        self.received = collections.Counter()

    def ended(self):
        return self.sent <= set(self.received)

    def problems(self, twice=False):
        lost = sorted(self.sent - set(self.received))
        foreign = sorted(set(self.received) - self.sent)
        doubled = sorted(body for body, times in self.received.items() if times > 1)
        found = []
        for name, bodies in ("lost", lost), ("foreign", foreign), ("twice", [] if twice else doubled):
            if bodies:
                found.append(f"{len(bodies)} {name}, the first {bodies[0][:60]!r}")
        return found


def message(topic, body, tags="", keys="", level=0):
    out = Message(topic)
    out.set_body(body)
    if tags:
        out.set_tags(tags)
    if keys:
        out.set_keys(keys)
    if level:
        out.set_delay_time_level(level)
    return out


def producer(namesrv, topic):
    out = Producer("producers-" + topic, max_message_size=4 << 20)
    out.set_namesrv_addr(namesrv)
    out.start()
    return out


def send(client, ledger, one, body):
    result = client.send_sync(one)
    assert result.status == SendStatus.OK, result
    ledger.sent.add(body)
    return result


class Listener(PushConsumer):
    """Calls on_message with each message; what it returns as true is asked for again later."""

    def __init__(self, namesrv, group, topic, on_message, expression="*", **kind):
        super().__init__(group, **kind)
        self.set_namesrv_addr(namesrv)

        def told(_, handle):
            later = on_message(RecvMessage(handle))
            status = _CConsumeStatus.RECONSUME_LATER if later else _CConsumeStatus.CONSUME_SUCCESS
            return status.value

        ffi_check(dll.Subscribe(self._handle, topic.encode(), expression.encode()))
        self._register_callback(told)
        self.start()


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def receive(namesrv, topic, ledger, expression="*", **kind):
    lock = threading.Lock()

    def on_message(one):
        with lock:
            ledger.received[one.body.decode()] += 1

    listener = Listener(namesrv, "group-" + topic, topic, on_message, expression, **kind)
    wait_for(ledger.ended)
    time.sleep(0.3)  # what should not come has its chance
    listener.shutdown()


def send_sync(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    for i in range(COUNT):
        body = f"消息 {i}"
        one = message(topic, body, tags="A", keys=f"key-{i}")
        one.set_property("number", str(i))
        send(client, ledger, one, body)
    receive(namesrv, topic, ledger)
    return ledger.problems()


def send_async(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    answered = threading.Semaphore(0)
    failures = []

    def failed(error):
        failures.append(str(error))
        answered.release()

    for i in range(COUNT):
        ledger.sent.add(f"async {i}")
        client.send_async(message(topic, f"async {i}"), lambda _: answered.release(), failed)
    for _ in range(COUNT):
        answered.acquire(timeout=PATIENCE_S)
    receive(namesrv, topic, ledger)
    return failures + ledger.problems()


def send_oneway(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    send(client, ledger, message(topic, "first"), "first")  # the topic is there from now on
    for i in range(COUNT):
        ledger.sent.add(f"oneway {i}")
        client.send_oneway(message(topic, f"oneway {i}"))
    receive(namesrv, topic, ledger)
    return ledger.problems()


def compressed(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    for i in range(5):
        body = f"{i} " + "长 text " * 20_000
        send(client, ledger, message(topic, body), body)
    receive(namesrv, topic, ledger)
    return ledger.problems()


def order(namesrv, topic):
    client = producer(namesrv, topic)
    for i in range(COUNT):
        one = message(topic, f"{i % 4} {i}")
        assert client.send_orderly(one, i % 4).status == SendStatus.OK
    seen = collections.defaultdict(list)

    def on_message(one):
        line, number = one.body.decode().split()
        seen[line].append(int(number))

    listener = Listener(namesrv, "group-" + topic, topic, on_message, orderly=True)
    wait_for(lambda: sum(len(numbers) for numbers in seen.values()) >= COUNT)
    listener.shutdown()
    wanted = {str(line): list(range(line, COUNT, 4)) for line in range(4)}
    return [] if seen == wanted else [f"came as {dict(seen)}"]


def tag_filter(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    for i in range(COUNT):
        tags = ("A", "B", "C")[i % 3]
        one = message(topic, f"{tags} {i}", tags=tags)
        assert client.send_sync(one).status == SendStatus.OK
        if tags != "B":
            ledger.sent.add(f"{tags} {i}")
    receive(namesrv, topic, ledger, "A || C")
    return ledger.problems()


def retry(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    for i in range(10):
        send(client, ledger, message(topic, str(i)), str(i))
    refused = collections.Counter()

    def on_message(one):
        body = one.body.decode()
        if body == "3" and one.reconsume_times == 0:
            refused[body] += 1
            return True
        ledger.received[body] += 1
        return False

    listener = Listener(namesrv, "group-" + topic, topic, on_message)
    wait_for(ledger.ended)
    listener.shutdown()
    return ledger.problems() + ([] if refused["3"] == 1 else [f"refused {dict(refused)}"])


def delay(namesrv, topic):
    client = producer(namesrv, topic)
    client.send_sync(message(topic, "at once"))
    came = {}
    listener = Listener(namesrv, "group-" + topic, topic,
                        lambda one: came.setdefault(one.body, time.monotonic()) and False)
    wait_for(lambda: came)
    began = time.monotonic()
    client.send_sync(message(topic, "later", level=1))
    wait_for(lambda: len(came) == 2)
    listener.shutdown()
    if b"later" not in came:
        return ["the delayed message did not come"]
    took = came[b"later"] - began
    return [] if took > 0.9 else [f"came {took:.2f} s after it was sent, wanted 1 s"]


def broadcast(namesrv, topic):
    """Both of two processes get every message."""
    client = producer(namesrv, topic)
    client.send_sync(message(topic, "first"))
    readers = [subprocess.Popen([sys.executable, __file__, namesrv, "listen", topic],
                                stdout=subprocess.PIPE, text=True) for _ in range(2)]
    problems = []
    for reader in readers:
        reader.stdout.readline()  # it listens
    for i in range(20):
        client.send_sync(message(topic, f"to all {i}"))
    for reader in readers:
        last = reader.communicate(timeout=2 * PATIENCE_S)[0].strip()
        if last != "20":
            problems.append(f"a reader got {last} of 20")
    return problems


def listen(namesrv, topic):
    got = set()
    listener = Listener(namesrv, "group-" + topic, topic,
                        lambda one: one.body.startswith(b"to all") and got.add(one.body),
                        message_model=MessageModel.BROADCASTING)
    time.sleep(2)  # its queues are its own once it has looked at them
    print("listening", flush=True)
    wait_for(lambda: len(got) == 20)
    listener.shutdown()
    print(len(got), flush=True)


def pull(namesrv, topic):
    ledger = Ledger()
    client = producer(namesrv, topic)
    for i in range(COUNT):
        send(client, ledger, message(topic, f"pulled {i}"), f"pulled {i}")
    consumer = PullConsumer("group-" + topic)
    consumer.set_namesrv_addr(namesrv)
    consumer.start()
    for one in consumer.pull(topic):
        ledger.received[one.body.decode()] += 1
    consumer.shutdown()
    return ledger.problems()


SCENARIOS = {
    one.__name__.replace("_", "-"): one
    for one in (send_sync, send_async, send_oneway, compressed, order, tag_filter, retry, delay,
                broadcast, pull)
}


def run_one(namesrv, name):
    problems = SCENARIOS[name](namesrv, f"python-{name}-{os.getpid()}")
    print(f"FAIL python/{name}: {'; '.join(problems)}" if problems else f"PASS python/{name}", flush=True)
    # Without the library's own end: its threads may outlive what they use.
    os._exit(0)


def main():
    namesrv, *names = sys.argv[1:]
    if names[:1] == ["listen"]:
        listen(namesrv, names[1])
        os._exit(0)
    if names[:1] == ["one"]:
        run_one(namesrv, names[1])
    for name in names or SCENARIOS:
        ran = subprocess.run([sys.executable, __file__, namesrv, "one", name], timeout=4 * PATIENCE_S,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if not ran.stdout.startswith(("PASS", "FAIL")):
            told = ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"]
            print(f"FAIL python/{name}: {told[-1]}", flush=True)
        else:
            print(ran.stdout, end="", flush=True)


main()

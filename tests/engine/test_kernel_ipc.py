"""Processes of a worker node may be killed at any moment; what they share must survive."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from jobs.engine import kernel_ipc
from tests.node import wait_until

fork = multiprocessing.get_context("fork")


def start(target, *args):
    process = fork.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def wait_until_asleep(process):
    """Until it waits for something: a forked child sleeps nowhere else on its way there."""
    stat = Path(f"/proc/{process.pid}/stat")
    wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "S", what="its sleep")


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.join()


END = "end"


def forward(source, target):
    while True:
        message = source.get()
        target.put(message)
        if message == END:
            return


def test_messages_arrive_whole_once_and_in_order():
    queue = kernel_ipc.Queue()
    for number in range(100):
        queue.put({"number": number, "text": "x" * 100})
    assert [queue.get()["number"] for _ in range(100)] == list(range(100))
    assert queue.empty()


def test_killing_an_idle_reader_leaves_the_queue_working():
    source, target = kernel_ipc.Queue(), kernel_ipc.Queue()
    victim, survivor = start(forward, source, target), start(forward, source, target)
    wait_until_asleep(victim)
    wait_until_asleep(survivor)
    kill(victim)
    for number in range(20):
        source.put(number)
    assert [target.get() for _ in range(20)] == list(range(20))
    kill(survivor)


def test_no_message_is_torn_or_doubled_when_readers_are_killed_at_random():
    source, target = kernel_ipc.Queue(4), kernel_ipc.Queue()
    readers = [start(forward, source, target) for _ in range(3)]
    seen = []
    for number in range(600):
        source.put((number, b"x" * 500))
        if number % 40 == 20:
            kill(readers.pop(0))
            readers.append(start(forward, source, target))
        while not target.empty():
            seen.append(target.get())
    for _ in readers:
        source.put(END)
    ended = 0
    while ended < len(readers):
        message = target.get()
        ended += message == END
        if message != END:
            seen.append(message)
    numbers = [number for number, _ in seen]
    assert all(data == b"x" * 500 for _, data in seen)
    assert len(numbers) == len(set(numbers))
    assert len(numbers) >= 600 - 15, "each kill may take along the one message that was read"


def put_many(queue, count, done):
    for number in range(count):
        queue.put({"name": f"ticket-{number}", "args": ()})
    done.set()


def test_a_full_queue_makes_the_writer_wait():
    queue, done = kernel_ipc.Queue(4), kernel_ipc.Event()
    writer = start(put_many, queue, 200, done)
    assert not done.wait(0.3), "200 messages went into a queue that should hold a few"
    for _ in range(200):
        queue.get()
    assert done.wait(120)
    writer.join()


def test_an_event_is_seen_by_other_processes_and_stays_set():
    event, answer = kernel_ipc.Event(), kernel_ipc.Queue()

    def report():
        answer.put(event.wait(120))

    process = start(report)
    assert not event.is_set()
    event.set()
    assert answer.get() is True
    assert event.is_set()
    process.join()


def test_killing_someone_who_waits_for_an_event_does_not_block_setting_it():
    event = kernel_ipc.Event()
    victim = start(event.wait)
    wait_until_asleep(victim)
    kill(victim)
    event.set()
    assert event.wait(1)


def test_a_value_is_shared_and_its_lock_is_never_held():
    value = kernel_ipc.Value("f", -1)

    def take_and_die():
        with value.get_lock():
            value.value = 5
            os.kill(os.getpid(), signal.SIGKILL)

    start(take_and_die).join()
    with value.get_lock():
        assert value.value == 5


def test_hooks_are_called_while_nothing_comes(monkeypatch):
    called = []
    queue = kernel_ipc.Queue()
    monkeypatch.setattr(kernel_ipc, "IDLE_HOOK_S", 0.01)

    def hook():
        called.append(1)
        if len(called) == 3:
            queue.put("done")

    monkeypatch.setattr(kernel_ipc, "idle_hooks", [hook])
    assert queue.get() == "done"
    assert len(called) == 3


def test_a_message_that_is_too_large_is_refused_instead_of_blocking():
    with pytest.raises(OSError, match="too long"):
        kernel_ipc.Queue().put(b"x" * 2_000_000)

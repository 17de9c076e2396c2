"""What the kernel is asked: real processes, living, dead and orphaned."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plugins_app.host import linux

LIMIT_S = 30
FOLLOWER = """
import os, signal, sys
from plugins_app.host import linux
linux.die_with(int(sys.argv[1]), signal.SIGTERM)
linux.name_process("a-name-that-is-too-long")
print("ready", flush=True)
signal.pause()
"""


PARENT = """
import os, subprocess, sys
command = [sys.executable, "-c", sys.argv[1], str(os.getpid())]
follower = subprocess.Popen(command, stdout=subprocess.PIPE)
follower.stdout.readline()
print(follower.pid, flush=True)
input()
"""


@pytest.fixture
def sleeper():
    """A process that waits to be killed."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def wait_for_death(pid):
    """Until it is a zombie or gone."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([pidfd], [], [], LIMIT_S)[0]
    os.close(pidfd)


def test_a_child_is_seen_while_it_lives(sleeper):
    found = linux.stat(sleeper.pid)
    assert found.alive
    assert (found.parent, found.session) == (os.getpid(), os.getsid(0))
    assert found.started >= linux.stat(os.getpid()).started > 0
    assert sleeper.pid in linux.living()
    assert sleeper.pid in linux.children(os.getpid())


def test_a_zombie_is_known_and_does_not_live(sleeper):
    sleeper.kill()
    wait_for_death(sleeper.pid)
    assert not linux.stat(sleeper.pid).alive
    assert sleeper.pid not in linux.living()


def test_who_is_gone_has_nothing(sleeper):
    sleeper.kill()
    sleeper.wait()
    assert linux.stat(sleeper.pid) is None
    assert linux.children(sleeper.pid) == []


def test_a_follower_dies_with_its_parent_and_has_a_name():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, FOLLOWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    pid = int(parent.stdout.readline())
    assert Path(f"/proc/{pid}/comm").read_text() == "a-name-that-is-\n"
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=LIMIT_S)
    wait_for_death(pid)


def test_a_follower_of_somebody_dead_exits_at_once():
    done = subprocess.run(
        [sys.executable, "-c", FOLLOWER, "1"], capture_output=True, check=False, timeout=LIMIT_S
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_refused_request_is_an_error():
    with pytest.raises(OSError, match=r"prctl\(1\)"):
        linux.die_with(os.getppid(), 4096)

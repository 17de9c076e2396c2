"""Idle workers hear of new work at once, and find it even if a ring is missed."""

import os
import socket
import threading

import pytest
from django.db import connection, transaction

from jobs.engine import doorbell

LONG_S = 120


@pytest.mark.django_db(transaction=True)
class TestWithTheDatabase:
    """On every database, the bell rings on commit."""

    @pytest.fixture
    def bell(self):
        bell = doorbell.listener()
        bell.wait(0)
        return bell

    def test_a_ring_is_heard_with_the_commit_not_before(self, bell):
        with transaction.atomic():
            doorbell.ring()
            assert not bell.wait(0.05)
        assert bell.wait(LONG_S)

    def test_a_ring_in_a_transaction_that_is_rolled_back_is_not_heard(self, bell):
        with transaction.atomic():
            doorbell.ring()
            transaction.set_rollback(True)
        assert not bell.wait(0.05)

    def test_a_ring_wakes_someone_who_waits_already(self, bell):
        def ring():
            doorbell.ring()
            connection.close()

        threading.Timer(0.1, ring).start()
        assert bell.wait(LONG_S)


class TestSockets:
    """How rings travel if the database can't carry them."""

    @pytest.fixture
    def bell(self):
        return doorbell.SocketListener()

    def test_everyone_hears_it_and_several_rings_are_one(self, bell, monkeypatch):
        monkeypatch.setattr("os.getpid", lambda: 1234567)
        other = doorbell.SocketListener()
        for _ in range(3):
            doorbell.ring_sockets()
        assert bell.wait(LONG_S)
        assert other.wait(LONG_S)
        assert not bell.wait(0.05)

    def test_a_bell_that_nobody_empties_never_blocks_the_one_who_rings(self, bell):
        for _ in range(3000):
            doorbell.ring_sockets()
        assert bell.wait(LONG_S)

    def test_sockets_of_processes_that_are_gone_are_cleared_away(self, own_data_dir):
        dead = own_data_dir / "run" / "bell-1"
        folder = os.open(dead.parent, os.O_RDONLY)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left_behind:
            left_behind.bind(f"/proc/self/fd/{folder}/{dead.name}")
        os.close(folder)
        assert dead.exists()
        doorbell.ring_sockets()
        assert not dead.exists()

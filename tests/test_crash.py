"""Killed at any moment, crowded, without room: nothing that was acknowledged is lost, and the next run goes on.

Many more kills, and a longer crowd, are ``make crash`` and ``make crowd``.
"""

import random
from pathlib import Path

import pytest

import crash
import crowd
from fakewechat import FakeWeChat


@pytest.mark.parametrize("name", ["import", "fetch", "reparse", "learn", "merge", "backup"])
def test_a_killed_program_leaves_a_whole_archive_and_the_next_run_goes_on(name: str) -> None:
    with FakeWeChat() as server:
        (job,) = (job for job in crash.jobs(server.url, crash.FEW) if job.name == name)
        assert crash.kill_often(job, 1, random.Random()) == []


def test_two_writers_and_three_readers_at_once(tmp_path: Path) -> None:
    written, seen, wrong = crowd.run_crowd(
        tmp_path / "一 archive", writers=2, readers=3, most=12, seconds=120
    )
    assert wrong == []
    assert written == [12, 12]
    assert all(seen)

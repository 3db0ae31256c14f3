"""What cleaning took out, as people and programs are told of it: review, show --removed, inspect, export --uncleaned."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from samples import make_page, make_post
from wxarchive import Archive, PostFilter
from wxarchive.records import Removal
from wxarchive.reviewing import review

Run = Callable[..., str]


def removal(
    rule: str, confidence: float | None, text: str = "\n扫码关注", note: str | None = None
) -> Removal:
    return Removal(rule=rule, label="qr-prompt", text=text, at=2, confidence=confidence, note=note)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two posts with removals of several confidences."""
    with Archive(tmp_path / "archive", create=True) as archive:
        first = make_post(1, removed=(removal("qr.bare", 0.5), removal("edge.gap", 0.9)))
        second = make_post(
            2,
            removed=(removal("learned.tail", 0.7, note="in 37 of 41 posts"), removal("qr.long-press", None)),
        )
        archive.save(make_page(b"1"), state="post", post=first)
        archive.save(make_page(b"2"), state="post", post=second)
    return tmp_path / "archive"


@pytest.fixture
def run(folder: Path) -> Run:
    def run_it(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "wxarchive", *arguments],
            capture_output=True,
            check=True,
            encoding="utf-8",
            env={**os.environ, "WXARCHIVE_HOME": str(folder), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        )
        return done.stdout

    return run_it


def test_the_least_certain_come_first(folder: Path) -> None:
    with Archive(folder) as archive:
        found = review(archive)
    assert [one.piece.rule for one in found] == ["qr.bare", "learned.tail", "edge.gap", "qr.long-press"]


def test_a_limit_and_a_filter_hold(folder: Path) -> None:
    with Archive(folder) as archive:
        assert [one.piece.rule for one in review(archive, limit=1)] == ["qr.bare"]
        assert review(archive, PostFilter(account="别家")) == []


def test_review_tells_rule_label_confidence_counts_and_the_piece(run: Run) -> None:
    said = run("review", "--account", "青石镇发布")
    assert said.index("qr.bare") < said.index("learned.tail")
    assert "qr.bare qr-prompt, 50% sure" in said
    assert "the account repeats it at the tail of its posts; in 37 of 41 posts" in said
    assert "    扫码关注" in said
    lines = [json.loads(line) for line in run("review", "--jsonl").splitlines()]
    assert lines[0] | {"reason": ""} == {
        "id": "MzAwMDAwMDAwMA==:101:1",
        "title": "第1期",
        "account": "青石镇发布",
        "rule": "qr.bare",
        "label": "qr-prompt",
        "confidence": 0.5,
        "reason": "",
        "note": None,
        "text": "\n扫码关注",
        "at": 2,
    }


def test_show_and_inspect_tell_the_same_of_a_removal(run: Run, tmp_path: Path) -> None:
    assert "learned.tail qr-prompt, 70% sure (at 2)" in run("show", "2", "--removed")
    page = tmp_path / "page.txt"
    page.write_text(
        "石桥\n\n这座石桥在镇子的东头，已经三百年了。\n\n长按识别二维码关注我们\n", encoding="utf-8"
    )
    said = run("inspect", "--explain", str(page))
    assert "qr.long-press qr-prompt, 95% sure" in said
    assert "says something like" in said


def test_inspect_cleans_by_rules_from_a_file(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("石桥\n\n这座石桥在镇子的东头，已经三百年了。\n\n山里的事慢慢说\n", encoding="utf-8")
    rules = tmp_path / "mine.toml"
    rules.write_text('[[delete]]\nid = "motto"\ntext = "慢慢说"', encoding="utf-8")
    assert "own.motto" in run("inspect", "--explain", "--rules", str(rules), str(page))
    assert "own.motto" not in run("inspect", "--explain", str(page))


def test_export_gives_the_uncleaned_text(run: Run) -> None:
    cleaned = [json.loads(line)["text"] for line in run("export", "jsonl").splitlines()]
    uncleaned = [json.loads(line)["text"] for line in run("export", "jsonl", "--uncleaned").splitlines()]
    assert cleaned == ["正文", "正文"]
    assert uncleaned == ["正文\n扫码关注\n扫码关注"] * 2


def test_learn_says_what_it_learned(run: Run) -> None:
    said = json.loads(run("learn", "--json"))
    assert [(one["nickname"], one["posts"], one["blocks"]) for one in said["accounts"]] == [
        ("青石镇发布", 2, [])
    ]

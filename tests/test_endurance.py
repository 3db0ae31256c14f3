"""Long runs in small; ``make endure`` runs them in large."""

from pathlib import Path

from endurance import run_faults, run_kills


def test_every_link_ends_in_a_true_state_whatever_goes_wrong(tmp_path: Path) -> None:
    report = run_faults(tmp_path, 80, share=0.4, seed=3)
    assert report.wrong == []
    assert sum(report.states.values()) == 80
    assert report.posts == report.captures_of_posts == report.states["done"]
    assert report.runs > 1  # captchas
    assert report.shortest_gap >= report.least_pace
    assert report.peak_mb < 150


def test_a_run_that_is_killed_again_and_again_makes_the_same_archive(tmp_path: Path) -> None:
    report = run_kills(tmp_path, 40, 5)
    assert report.lost == []
    assert report.differences == []
    assert report.requests <= report.links + report.kills

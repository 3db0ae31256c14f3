"""What a run shows of its progress, and what settings read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxarchive.output.progress import progress_line, shown_duration
from wxarchive.settings import to_pace


def test_progress_says_how_many_how_fast_and_how_long() -> None:
    counts = {"held": 100, "new": 50, "failed": 10}
    assert progress_line(counts, "fetched", 240, total=400, pictures=120) == (
        "160 of 400 fetched: 100 held, 50 new, 10 failed · 120 pictures · 0.2/s · about 16 min left"
    )
    assert progress_line({"new": 1}, "fetched", 0.2) == "1 fetched: 1 new"
    assert "left" not in progress_line({"new": 4}, "fetched", 8, total=4)
    assert "1.0/min" in progress_line({"new": 2}, "fetched", 120)


@given(st.floats(0, 1e9))
def test_every_length_of_time_can_be_said(seconds: float) -> None:
    assert shown_duration(seconds)[0].isdigit()


@pytest.mark.parametrize(
    ("text", "pace"), [("3-6", (3, 6)), ("0", (0, 0)), (2.5, (2.5, 2.5)), ([1, 2], (1, 2)), ("1 – 2", (1, 2))]
)
def test_a_pace_is_read_as_people_write_it(text: object, pace: tuple[float, float]) -> None:
    assert to_pace(text) == pace


@pytest.mark.parametrize("text", ["", "fast", "6-3", "-1", "1-", "nan", "1-inf", [1], [1, 2, 3], "1-2-3"])
def test_what_is_no_pace_is_refused(text: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        to_pace(text)

"""Moments: how they are read, compared and written.

Accounts date their posts in Beijing time, so that is the offset of every moment in a record.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

__all__ = [
    "BEIJING",
    "Clock",
    "Precision",
    "format_moment",
    "from_ct",
    "now",
    "parse_moment",
    "parse_shown_date",
]

BEIJING = timezone(timedelta(hours=8))

Precision = Literal["second", "minute", "day"]
"""``second``, ``minute`` or ``day``: how much of a moment is known."""

Clock = Callable[[], datetime]
"""What tells the time; injected where a test must hold it still."""

# WeChat public accounts opened in August 2012; a number far outside is not a publish time.
EARLIEST_CT = 1_325_376_000  # 2012-01-01T00:00:00Z
LATEST_CT = 4_102_444_800  # 2100-01-01T00:00:00Z

_FULLWIDTH_DIGITS = str.maketrans("０１２３４５６７８９：－／．", "0123456789:-/.")
_SHOWN_DATE = re.compile(
    r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[ T\u3000]*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def from_ct(ct: str | int | None) -> datetime | None:
    """A page's ``ct`` (Unix seconds) as a moment in Beijing time; None for anything else."""
    try:
        seconds = int(ct) if ct is not None else 0
    except ValueError:
        return None
    if not EARLIEST_CT <= seconds < LATEST_CT:
        return None
    return datetime.fromtimestamp(seconds, BEIJING)


def parse_shown_date(shown: str | None) -> tuple[datetime, Precision] | None:
    """A date as pages show it (``2019-03-09``, ``2021年11月17日 17:30``), with what is known of it.

    Full-width digits are read; None if there is no date in the text.

    >>> parse_shown_date("发布于 2021年11月17日 17:30")
    (datetime.datetime(2021, 11, 17, 17, 30, tzinfo=datetime.timezone(datetime.timedelta(seconds=28800))), 'minute')
    """
    if not shown:
        return None
    found = _SHOWN_DATE.search(shown.translate(_FULLWIDTH_DIGITS))
    if not found:
        return None
    hour, minute, second = (int(found[k] or 0) for k in ("hour", "minute", "second"))
    try:
        moment = datetime(
            int(found["year"]), int(found["month"]), int(found["day"]), hour, minute, second, tzinfo=BEIJING
        )
    except ValueError:
        return None
    if found["second"]:
        return moment, "second"
    return moment, "minute" if found["hour"] else "day"


def format_moment(moment: datetime) -> str:
    """ISO 8601 to the second with the offset of Beijing, as records hold it."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


def parse_moment(text: str) -> datetime:
    """The inverse of :func:`format_moment`; raises ValueError for text without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return moment

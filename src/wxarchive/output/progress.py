"""How a run is getting on, on one line of the terminal. Pure: seconds and counts in, text out."""

from collections.abc import Mapping

__all__ = ["progress_line", "shown_duration"]


def progress_line(
    counts: Mapping[str, int], verb: str, seconds: float, *, total: int | None = None, pictures: int = 0
) -> str:
    """``12 of 300 fetched: 10 new, 2 failed · 0.2/s · about 24 min left``; ``seconds`` are those of the run so far.

    Links that needed no asking do not count for the rate: they would promise an end that does not come.
    """
    done = sum(counts.values())
    asked = done - counts.get("held", 0) - counts.get("not-asked", 0)
    states = ", ".join(
        f"{number:,} {status.replace('-', ' ')}" for status, number in counts.items() if number
    )
    parts = [f"{done:,}{f' of {total:,}' if total else ''} {verb}{f': {states}' if states else ''}"]
    if pictures:
        parts.append(f"{pictures:,} pictures")
    if asked and seconds >= 1:
        rate = asked / seconds
        parts.append(f"{rate:.1f}/s" if rate >= 0.095 else f"{rate * 60:.1f}/min")
        if total and total > done:
            parts.append(f"about {shown_duration((total - done) / rate)} left")
    return " · ".join(parts)


def shown_duration(seconds: float) -> str:
    """A length of time as people say it.

    >>> [shown_duration(n) for n in (42, 90, 5000, 200_000)]
    ['42 s', '2 min', '1 h 23 min', '2 d 7 h']
    """
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"

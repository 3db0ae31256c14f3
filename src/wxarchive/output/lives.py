"""The lives of posts as text: when they were seen, alive or gone, and how often they changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxarchive.output.paint import Paint, plain_line
from wxarchive.times import format_moment

if TYPE_CHECKING:
    from wxarchive.store import History

__all__ = ["changed_line", "gone_line", "history_lines"]


def history_lines(history: "History", paint: Paint) -> Iterator[str]:
    """What happened to a post, oldest first."""
    yield paint("bold", plain_line(history.title)) or history.post_id
    yield paint("dim", f"{history.post_id}  {plain_line(history.url)}".rstrip())
    begun = {version.capture_id: version.version for version in history.versions}
    for seen in history.observations:
        number = begun.get(seen.capture_id)
        if seen.state != "post":
            what = f"{paint('bad', seen.state)}  {plain_line(seen.words)}".rstrip()
        elif number is None:
            what = "seen"
        else:
            what = paint("good" if number == 1 else "odd", f"version {number}")
        yield f"{format_moment(seen.seen_at)}  {seen.origin:6}  {what}"
    alive, gone = history.last_alive, history.gone
    if gone is not None:
        last = f", last seen alive {format_moment(alive.seen_at)}" if alive else ""
        yield f"gone since {format_moment(gone.seen_at)} at the latest{last}; the stored copy is as it was"


def gone_line(history: "History", paint: Paint) -> str:
    """A post that is gone, on one line."""
    gone = history.gone
    assert gone is not None, "it is listed because it is gone"
    words = f"  {paint('dim', plain_line(gone.words))}" if gone.words else ""
    state = paint("bad", gone.state)
    return f"{format_moment(gone.seen_at)}  {state}  {history.post_id}  {plain_line(history.title)}{words}"


def changed_line(history: "History", paint: Paint) -> str:
    """A post that was edited, on one line."""
    count = paint("odd", f"{len(history.versions)} versions")
    moment = format_moment(history.versions[-1].seen_at)
    return f"{moment}  {count}  {history.post_id}  {plain_line(history.title)}"

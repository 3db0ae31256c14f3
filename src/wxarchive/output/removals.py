"""What cleaning took out and what it learned, as text for people."""

from typing import TYPE_CHECKING

from wxarchive.output.paint import Paint, fit, plain_line
from wxarchive.text import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxarchive.learning import Learned
    from wxarchive.records import Removal
    from wxarchive.reviewing import Reviewed

__all__ = ["learned_lines", "removal_lines", "reviewed_lines"]

_WIDTH = 72


def removal_lines(piece: "Removal", paint: Paint) -> "Iterator[str]":
    """A piece that cleaning took out: rule, label, how sure it is, why, and the piece."""
    from wxarchive.clean import find_reason

    sure = "" if piece.confidence is None else f", {piece.confidence:.0%} sure"
    why = "; ".join(filter(None, (find_reason(piece.rule), piece.note)))
    head = f"  {paint('odd', plain_line(piece.rule))} {plain_line(piece.label)}{sure} (at {piece.at})"
    yield f"{head}{paint('dim', f': {plain_line(why)}') if why else ''}"
    yield from (f"    {without_controls(line)}" for line in piece.text.strip("\n").split("\n"))


def reviewed_lines(found: "Reviewed", paint: Paint) -> "Iterator[str]":
    """A removal under the post that it was taken from."""
    title = fit(plain_line(found.title) or "(untitled)", _WIDTH)
    yield f"{paint('bold', title)}  {paint('dim', plain_line(found.account))}  {paint('dim', plain_line(found.post_id))}"
    yield from removal_lines(found.piece, paint)


def learned_lines(found: "Learned", paint: Paint) -> "Iterator[str]":
    """An account, and what it repeats."""
    account = found.account
    yield f"{paint('bold', plain_line(account.names[0]))}  {paint('dim', f'{account.posts:,} posts')}"
    for block in found.learned.blocks:
        counts = paint("dim", f"{block.edge}, in {block.seen:,} of {block.posts:,}")
        yield f"  {counts}  {fit(plain_line(block.text), _WIDTH)}"

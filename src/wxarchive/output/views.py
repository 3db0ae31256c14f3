"""What people see: each thing as lines of text. Pure, and safe: all that strangers wrote is without controls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wxarchive.output.paint import Paint, Style, fit, pad, plain_line
from wxarchive.output.removals import removal_lines
from wxarchive.text import without_controls
from wxarchive.times import Precision, format_moment

if TYPE_CHECKING:
    from wxarchive.collect import Losses
    from wxarchive.doctor import Finding
    from wxarchive.errors import WxArchiveError
    from wxarchive.parse.lists import ListedPost
    from wxarchive.pipeline import Outcome
    from wxarchive.read import Explanation, Reading
    from wxarchive.records import Post
    from wxarchive.store import (
        ArchiveInfo,
        FeedText,
        FollowedSource,
        Hit,
        QueuedLink,
        SavedSearch,
        Summary,
    )

__all__ = [
    "error_lines",
    "feed_text_lines",
    "finding_lines",
    "hit_lines",
    "info_lines",
    "inspected_lines",
    "losses_line",
    "outcome_line",
    "post_lines",
    "queued_lines",
    "row_line",
    "search_line",
    "shown_moment",
    "shown_size",
    "source_lines",
]

_UNTITLED: Final = "(untitled)"
_LABEL_WIDTH: Final = 13
_ACCOUNT_WIDTH: Final = 18
_DIGEST_WIDTH: Final = 160
"""Picture posts carry their whole text there, which is shown anyway."""
_STYLES: Final[Mapping[str, Style]] = {
    "new": "good",
    "changed": "good",
    "noted": "odd",
    "listed": "good",
    "synced": "good",
    "not-asked": "odd",
    "failed": "bad",
    "held": "dim",
    "unchanged": "dim",
}


def error_lines(error: "WxArchiveError", paint: Paint) -> Iterator[str]:
    """An error on one line, and its hint on another."""
    yield f"{paint('bad', 'wxarchive:')} {plain_line(str(error))}"
    if error.hint:
        yield f"hint: {plain_line(error.hint)}"


def outcome_line(outcome: "Outcome", paint: Paint) -> str:
    """What became of a link or file: status, then title and id, or the reason why there is none."""
    status = paint(_STYLES.get(outcome.status, "dim"), pad(outcome.status.replace("-", " "), 10))
    if outcome.error is not None:
        source = plain_line(outcome.source)
        message = plain_line(outcome.error.message)
        return f"{status} {source}: {message}" if source else f"{status} {message}"
    if outcome.post_id is None:
        beside = f": {plain_line(outcome.title)}" if outcome.title else ""
        return f"{status} {plain_line(outcome.source)}{beside}"
    return f"{status} {plain_line(outcome.title) or _UNTITLED}  {paint('dim', plain_line(outcome.post_id))}"


def losses_line(losses: "Losses", paint: Paint) -> str:
    """What of a post's pictures and sound is held and what is not, on one line."""
    said = f"{losses.held:,} of {losses.wanted:,} held"
    reasons = "; ".join(dict.fromkeys(plain_line(reason) for _, reason in losses.missing))
    kinds = f"; {', '.join(losses.not_kept)} not kept" if losses.not_kept else ""
    status = paint("odd" if losses.missing else "dim", pad("pictures", 10))
    return (
        f"{status} {plain_line(losses.title) or _UNTITLED}: {said}{f' ({reasons})' if reasons else ''}{kinds}"
    )


def queued_lines(link: "QueuedLink", paint: Paint) -> Iterator[str]:
    """A link of the to-fetch list: its state, title and address; then why and when, where there is more to say."""
    style: Style = {"waiting": "dim", "done": "good", "failed": "bad"}.get(link.state, "odd")  # type: ignore[assignment]
    title = f"{plain_line(link.title)}  " if link.title else ""
    yield f"{paint(style, pad(link.state, 8))} {title}{plain_line(link.url)}"
    facts = [plain_line(link.reason)]
    facts.append(f"{_count(link.attempts, 'try').replace('trys', 'tries')}" if link.attempts else "")
    facts.append(f"next after {shown_moment(link.next_at, 'minute')}" if link.next_at else "")
    facts.append(f"from {plain_line(link.found_in)}" if link.found_in not in (None, "fetch") else "")
    said = " · ".join(filter(None, facts))
    if said:
        yield f"         {paint('dim', said)}"


def source_lines(source: "FollowedSource", paint: Paint) -> Iterator[str]:
    """A source that is followed: its name and kind; its address; when it was looked through, and what was not seen."""
    title = f"  {plain_line(source.title)}" if source.title else ""
    yield f"{paint('bold', plain_line(source.name))}  {source.kind}{title}"
    yield f"    {plain_line(source.address)}"
    when = f"synced {shown_moment(source.synced_at, 'minute')}" if source.synced_at else "not synced yet"
    yield f"    {paint('dim', when)}{f'; {plain_line(source.said)}' if source.said else ''}"


def row_line(item: "Post | Summary", paint: Paint, width: int | None) -> str:
    """A post on one line: its number (or id), day, account, title; cut to ``width`` columns."""
    from wxarchive.records import Post  # a search, which loads this module, shows none

    if isinstance(item, Post):
        short, account = pad(item.id, 28), plain_line(item.account.nickname)
    else:
        short, account = f"{item.number:>6}", plain_line(item.account)
    day = pad(shown_moment(item.published_at, "day"), 10)
    column = pad(fit(account, _ACCOUNT_WIDTH if width else None), _ACCOUNT_WIDTH)
    used = len(short) + len(day) + _ACCOUNT_WIDTH + 6
    title = fit(plain_line(item.title) or _UNTITLED, max(width - used, 20) if width else None)
    return f"{paint('dim', short)}  {day}  {column}  {title}"


def hit_lines(hit: "Hit", paint: Paint, *, is_earlier: bool = False) -> Iterator[str]:
    """A post that a search found, or an earlier version of one: title, facts, excerpt, with the words marked."""
    title = paint.marked(hit.title, hit.title_marks, "bold") if hit.title else paint("dim", _UNTITLED)
    yield f"{paint('dim', f'{hit.number:>5}')}  {title}"
    facts = [shown_moment(hit.published_at, hit.published_precision), plain_line(hit.account)]
    facts += [plain_line(hit.source) if hit.source != hit.account else "", hit.post_id]
    facts += [f"as it was in version {hit.version}"] if is_earlier else []
    yield f"       {paint('dim', ' · '.join(filter(None, map(plain_line, facts))))}"
    if hit.excerpt.text:
        yield f"       {paint.marked(hit.excerpt.text, hit.excerpt.marks)}"


def search_line(saved: "SavedSearch", paint: Paint) -> str:
    """A search that is kept: its name, its words, when it was last run and what it found then."""
    run = (
        f"{shown_moment(saved.run_at, 'minute')}: {_count(saved.found, 'post')}"
        if saved.run_at
        else "never run"
    )
    return f"{paint('bold', pad(plain_line(saved.name), 16))}  {plain_line(saved.words)}  {paint('dim', run)}"


def finding_lines(finding: "Finding", paint: Paint) -> Iterator[str]:
    """Something that was looked at, how it is, and what to do about it."""
    styles: Mapping[str, Style] = {"good": "good", "odd": "odd", "failed": "bad", "skipped": "dim"}
    status = paint(styles[finding.status], pad(finding.status, 8))
    detail = f": {plain_line(finding.detail)}" if finding.detail else ""
    yield f"{status} {pad(finding.group, 8)} {plain_line(finding.about)}{detail}"
    if finding.hint:
        yield f"{'':17} hint: {plain_line(finding.hint)}"


def post_lines(
    post: "Post", paint: Paint, *, removed: bool = False, number: int | None = None
) -> Iterator[str]:
    """A post to read: title, facts, text; with ``removed`` also what cleaning took out, and by which rule."""
    yield paint("bold", plain_line(post.title) or _UNTITLED)
    yield from _labelled(_facts(post, number), paint)
    if post.text:
        yield ""
        yield without_controls(post.text)
    if removed:
        yield ""
        yield paint("bold", f"removed: {_count(len(post.removed), 'piece')}")
        for piece in post.removed:
            yield from removal_lines(piece, paint)


def feed_text_lines(kept: "FeedText", text: str, paint: Paint) -> Iterator[str]:
    """What a feed gave of a post that is not held."""
    yield paint("bold", plain_line(kept.title) or _UNTITLED)
    facts = (
        ("not held", "the page itself was never had; this is what a feed gave of it"),
        ("feed", kept.source),
        ("link", kept.url),
        ("author", kept.author),
        ("published", shown_moment(kept.published_at, "minute")),
        ("seen", shown_moment(kept.seen_at, "second")),
    )
    yield from _labelled(facts, paint)
    yield ""
    yield without_controls(text)


def _facts(post: "Post", number: int | None = None) -> Iterator[tuple[str, str | None]]:
    account = post.account
    yield "id", f"{post.id}  ({number})" if number is not None else post.id
    yield "kind", post.kind
    yield "account", _with_details(account.nickname, account.alias, account.user_name)
    yield "author", post.author
    yield "published", shown_moment(post.published_at, post.published_precision)
    yield "source", post.source
    for role, names in post.credits.items():
        yield role, "、".join(names)
    yield "copyright", None if post.copyright in ("none", "unknown") else post.copyright
    if post.origin is not None:
        yield "origin", _with_details(post.origin.nickname, post.origin.title, post.origin.url)
    yield "place", post.ip_location
    yield "paid", "only a part is open" if post.is_paid else None
    yield "digest", fit(plain_line(post.digest), _DIGEST_WIDTH)
    yield "albums", "、".join(album.title for album in post.albums)
    yield "link", post.url or post.short_url
    yield "read more", post.source_url
    kept = sum(image.file is not None and image.sha256 is not None for image in post.images)
    shown = f"{len(post.images)}, {kept} of them held" if kept else str(len(post.images))
    yield "pictures", shown if post.images else None
    yield "media", "、".join(f"{item.type} {item.title or ''}".strip() for item in post.media)
    yield "version", str(post.version) if post.version > 1 else None
    yield "fetched", shown_moment(post.fetched_at, "second")


def info_lines(info: "ArchiveInfo", paint: Paint) -> Iterator[str]:
    """What an archive holds, in a dozen lines."""
    first, last = shown_moment(info.first_published_at, "day"), shown_moment(info.last_published_at, "day")
    yield from _labelled(
        (
            ("archive", str(info.path)),
            ("posts", f"{info.posts:,} of {_count(info.accounts, 'account')}"),
            ("published", f"{first} to {last}" if first else None),
            ("captures", f"{info.captures:,}"),
            ("database", f"{shown_size(info.size)}, of it {shown_size(info.index_size)} search index"),
            ("raw pages", f"{shown_size(info.raw_size)}, stored in {shown_size(info.stored_raw_size)}"),
            ("schema", f"version {info.schema_version}, made by wxarchive {info.created_with}"),
            ("programs", f"wxarchive {info.wxarchive_version}, SQLite {info.sqlite_version}"),
        ),
        paint,
        indent="",
    )


def inspected_lines(
    file: str,
    paint: Paint,
    *,
    reading: "Reading | None" = None,
    error: "WxArchiveError | None" = None,
    explanation: "Explanation | None" = None,
) -> Iterator[str]:
    """What a file is, what would be stored of it, and who says so."""
    name = paint("bold", plain_line(file))
    if reading is None:
        yield f"{name}: {paint('bad', 'cannot be read')}: {plain_line(error.message if error else '')}"
        return
    if reading.post is None:
        words = f": {plain_line(reading.state_text)}" if reading.state_text else ""
        yield f"{name}: {paint('odd', reading.state.replace('_', ' '))} ({reading.form}){words}"
        yield from _labelled((reading.identity or {}).items(), paint)
        missing = plain_line("; ".join(reading.missing))
        yield from _labelled([("wanted", reading.target_url), ("missing", missing)], paint)
        yield from (_listed_line(post, paint) for post in reading.listed)
        return
    post = reading.post
    yield f"{name}: {paint('good', post.kind)} ({reading.form})"
    yield from _labelled([("title", post.title), *_facts(post)], paint)
    yield from _labelled([("text", _measure(post)), ("missing", "; ".join(reading.missing))], paint)
    if explanation is not None:
        yield from _explained(explanation, paint)
        for piece in post.removed:
            yield from removal_lines(piece, paint)


def _listed_line(post: "ListedPost", paint: Paint) -> str:
    date = pad(shown_moment(post.published_at, "day"), 10)
    title = plain_line(post.title) if post.title else _UNTITLED
    gone = f" {paint('odd', 'deleted')}" if post.deleted else ""
    return f"  {date}  {title}{gone}  {paint('dim', plain_line(post.url or post.temporary_url or 'no link'))}"


def _measure(post: "Post") -> str:
    said = f"{len(post.text):,} characters"
    if not post.removed:
        return said
    taken = sum(len(piece.text) for piece in post.removed)
    return f"{said}; {_count(len(post.removed), 'piece')} removed ({taken:,} characters)"


def _explained(explanation: "Explanation", paint: Paint) -> Iterator[str]:
    for field, said in explanation.taken.items():
        yield f"  {pad(field, 20)} {fit(plain_line(said.value), 60)}  {paint('dim', 'from ' + said.witness)}"
        for other in explanation.others.get(field, ()):
            value = fit(plain_line(other.value), 60)
            yield f"  {pad('', 20)} {paint('odd', value)}  {paint('dim', 'says ' + other.witness)}"


def shown_moment(moment: datetime | None, precision: Precision | None) -> str:
    """A moment in Beijing time as far as it is known; ``""`` for None."""
    if moment is None:
        return ""
    text = format_moment(moment)
    return text[:10] if precision == "day" else f"{text[:10]} {text[11:16]}"


def shown_size(size: int) -> str:
    """Bytes for people: ``640 B``, ``1.2 MB``."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{size:,} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} TB"


def _labelled(items: Iterable[tuple[str, str | None]], paint: Paint, indent: str = "  ") -> Iterator[str]:
    for label, value in items:
        line = plain_line(value)
        if line:
            yield f"{indent}{paint('dim', pad(plain_line(label), _LABEL_WIDTH))} {line}"


def _with_details(name: str | None, *details: str | None) -> str | None:
    said: Sequence[str] = [detail for detail in details if detail]
    if not name:
        return said[0] if said else None
    return f"{name} ({', '.join(said)})" if said else name


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

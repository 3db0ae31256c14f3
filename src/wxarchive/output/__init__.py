"""The only place that prints: data to standard output, talk to standard error.

Data comes for people (text, in colour on a terminal) or for programs (``json``: one document; ``jsonl``:
one object a line). Talk is for people alone: summaries and progress, which ``quiet`` silences, and
errors, which nothing does. What strangers wrote is stripped of control characters before it is printed,
for a terminal obeys them.

A reader that has seen enough (``| head``) closes the pipe: then the run ends there, with code 0 and
without a word.
"""

import json as json_format
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar, cast

from wxarchive.errors import (
    BlockedError,
    ExportError,
    InputError,
    SomeFailedError,
    StoreError,
    WxArchiveError,
)
from wxarchive.output.changes import change_lines, reparse_summary
from wxarchive.output.charts import bar_lines, column_lines, columns_svg
from wxarchive.output.concordance import context_line, side_width
from wxarchive.output.diffs import diff_html, diff_lines
from wxarchive.output.health import finding_line, verified_lines
from wxarchive.output.lives import changed_line, gone_line, history_lines
from wxarchive.output.paint import Paint, fit, pad, plain_line
from wxarchive.output.progress import progress_line
from wxarchive.output.removals import learned_lines, reviewed_lines
from wxarchive.output.views import (
    error_lines,
    feed_text_lines,
    finding_lines,
    hit_lines,
    info_lines,
    inspected_lines,
    losses_line,
    outcome_line,
    post_lines,
    queued_lines,
    row_line,
    search_line,
    shown_moment,
    source_lines,
)
from wxarchive.text import display_width, without_controls
from wxarchive.times import format_moment, now

if TYPE_CHECKING:
    from wxarchive.citations import Citation, Gap
    from wxarchive.collect import Event, Losses
    from wxarchive.diff import PostDiff
    from wxarchive.doctor import Finding
    from wxarchive.excerpts import Context
    from wxarchive.learning import Learned
    from wxarchive.merging import Merge
    from wxarchive.pipeline import Outcome
    from wxarchive.read import Explanation, Reading
    from wxarchive.records import Post
    from wxarchive.repairing import Repair
    from wxarchive.reviewing import Reviewed
    from wxarchive.settings import Setting, Value
    from wxarchive.store import (
        ArchiveInfo,
        Breaker,
        FeedText,
        FollowedSource,
        History,
        Hit,
        LinkState,
        QueuedLink,
        Reparsed,
        SavedSearch,
        SearchResult,
        Summary,
        Verified,
        VersionInfo,
    )

__all__ = ["ENVELOPE_VERSION", "Output"]

ENVELOPE_VERSION: Final = 1
"""Of the documents that ``--json`` prints; stands in them as ``wxarchive``."""

# JSON allows these inside strings, but a terminal obeys some of them.
_LIVE: Final = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_UNTITLED: Final = "(untitled)"
_Item = TypeVar("_Item")


class Output:
    """Prints for one run of a command; the streams are looked up when something is printed."""

    def __init__(
        self, *, json: bool = False, jsonl: bool = False, quiet: bool = False, log: Path | None = None
    ) -> None:
        """``log`` is a file that every outcome and remark is also written to, with its time."""
        self.is_json = json
        self.is_jsonl = jsonl
        self.is_quiet = quiet
        self._progress_width = 0
        self._log = log

    # -- streams ---------------------------------------------------------------------------------------------

    def prepare_streams(self) -> None:
        """Make both streams take any text, whatever the locale's encoding: what it lacks is replaced."""
        for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors=errors)

    def stream(self) -> TextIO:
        """Standard output for an export: UTF-8 whatever the locale, line ends as they are written."""
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
        return cast("TextIO", _Pipe(self))

    def close_quietly(self) -> None:
        """Give up standard output, whose reader is gone, so that nothing complains of it at the end."""
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            try:
                os.dup2(nowhere, sys.stdout.fileno())
            finally:
                os.close(nowhere)

    # -- data ------------------------------------------------------------------------------------------------

    def data(self, text: str) -> None:
        """A text, made safe for a terminal."""
        self._print(without_controls(text))
        self.flush()

    def raw(self, data: bytes) -> None:
        """Bytes as they are; on a terminal, their text made safe for it."""
        if sys.stdout.isatty():
            self.data(data.decode("utf-8", "replace"))
            return
        with self._to_stdout():
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        self.flush()

    def record(self, value: Mapping[str, Any]) -> None:
        """One JSON object: on a terminal spread over lines, else (and in JSON Lines) on one."""
        spread = self.is_json and not self.is_jsonl and sys.stdout.isatty()
        self._print(_to_json(value, indent=2 if spread else None))

    def posts(self, posts: "Iterable[Post | Summary]", *, total: int | None = None) -> None:
        """A listing of posts, as they come; ``total`` is how many there are to list in all."""
        if self.is_json:
            self._document("posts", (item.to_dict() for item in posts), {"total": total})
            return
        shown = 0
        paint, width = self._paint(), self._width()
        for item in posts:
            if self.is_jsonl:
                self.record(item.to_dict())
            else:
                self._print(row_line(item, paint, width))
            shown += 1
        self.flush()
        if total is not None and total != shown:
            self.say(f"{shown:,} of {total:,} posts")

    def post(self, post: "Post", *, removed: bool = False) -> None:
        """One post: its record in the JSON modes, else to be read."""
        if self.is_json or self.is_jsonl:
            self.record(post.to_dict())
        else:
            self._print("\n".join(post_lines(post, self._paint(), removed=removed)))
        self.flush()

    def feed_text(self, kept: "FeedText", text: str) -> None:
        """What a feed gave of a post that is not held; ``text`` is its text."""
        if self.is_json or self.is_jsonl:
            self.record(
                {
                    "wxarchive": ENVELOPE_VERSION,
                    "url": kept.url,
                    "feed": kept.source,
                    "title": kept.title,
                    "author": kept.author,
                    "published_at": format_moment(kept.published_at) if kept.published_at else None,
                    "seen_at": format_moment(kept.seen_at),
                    "html": kept.html,
                    "text": text,
                }
            )
        else:
            self._print("\n".join(feed_text_lines(kept, text, self._paint())))
        self.flush()

    def search_result(
        self, result: "SearchResult", *, words: str, offset: int = 0, earlier: "Iterable[Hit]" = ()
    ) -> None:
        """What a search found, best first, with its words marked; then what ``earlier`` versions hold them."""
        if self.is_json:
            said = {"query": words, "total": result.total, "offset": offset, "ranking": result.ranking}
            self._document("hits", (hit.to_dict() for hit in (*result.hits, *earlier)), said)
            return
        paint = self._paint()
        before = 0
        for hit in result.hits:
            self._hit(hit, paint)
        for before, hit in enumerate(earlier, 1):  # noqa: B007 - their number is wanted
            self._hit(hit, paint, is_earlier=True)
        self.flush()
        self.say(_found(result.total, len(result.hits), offset, words))
        if before:
            self.say(f"{before:,} earlier version{'s' if before > 1 else ''} of posts, too")
        if result.ranking == "selected" and result.hits:
            self.say(
                "so many hold it that titles and recent posts come first; --exact-rank ranks all of them"
            )

    def _hit(self, hit: "Hit", paint: Paint, *, is_earlier: bool = False) -> None:
        if self.is_jsonl:
            self.record(hit.to_dict())
        else:
            self._print("\n".join((*hit_lines(hit, paint, is_earlier=is_earlier), "")))

    def new_posts(self, result: "SearchResult", *, name: str) -> None:
        """What a kept search had not found before; nothing at all on standard output if there is nothing."""
        if result.total or self.is_json:
            self.search_result(result, words=result.query.words)
        else:
            self.say(f"nothing new in {name}")

    def explanation(self, lines: "Iterable[str]", *, words: str) -> None:
        """How a query was read."""
        if self.is_json or self.is_jsonl:
            self.record({"wxarchive": ENVELOPE_VERSION, "query": words, "read": list(lines)})
        else:
            self.data("\n".join(lines))
        self.flush()

    def count(self, total: int, *, words: str) -> None:
        """How many posts hold the words."""
        if self.is_json or self.is_jsonl:
            self.record({"wxarchive": ENVELOPE_VERSION, "query": words, "total": total})
        else:
            self._print(str(total))
        self.flush()

    def counts(self, counts: "Sequence[tuple[str | None, int]]", *, by: str, words: str) -> None:
        """How many posts there are of each account and so on: bars on a terminal, else a table for programs."""
        if self.is_jsonl:
            for name, count in counts:
                self.record({by: name, "posts": count})
        elif self.is_json:
            said = {"query": words, "by": by}
            self._document("counts", ({by: name, "posts": count} for name, count in counts), said)
        else:
            for line in bar_lines(counts, self._paint(), self._width()):
                self._print(line)
        self.flush()
        if not counts:
            self.say(f"no post holds {words}")

    def trend(self, months: "Sequence[tuple[str, int, int]]", *, words: str, svg: Path | None = None) -> None:
        """How many posts hold the words, month by month; ``svg``: also drawn into a file. ExportError if it cannot be."""
        if svg is not None:
            try:
                svg.write_text(columns_svg(months, words), encoding="utf-8")
            except OSError as error:
                raise ExportError(
                    f"cannot be written: {error.strerror or error}", subject=os.fspath(svg)
                ) from error
        records = ({"month": month, "posts": count, "of": every} for month, count, every in months)
        width = self._width()
        if self.is_jsonl:
            for record in records:
                self.record(record)
        elif self.is_json:
            self._document("months", records, {"query": words})
        elif width is None:
            for month, count, every in months:
                self._print(f"{month}\t{count}\t{every}")
        else:
            for line in column_lines(months, self._paint(), width):
                self._print(line)
        self.flush()
        if svg is not None:
            self.say(f"drawn into {svg}")

    def contexts(self, found: "Iterable[tuple[Summary, list[Context]]]", *, words: str, width: int) -> None:
        """A concordance, as it comes: one line for each occurrence."""
        if self.is_json:
            records = (_context_record(post, context) for post, contexts in found for context in contexts)
            self._document("contexts", records, {"query": words})
            return
        paint, side = self._paint(), side_width(width, self._width())
        posts = lines = 0
        for post, contexts in found:
            posts += 1
            for context in contexts:
                lines += 1
                if self.is_jsonl:
                    self.record(_context_record(post, context))
                else:
                    self._print(context_line(post, context, paint, side))
        self.flush()
        self.say(
            f"{lines:,} {'line' if lines == 1 else 'lines'} from {posts:,} {'post' if posts == 1 else 'posts'}"
        )

    def searches(self, searches: "Sequence[SavedSearch]") -> None:
        """The searches that are kept under a name."""
        if self.is_json:
            self._document("searches", (saved.to_dict() for saved in searches), {})
            return
        for saved in searches:
            if self.is_jsonl:
                self.record(saved.to_dict())
            else:
                self._print(search_line(saved, self._paint()))
        self.flush()
        if not searches:
            self.say("no search is kept; wxarchive searches save NAME WORDS keeps one")

    def findings(self, findings: "Iterable[Finding]") -> int:
        """What a doctor finds, as it comes; gives the exit code."""
        if self.is_json:
            listed = list(findings)
            self._document("findings", (finding.to_dict() for finding in listed), {})
        else:
            listed = []
            for finding in findings:
                listed.append(finding)
                if self.is_jsonl:
                    self.record(finding.to_dict())
                else:
                    self._print("\n".join(finding_lines(finding, self._paint())))
                self.flush()
        failed = sum(finding.status == "failed" for finding in listed)
        self.say(f"{failed:,} of {len(listed):,} failed" if failed else "all is well")
        return SomeFailedError.exit_code if failed else 0

    def progress_of(self, counts: Iterable[int], total: int, verb: str) -> int:
        """Go through ``counts``, each how much is done so far of ``total``, while a line on the terminal says so."""
        done = 0
        try:
            for done in counts:
                self._show_progress(f"{done:,} of {total:,} {verb}")
        finally:
            self._clear_progress()
        return done

    def info(self, info: "ArchiveInfo") -> None:
        """What an archive holds."""
        if self.is_json or self.is_jsonl:
            self.record({"wxarchive": ENVELOPE_VERSION, **info.to_dict()})
        else:
            self._print("\n".join(info_lines(info, self._paint())))
        self.flush()

    def inspected(
        self,
        file: str,
        *,
        reading: "Reading | None" = None,
        error: WxArchiveError | None = None,
        explanation: "Explanation | None" = None,
    ) -> None:
        """What a file is, or why it cannot be read."""
        if self.is_jsonl or self.is_json:
            self.record(_inspected_record(file, reading, error, explanation))
        else:
            lines = inspected_lines(
                file, self._paint(), reading=reading, error=error, explanation=explanation
            )
            self._print("\n".join(lines))
        self.flush()

    def reparsed(self, report: "Reparsed", *, dry_run: bool) -> None:
        """What a reparse changed: a line and its fields for each post, then counts."""
        if self.is_json:
            said = {"dry_run": dry_run, **report.to_dict()}
            self._document("changes", (change.to_dict() for change in report.changes), said)
            return
        paint = self._paint()
        for change in report.changes:
            if self.is_jsonl:
                self.record(change.to_dict())
            elif not self.is_quiet:
                self._print("\n".join(change_lines(change, paint)))
        self.flush()
        for line in reparse_summary(report, dry_run=dry_run):
            self.say(line)

    def learned(self, found: "Iterable[Learned]") -> None:
        """What accounts repeat, account by account as it is learned."""
        if self.is_json:
            self._document("accounts", (one.to_dict() for one in found), {})
            return
        blocks = accounts = 0
        for one in found:
            accounts += 1
            blocks += len(one.learned.blocks)
            if self.is_jsonl:
                self.record(one.to_dict())
            elif not self.is_quiet and one.learned.blocks:
                self._print("\n".join(learned_lines(one, self._paint())))
            self.flush()
        self.say(
            f"learned: {blocks:,} lines of {accounts:,} accounts; reparse takes them out of what is held"
        )

    def reviewed(self, found: "Iterable[Reviewed]") -> None:
        """Removals, each with the post that it was taken from."""
        if self.is_json:
            self._document("removals", (one.to_dict() for one in found), {})
            return
        for one in found:
            if self.is_jsonl:
                self.record(one.to_dict())
            else:
                self._print("\n".join(reviewed_lines(one, self._paint())))
        self.flush()

    def history(self, history: "History") -> None:
        """The life of a post."""
        if self.is_json:
            self.record({"wxarchive": ENVELOPE_VERSION, **history.to_dict()})
        else:
            self._print("\n".join(history_lines(history, self._paint())))
        self.flush()

    def gone(self, histories: "Iterable[History]") -> None:
        """Posts that are gone, a line each."""
        self._histories(histories, gone_line, "no post is known to be gone")

    def changed(self, histories: "Iterable[History]") -> None:
        """Posts that were edited, a line each."""
        self._histories(histories, changed_line, "no post is known to have been edited")

    def _histories(
        self, histories: "Iterable[History]", to_line: "Callable[[History, Paint], str]", none: str
    ) -> None:
        if self.is_json:
            self._document("posts", (history.to_dict() for history in histories), {})
            return
        count = 0
        for history in histories:
            count += 1
            if self.is_jsonl:
                self.record(history.to_dict())
            else:
                self._print(to_line(history, self._paint()))
        self.flush()
        if not count:
            self.say(none)

    def diff(
        self, diff: "PostDiff", history: "History", one: "VersionInfo", other: "VersionInfo", *, html: bool
    ) -> None:
        """What is different between two versions of a post."""
        if self.is_json:
            said = {"id": history.post_id, "from": one.to_dict(), "to": other.to_dict()}
            self.record({"wxarchive": ENVELOPE_VERSION, **said, **diff.to_dict()})
        elif html:
            self.stream().write(diff_html(diff, history.title, history.post_id, (one, other)))
        else:
            self._print("\n".join(diff_lines(diff, history.title, (one, other), self._paint())))
        self.flush()

    def verified(self, found: "Verified") -> int:
        """What is damaged, and what was looked at; returns the exit code that it comes to."""
        if self.is_json:
            self._document("findings", (one.to_dict() for one in found.findings), found.to_dict())
        else:
            paint = self._paint()
            for finding in found.findings:
                self._print(finding_line(finding, paint))
            if not self.is_quiet:
                self._print("\n".join(verified_lines(found, paint)))
        self.flush()
        return StoreError.exit_code if found.findings else 0

    def repaired(self, done: "Repair") -> int:
        """What was made again, and what stays damaged; returns the exit code that it comes to."""
        if self.is_json:
            said = {"before": [one.to_dict() for one in done.before]}
            self._document("findings", (one.to_dict() for one in done.after), said)
        else:
            for finding in done.after:
                self._print(finding_line(finding, self._paint()))
        self.flush()
        mended = len(done.before) - len(done.after)
        if not done.before:
            self.say("nothing is damaged")
        else:
            self.say(f"{max(mended, 0):,} of {len(done.before):,} damaged things are whole again")
        return StoreError.exit_code if done.after else 0

    def merged(self, done: "Merge") -> int:
        """What was taken over from another archive; returns the exit code that it comes to."""
        if self.is_json:
            self.record({"wxarchive": ENVELOPE_VERSION, **done.to_dict()})
        for number, words in () if self.is_json else done.damaged:
            self._talk(f"not taken over: capture {number}: {plain_line(words)}")
        self.flush()
        known = f", {done.known:,} were known" if done.known else ""
        self.say(f"{done.captures:,} captures ({done.new_posts:,} new posts), {done.media:,} files{known}")
        return SomeFailedError.exit_code if done.damaged else 0

    def show_count(self, done: int, what: str) -> None:
        """A line on the terminal that counts; it goes when anything else is printed."""
        self._show_progress(f"{done:,} {what}")

    def show_progress(self, done: int, total: int, verb: str) -> None:
        """A line on the terminal that counts; it goes when anything else is printed."""
        self._show_progress(f"{done:,} of {total:,} {verb}")

    # -- outcomes --------------------------------------------------------------------------------------------

    def outcomes(
        self,
        outcomes: "Iterable[Event]",
        *,
        verb: str,
        total: int | None = None,
        gone_is_news: bool = False,
    ) -> int:
        """A line for each link or file as it is done, then a summary; returns the exit code that they add up to.

        ``total`` is how many there are to come, where that is known.

        That is 0 if all went well, 4 if the site asked for a person or for less haste, the code of the
        failure if all failed alike, and 9 if some did. With ``gone_is_news`` a post that is gone is no failure: whether
        it is there was the question.
        """
        counts: Counter[str] = Counter()
        codes: Counter[int] = Counter()
        hints: dict[str, None] = {}
        pictures: Counter[str] = Counter()
        started = time.monotonic()
        for event in outcomes:
            if hasattr(event, "not_kept"):
                losses = cast("Losses", event)
                pictures["held"] += losses.held
                pictures["missing"] += len(losses.missing)
                self._losses(losses)
                continue
            outcome = event
            counts[outcome.status] += 1
            if outcome.error is not None and not (gone_is_news and outcome.status == "noted"):
                codes[outcome.error.exit_code] += 1
                if outcome.error.hint:
                    hints[outcome.error.hint] = None
            self._outcome(outcome)
            spent = time.monotonic() - started
            self._show_progress(progress_line(counts, verb, spent, total=total, pictures=pictures["held"]))
        self._clear_progress()
        for hint in () if self.is_jsonl or self.is_json else hints:
            self._talk(f"hint: {plain_line(hint)}")
        self.say(_summary(counts, verb))
        if pictures.total():
            lost = (
                f", {pictures['missing']:,} missing (wxarchive media --missing)"
                if pictures["missing"]
                else ""
            )
            self.say(f"pictures and sound: {pictures['held']:,} held{lost}")
        return _exit_code(codes, counts.total() - counts["not-asked"])

    def _losses(self, losses: "Losses") -> None:
        """What of a post's pictures is held; for people only if something is not."""
        if self.is_jsonl or self.is_json:
            self.record(_losses_record(losses))
            self.flush()
        elif not self.is_quiet and (losses.missing or losses.not_kept):
            self._print(losses_line(losses, self._paint()))
            self.flush()
        self._note(losses_line(losses, Paint(False)))

    def _outcome(self, outcome: "Outcome") -> None:
        self._note(outcome_line(outcome, Paint(False)))
        if self.is_jsonl or self.is_json:
            self.record(_outcome_record(outcome))
            self.flush()
        elif not self.is_quiet:
            self._print(outcome_line(outcome, self._paint()))
            self.flush()
        elif outcome.error is not None and outcome.status == "failed":
            self._talk(outcome_line(outcome, self._paint(sys.stderr)))

    def losses(self, losses: "Iterable[Losses]") -> None:
        """What posts' pictures and sound are held, and what is not."""
        wanted = held = 0
        for item in losses:
            wanted, held = wanted + item.wanted, held + item.held
            if self.is_json or self.is_jsonl:
                self.record(_losses_record(item))
            elif item.wanted or item.not_kept:
                self._print(losses_line(item, self._paint()))
        self.flush()
        self.say(f"pictures and sound: {held:,} of {wanted:,} held")

    def queue(
        self, links: "Iterable[QueuedLink]", *, counts: "Mapping[LinkState, int]", breaker: "Breaker | None"
    ) -> None:
        """The to-fetch list."""
        if self.is_json:
            facts = {"counts": dict(counts), "breaker": breaker.to_dict() if breaker else None}
            self._document("links", (link.to_dict() for link in links), facts)
            return
        for link in links:
            if self.is_jsonl:
                self.record(link.to_dict())
            else:
                self._print("\n".join(queued_lines(link, self._paint())))
        self.flush()
        self.say(", ".join(f"{number:,} {state}" for state, number in counts.items()) or "the list is empty")
        if breaker is not None:
            asked = "a person" if breaker.kind == "verify" else "less haste"
            until = shown_moment(breaker.until, "minute")
            self.say(f"the site asked for {asked}: best left alone until {until} (Beijing time)")

    def sources(self, sources: "Iterable[FollowedSource]") -> None:
        """What is followed."""
        if self.is_json:
            self._document("sources", (source.to_dict() for source in sources), {})
            return
        shown = 0
        for source in sources:
            shown += 1
            if self.is_jsonl:
                self.record(source.to_dict())
            else:
                self._print("\n".join(source_lines(source, self._paint())))
        self.flush()
        if not shown:
            self.say("nothing is followed (wxarchive follow ALBUM-LINK, FEED or FILE)")

    def citations(self, citations: "Iterable[Citation]", new: set[str], *, dry_run: bool) -> None:
        """Posts that are cited and not held."""
        records = [
            {
                "url": item.address.url,
                "id": item.address.key,
                "cited_by": item.cited_by,
                "text": item.text,
                "is_new": item.address.url in new,
            }
            for item in citations
        ]
        if self.is_json:
            self._document("links", records, {"dry_run": dry_run})
            return
        for record in records:
            if self.is_jsonl:
                self.record(record)
            else:
                status = pad("new" if record["is_new"] else "known", 10)
                text, by = plain_line(str(record["text"])), plain_line(str(record["cited_by"]))
                self._print(f"{status} {text or _UNTITLED}  {record['url']}  (in {by})")
        self.flush()
        where = "would go" if dry_run else "went"
        self.say(f"{len(records):,} posts are cited and not held; {len(new):,} {where} on the to-fetch list")

    def gaps(self, gaps: "Iterable[Gap]") -> None:
        """Pushes with posts missing before or between those that are held."""
        records = [
            {"biz": gap.biz, "mid": gap.mid, "held": list(gap.held), "missing": list(gap.missing)}
            for gap in gaps
        ]
        if self.is_json:
            self._document("gaps", records, {})
            return
        for gap in records:
            if self.is_jsonl:
                self.record(gap)
            else:
                held, missing = (
                    ", ".join(map(str, cast("list[int]", gap[key]))) for key in ("held", "missing")
                )
                self._print(f"{gap['biz']}:{gap['mid']}  held: {held}  missing: {missing}")
        self.flush()
        self.say(
            f"{len(records):,} pushes with gaps; what lies behind the last post that is held cannot be seen"
        )

    def settings(self, settings: "Iterable[Setting]", values: "Mapping[str, Value]", file: Path) -> None:
        """The settings, their values and where those come from. A proxy's password is not shown."""
        shown = {setting.name: _shown_setting(values[setting.name].value) for setting in settings}
        if self.is_json:
            held = {name: {"value": value, "origin": values[name].origin} for name, value in shown.items()}
            self.record({"wxarchive": ENVELOPE_VERSION, "file": str(file), "settings": held})
            self.flush()
            return
        for setting in settings:
            value = pad(fit(plain_line(str(shown[setting.name] or "-")), 40), 40)
            origin = pad(values[setting.name].origin, 20)
            self._print(f"{pad(setting.name, 14)} {value} {origin} {self._paint()('dim', setting.help)}")
        self.flush()
        self.say(f"{file}{'' if file.exists() else ' (not there)'}")

    def queue_left(self, counts: "Mapping[LinkState, int]") -> None:
        """How many links are still to be fetched, and how to go on."""
        waiting, failed = counts.get("waiting", 0), counts.get("failed", 0)
        if waiting or failed:
            parts = [
                f"{waiting:,} waiting" if waiting else "",
                f"{failed:,} to be tried again" if failed else "",
            ]
            said = ", ".join(part for part in parts if part)
            self.say(f"on the to-fetch list: {said} (wxarchive queue; wxarchive fetch --resume)")

    # -- talk ------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """A remark for people: not in quiet, nor where programs read."""
        self._note(plain_line(text))
        if not (self.is_quiet or self.is_json or self.is_jsonl):
            self._talk(plain_line(text))

    def exported(self, count: int, target: Path | None) -> None:
        """How many posts were written, and where to."""
        self.flush()
        noun = "post" if count == 1 else "posts"
        self.say(f"{count:,} {noun} written{f' to {target}' if target is not None else ''}")

    def error(self, error: WxArchiveError, *, as_json: bool = False) -> None:
        """An error: one line and a hint, or one JSON object where programs read."""
        try:
            sys.stdout.flush()
        except OSError:  # this error is the one to tell of
            self.close_quietly()
        self._note(" ".join(error_lines(error, Paint(False))))
        if as_json or self.is_json or self.is_jsonl:
            self._talk(_to_json({"error": _error_record(error)}))
            return
        for line in error_lines(error, self._paint(sys.stderr)):
            self._talk(line)

    def progress(self, items: Iterable[_Item], verb: str) -> Iterator[_Item]:
        """``items`` as they are, while a line on the terminal counts them."""
        count = 0
        try:
            for item in items:
                yield item
                count += 1
                self._show_progress(f"{count:,} {verb}")
        finally:
            self._clear_progress()

    def flush(self) -> None:
        """Hand what was printed to whoever reads it."""
        with self._to_stdout():
            sys.stdout.flush()

    # -- how -------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Text to standard output as it is. Ends the run if nobody reads it any more; ExportError if it is full."""
        self._clear_progress()
        with self._to_stdout():
            sys.stdout.write(text)

    def _print(self, text: str) -> None:
        self.write(text + "\n")

    def _talk(self, text: str) -> None:
        self._clear_progress()
        with suppress(BrokenPipeError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    @contextmanager
    def _to_stdout(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self.close_quietly()
            sys.exit(0)
        except OSError as error:
            self.close_quietly()
            raise ExportError(f"standard output cannot be written: {error.strerror or error}") from error

    def _document(self, key: str, items: Iterable[Mapping[str, Any]], facts: Mapping[str, Any]) -> None:
        """One JSON document with a list in it, written as the items come, one a line."""
        head = _to_json({"wxarchive": ENVELOPE_VERSION, **facts})[:-1]
        self.write(f'{head}, "{key}": [')
        between = "\n"
        for item in items:
            self.write(between + _to_json(item))
            between = ",\n"
        self._print("\n]}")
        self.flush()

    def _paint(self, stream: TextIO | None = None) -> Paint:
        stream = stream or sys.stdout
        environ = os.environ
        return Paint(stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb")

    def _width(self) -> int | None:
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    def _note(self, line: str) -> None:
        """A line for the log file."""
        if self._log is None:
            return
        try:
            with self._log.open("a", encoding="utf-8", errors="replace") as file:
                file.write(f"{format_moment(now())} {line}\n")
        except OSError as error:
            path, self._log = self._log, None
            raise InputError(
                f"the log cannot be written: {error.strerror or error}", subject=str(path)
            ) from error

    def _show_progress(self, text: str) -> None:
        if self.is_quiet or not sys.stderr.isatty():
            return
        text = fit(text, shutil.get_terminal_size().columns - 1)
        width = display_width(text)
        sys.stderr.write(f"\r{text}{' ' * (self._progress_width - width)}")
        sys.stderr.flush()
        self._progress_width = max(self._progress_width, width)

    def _clear_progress(self) -> None:
        if self._progress_width:
            sys.stderr.write(f"\r{' ' * self._progress_width}\r")
            sys.stderr.flush()
            self._progress_width = 0


class _Pipe:
    """Standard output as exporters write to it."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, text: str) -> int:
        self._output.write(text)
        return len(text)

    def flush(self) -> None:
        self._output.flush()


def _to_json(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON that any terminal and any encoding of standard output can take."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
    text = json_format.dumps(value, ensure_ascii=encoding != "utf8", indent=indent)
    return _LIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _error_record(error: WxArchiveError) -> dict[str, str | None]:
    return {"slug": error.slug, "message": error.message, "subject": error.subject, "hint": error.hint}


def _outcome_record(outcome: "Outcome") -> dict[str, Any]:
    listed = {} if outcome.new_links is None else {"new_links": outcome.new_links}
    return {
        "source": outcome.source,
        "status": outcome.status,
        "state": outcome.state,
        "id": outcome.post_id,
        "title": outcome.title,
        **listed,
        "error": _error_record(outcome.error) if outcome.error is not None else None,
    }


def _inspected_record(
    file: str,
    reading: "Reading | None",
    error: WxArchiveError | None,
    explanation: "Explanation | None",
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "file": file,
        "state": reading.state if reading else None,
        "state_text": reading.state_text if reading else None,
        "post": reading.post.to_dict() if reading and reading.post else None,
        "error": {"slug": error.slug, "message": error.message} if error else None,
        "form": reading.form if reading else None,
        "identity": dict(reading.identity) if reading and reading.identity else None,
        "target_url": reading.target_url if reading else None,
        "missing": list(reading.missing) if reading else [],
        "listed": [post.to_dict() for post in reading.listed] if reading else [],
    }
    if explanation is not None:
        record["explanation"] = {
            field: {
                "witness": said.witness,
                "value": said.value,
                "others": [
                    {"witness": other.witness, "value": other.value}
                    for other in explanation.others.get(field, ())
                ],
            }
            for field, said in explanation.taken.items()
        }
    return record


def _shown_setting(value: Any) -> Any:
    """A setting's value as it is shown: without what a proxy's address may say of its user."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        paces = len(value) == 2 and all(isinstance(item, float) for item in value)
        return "-".join(f"{item:g}" for item in value) if paces else list(value)
    return re.sub(r"//[^/@]*@", "//…@", value) if isinstance(value, str) else value


def _losses_record(losses: "Losses") -> dict[str, Any]:
    return {
        "status": "media",
        "id": losses.post_id,
        "title": losses.title,
        "wanted": losses.wanted,
        "held": losses.held,
        "missing": [{"url": url, "reason": reason} for url, reason in losses.missing],
        "not_kept": list(losses.not_kept),
    }


def _exit_code(codes: Counter[int], asked: int) -> int:
    """The code that a run's failures (how many of each code) add up to."""
    if BlockedError.exit_code in codes:
        return BlockedError.exit_code
    if not codes:
        return 0
    (code, number), *others = codes.most_common()
    return code if not others and number == asked else SomeFailedError.exit_code


def _summary(counts: Counter[str], verb: str) -> str:
    parts = ", ".join(f"{number:,} {status.replace('-', ' ')}" for status, number in counts.items())
    in_all = f" ({counts.total():,} in all)" if len(counts) > 1 else ""
    return f"{verb}: {parts or 'nothing'}{in_all}"


def _context_record(post: "Summary", context: "Context") -> dict[str, Any]:
    return {
        "number": post.number,
        "id": post.post_id,
        "title": post.title,
        "at": context.at,
        "before": context.before,
        "term": context.term,
        "behind": context.behind,
    }


def _found(total: int, shown: int, offset: int, words: str) -> str:
    if not total:
        return f"no post holds {words}"
    noun = "post holds" if total == 1 else "posts hold"
    part = f"; {offset + 1:,} to {offset + shown:,} shown" if 0 < shown < total else ""
    return f"{total:,} {noun} {words}{part}"

"""An archive's posts as web archives (WARC, WACZ), and the evidence of one post: everything about it that can be checked."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from wxarchive import __version__
from wxarchive.errors import StoreError
from wxarchive.export import ExportOptions, write_posts
from wxarchive.export.files import open_binary_target, staged_folder
from wxarchive.media import iter_wanted
from wxarchive.records import Post
from wxarchive.store import Archive, CaptureInfo
from wxarchive.times import Clock, format_moment, now, parse_moment
from wxarchive.webarchives import CapturedFile, WebCapture
from wxarchive.webarchives.wacz import write_wacz
from wxarchive.webarchives.warc import write_warc

if TYPE_CHECKING:
    from wxarchive.query import PostFilter

__all__ = ["export_wacz", "export_warc", "write_evidence"]

_SOFTWARE: Final = f"wxarchive {__version__}"


def export_warc(
    archive: Archive,
    target: "Path | BinaryIO",
    *,
    filter: "PostFilter | None" = None,  # noqa: A002 - as in Archive
    force: bool = False,
    clock: Clock = now,
) -> int:
    """Write the captures of posts, oldest post first, as a WARC; gives their number.

    Each record is gzipped by itself, unless the target's name ends in ``.warc``. Raises InputError if the package for
    it is missing, TargetExistsError, ExportError.
    """
    packed = not (isinstance(target, Path) and target.name.lower().endswith(".warc"))
    with open_binary_target(target, force=force) as out:
        captures = _iter_web_captures(archive, archive.iter_posts(filter, order="old"))
        written = write_warc(captures, out, software=_SOFTWARE, created_at=clock(), packed=packed)
        return sum(1 for _ in written)


def export_wacz(
    archive: Archive,
    target: "Path | BinaryIO",
    *,
    filter: "PostFilter | None" = None,  # noqa: A002 - as in Archive
    force: bool = False,
    title: str = "wxarchive",
    clock: Clock = now,
) -> int:
    """As :func:`export_warc`, as a WACZ, which replays in a browser and can be searched there."""
    with open_binary_target(target, force=force) as out:
        captures = _iter_web_captures(archive, archive.iter_posts(filter, order="old"))
        return write_wacz(captures, out, software=_SOFTWARE, created_at=clock(), title=title)


def _iter_web_captures(archive: Archive, posts: Iterable[Post]) -> Iterator[WebCapture]:
    for post in posts:
        yield from _captures_of(archive, post)


def _captures_of(archive: Archive, post: Post) -> Iterator[WebCapture]:
    """All captures of a post, the last one with its pictures. One whose bytes are damaged is left out."""
    captures = list(archive.iter_captures_of(post.id))
    files = tuple(_files_of(archive, post))
    versions = {version.raw_sha256: version for version in archive.get_versions(post.id)}
    for capture in captures:
        try:
            page = archive.get_page(capture.id)
        except StoreError:
            continue
        shown = versions.get(page.sha256)
        is_post = capture.state == "post"
        url = page.url or page.final_url or post.url or post.short_url or f"urn:wxarchive:{post.id}"
        yield WebCapture(
            page=page,
            url=url,
            captured_at=page.fetched_at or parse_moment(capture.stored_at),
            title=(shown or post).title if is_post else capture.state_text,
            text=(shown or post).text if is_post else "",
            facts=_facts(archive, capture, shown if is_post else None),
            files=files if capture is captures[-1] or is_post else (),
        )


def _facts(archive: Archive, capture: CaptureInfo, post: Post | None) -> dict[str, object]:
    _, link = archive.get_link(capture.id)
    return {
        "software": _SOFTWARE,
        "archive": archive.archive_id,
        "capture": capture.id,
        "digest": capture.digest,
        "link": link,
        "state": capture.state,
        "words": capture.state_text,
        "stored_at": capture.stored_at,
        "post": post.to_dict() if post is not None else None,
    }


def _files_of(archive: Archive, post: Post) -> Iterator[CapturedFile]:
    for wanted in iter_wanted(post):
        found = archive.find_media(wanted.url, post.id)
        data = archive.load_media(wanted.url, post.id) if found is not None else None
        if found is not None and data is not None:
            moment = post.fetched_at or post.published_at or parse_moment("2000-01-01T00:00:00+08:00")
            yield CapturedFile(url=wanted.url, type=found.type, data=data, stored_at=moment)


# -- evidence ---------------------------------------------------------------------------------------------------------


def write_evidence(
    archive: Archive, id_or_link: str, target: Path, *, force: bool = False, clock: Clock = now
) -> int:
    """Write all that proves one post into a new folder; gives the number of its captures.

    It has the raw pages, what the chain says of them, the record, a readable page with pictures, a WACZ, and hashes
    that ``sha256sum`` checks; ``README.txt`` says how. Raises PostNotFoundError, TargetExistsError, ExportError.
    """
    post = archive.get_post(id_or_link)
    made_at = clock()
    with staged_folder(target, force=force) as folder:
        captures = list(archive.iter_captures_of(post.id))
        kept = [_write_capture(archive, folder / "captures", capture) for capture in captures]
        record = {"record": post.to_dict(), "history": archive.get_history(post.id).to_dict()}
        _write(folder / "record.json", json.dumps(record, ensure_ascii=False, indent=2) + "\n")
        rows = (f"{place} {kind} {digest} {link}\n" for place, kind, digest, link in archive.iter_chain())
        _write(folder / "chain.txt", "".join(rows))
        write_posts("html", [post], folder / "page", ExportOptions(media=archive.path))
        _write_wacz(archive, post, folder / "post.wacz", made_at)
        _write(folder / "README.txt", _readme(archive, post, captures, made_at, sum(kept)))
        _write(folder / "SHA256SUMS", "".join(_sums(folder)))
    return len(captures)


def _write_capture(archive: Archive, folder: Path, capture: CaptureInfo) -> bool:
    """Write one capture: its entry in the chain, the two lines of its link, its page; gives whether that is there."""
    folder.mkdir(exist_ok=True)
    before, _ = archive.get_link(capture.id)
    _write(folder / f"{capture.id}.entry.json", archive.get_entry(capture.id))
    _write(folder / f"{capture.id}.link.txt", f"{before}\n{capture.digest}\n")
    try:
        (folder / f"{capture.id}.page").write_bytes(archive.get_page(capture.id).body)
    except StoreError:
        return False
    return True


def _write_wacz(archive: Archive, post: Post, file: Path, made_at: datetime) -> None:
    with file.open("xb") as out:
        write_wacz(
            _captures_of(archive, post),
            out,
            software=_SOFTWARE,
            created_at=made_at,
            title=post.title or post.id,
        )


def _write(file: Path, text: str) -> None:
    """Exactly these characters: they are hashed."""
    file.write_bytes(text.encode("utf-8", "replace"))


def _sums(folder: Path) -> Iterator[str]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        yield f"{digest}  {file.relative_to(folder).as_posix()}\n"


def _readme(archive: Archive, post: Post, captures: list[CaptureInfo], made_at: datetime, pages: int) -> str:
    first = captures[0].id if captures else 0
    lost = (
        f"\n{len(captures) - pages} pages are damaged in the archive and are not here.\n"
        if pages < len(captures)
        else ""
    )
    return f"""Evidence of one post of a WeChat public account (微信公众号)

post      {post.title or ""}
id        {post.id}
link      {post.url or post.short_url or ""}
archive   {archive.archive_id}
made      {format_moment(made_at)} by {_SOFTWARE}
last link {archive.chain_head}
{lost}
What is here

captures/N.page        the bytes of a page as they were received
captures/N.entry.json  where, when and how they were had, with their SHA-256
captures/N.link.txt    the link of the capture before, and the hash of the entry
chain.txt              every link of the archive: place, kind, hash of the entry, link
record.json            what was read from the pages, and when the post was seen, alive or gone
page/                  the post to read, with its pictures
post.wacz              the captures for replay, for instance on replayweb.page

How to check it, with sha256sum alone

1. Nothing in this folder was altered since it was made:

     sha256sum -c SHA256SUMS

2. A page is the one that its entry names: the "sha256" in N.entry.json is what this prints:

     sha256sum captures/{first}.page

3. The entry is the one in the chain: its hash stands in the line of N in chain.txt, and in N.link.txt:

     sha256sum captures/{first}.entry.json

4. The link of N in chain.txt follows from the link before and the entry:

     sha256sum captures/{first}.link.txt

5. The whole chain holds together; this prints the places that do not:

     prev=$(printf '0%.0s' $(seq 64)); while read place kind digest link; do
       made=$(printf '%s\\n%s\\n' "$prev" "$digest" | sha256sum | cut -d' ' -f1)
       [ "$made" = "$link" ] || echo "$place does not follow"; prev=$link
     done < chain.txt

The last link stands for all captures up to it. If somebody else noted it at some time, or the link of any capture
here, nothing up to there can have been changed, moved or removed since then without that showing.
"""

"""Albums (合集), by the interface that their own page reads: it needs no login.

An album is in its author's order, oldest or newest first, and grows at either end. The first visit walks through all
of it and remembers after each page how far it came; later visits look at both ends until they meet what is known.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from wxarchive.address import AlbumAddress, find_album, iter_addresses
from wxarchive.errors import SourceError
from wxarchive.parse.lists import ListedPost
from wxarchive.pipeline import state_error
from wxarchive.read import Reading, read_page
from wxarchive.sources.kinds import Found, Step, Visit

__all__ = ["Albums"]

PAGE_SIZE: Final = 20
_MOST_PAGES: Final = 1000
_URL: Final = "https://mp.weixin.qq.com/mp/appmsgalbum?"

_Cursor = tuple[str, str]


class Albums:
    """The kind ``album``."""

    name = "album"

    def find_address(self, text: str) -> str | None:
        """The address of the album that ``text`` links to."""
        found = find_album(text)
        return found.url if found is not None else None

    def iter_steps(self, visit: Visit) -> Iterator[Step]:
        """The album's pages. Raises SourceError where the interface refuses."""
        album = find_album(visit.address)
        if album is None:
            raise SourceError("this is no album", subject=visit.address)
        walk = _Walk(album, visit)
        begin = visit.memory.get("begin")
        if visit.memory.get("complete"):
            yield from walk.go(until_known=True)
            yield from walk.go(until_known=True, is_reverse=True)
        elif begin is None:
            yield from walk.go()
        else:
            yield from walk.go(until_known=True)
            yield from walk.go(start=(begin[0], begin[1]))


class _Walk:
    def __init__(self, album: AlbumAddress, visit: Visit) -> None:
        self.album = album
        self.visit = visit
        self.memory: dict[str, Any] = dict(visit.memory)

    def go(
        self, *, start: _Cursor | None = None, until_known: bool = False, is_reverse: bool = False
    ) -> Iterator[Step]:
        """Page after page from ``start`` on; with ``until_known`` no further than the first page that is all known.

        A walk that is to go through all of it remembers where it is, and at its end that it was complete.
        """
        cursor = start
        seen: set[_Cursor] = set() if start is None else {start}
        for _ in range(_MOST_PAGES):
            page = self._ask(cursor, is_reverse, is_first=cursor is None)
            if page is None:
                yield self._end(until_known, said=("the album gave nothing behind what is listed",))
                return
            found = tuple(item for post in page.reading.listed if (item := _to_found(post)) is not None)
            known = all(self.visit.is_known(item.url) for item in found)
            last = page.cursors[-1] if page.cursors else None
            repeats = all(cursor in seen for cursor in page.cursors)
            is_last = not page.goes_on or last is None or repeats
            said = (
                [f"{len(page.reading.listed) - len(found):,} posts without a link"]
                if len(found) < len(page.reading.listed)
                else []
            )
            if not until_known:
                self.memory["listed"] = int(self.memory.get("listed", 0)) + (
                    0 if repeats else len(page.cursors)
                )
                self.memory["begin"] = list(last) if last is not None else None
            if repeats and page.cursors:
                said.append("the album repeats itself: it was left there")
            if is_last and not until_known:
                said += _shortfall(page.count, self.memory["listed"])
            if is_last or (until_known and known) or self._is_past(page.reading.listed):
                memory = self._ended(until_known or not is_last)
                yield Step(found=found, memory=memory, title=page.title, said=tuple(said))
                return
            yield Step(found=found, memory=dict(self.memory), title=page.title, said=tuple(said))
            seen.update(page.cursors)
            cursor = last
        yield self._end(
            until_known, said=(f"the album has more than {_MOST_PAGES:,} pages: it was left there",)
        )

    def _end(self, until_known: bool, said: tuple[str, ...]) -> Step:
        return Step(memory=self._ended(until_known), said=said)

    def _ended(self, was_partial: bool) -> dict[str, Any]:
        if not was_partial:
            self.memory |= {"complete": True, "begin": None, "listed": 0}
        return dict(self.memory)

    def _is_past(self, listed: tuple[ListedPost, ...]) -> bool:
        """Whether a page that is sorted from new to old lies before what is wanted."""
        since = self.visit.since
        moments = [post.published_at for post in listed if post.published_at is not None]
        if since is None or len(moments) < len(listed) or len(moments) < 2:
            return False
        return moments[0] > moments[-1] and moments == sorted(moments, reverse=True) and moments[0] < since

    def _ask(self, cursor: _Cursor | None, is_reverse: bool, *, is_first: bool) -> "_Page | None":
        """The page behind ``cursor``; None for an empty one that is not the first."""
        query = {
            "action": "getalbum",
            "__biz": self.album.biz,
            "album_id": self.album.id,
            "count": str(PAGE_SIZE),
            "is_reverse": "1" if is_reverse else "0",
            "f": "json",
        }
        if cursor is not None:
            query |= {"begin_msgid": cursor[0], "begin_itemidx": cursor[1]}
        url = _URL + urlencode(query, safe="=")
        body = self.visit.fetcher.fetch_reply(url)
        reading = read_page(body)
        if reading.state == "album":
            return _Page(reading, body)
        if reading.state in ("verify", "too_frequent"):
            error = state_error(reading.state, reading.state_text)
            error.subject = self.album.url
            raise error
        if not is_first and (reading.state_text or "").startswith("an empty album reply"):
            return None
        raise SourceError(
            f"the album is not given: {reading.state_text or reading.state}", subject=self.album.url
        )


class _Page:
    """A reply of the interface: its posts, and what leads on from it."""

    def __init__(self, reading: Reading, body: bytes) -> None:
        try:
            reply = json.loads(body.decode("utf-8", "replace"), strict=False)["getalbum_resp"]
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError("the album's answer broke off") from error
        listed = reply.get("article_list") or []
        items = [listed] if isinstance(listed, dict) else listed
        info = reply.get("base_info") or {}
        self.reading = reading
        self.cursors: list[_Cursor] = [
            (str(item["msgid"]), str(item["itemidx"]))
            for item in items
            if isinstance(item, dict) and "msgid" in item and "itemidx" in item
        ]
        self.goes_on = str(reply.get("continue_flag", "0")) == "1"
        self.title = reading.state_text
        count = str(info.get("article_count", ""))
        self.count = int(count) if count.isascii() and count.isdigit() else None


def _shortfall(count: int | None, listed: int) -> list[str]:
    if count is None or listed >= count:
        return []
    return [f"the album says that it has {count:,} posts, {listed:,} are listed"]


def _to_found(post: ListedPost) -> Found | None:
    url = post.url or post.temporary_url
    if url is None or post.deleted:
        return None
    address = next(iter_addresses(url), None)
    return Found(
        url=address.url if address is not None else url,
        post_id=post.id,
        title=post.title,
        published_at=post.published_at,
    )

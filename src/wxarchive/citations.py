"""What stored posts point at and the archive lacks: posts that they link to, and gaps in a push. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wxarchive.address import PostAddress, iter_addresses
from wxarchive.records import Post

__all__ = ["Citation", "Gap", "find_gaps", "iter_citations"]


_BODY = re.compile(rb"""\bid=(["']?)js_content\1""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A link from a stored post to another."""

    address: PostAddress
    cited_by: str
    """The id of the post that has the link."""
    text: str
    """The words that the link stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A push of which some posts are held and others, before or between them, are not."""

    biz: str
    mid: str
    held: tuple[int, ...]
    missing: tuple[int, ...]


def iter_citations(
    posts: Iterable[Post], get_raw: Callable[[str], bytes] = lambda post_id: b""
) -> Iterator[Citation]:
    """The links of posts to other posts, each once a post: of their bodies, the original of a reprint or share, and
    those that cleaning took out with lists of related posts, which only the raw page (``get_raw``) still has.
    """
    for post in posts:
        links = [(link.url, link.text) for link in post.links]
        if post.origin is not None and post.origin.url:
            links.append((post.origin.url, post.origin.title or ""))
        links += [(address.url, "") for address in iter_addresses(_body_of(get_raw(post.id)))]
        seen = {post.id, post.url, post.short_url}
        for url, text in links:
            address = next(iter_addresses(url), None)
            if address is None or not seen.isdisjoint((address.key or address.url, address.url)):
                continue
            seen |= {address.key or address.url, address.url}
            yield Citation(address=address, cited_by=post.id, text=text)


def _body_of(page: bytes) -> str:
    """The part of a raw page that can be its body: links elsewhere are the platform's own."""
    start = _BODY.search(page)
    if start is None:
        return ""
    end = page.find(b"<script", start.end())
    return page[start.end() : end if end >= 0 else len(page)].decode("utf-8", "replace")


def find_gaps(ids: Iterable[str]) -> list[Gap]:
    """The gaps that the ids of held posts (``biz:mid:idx``) show: of places 1 and 3 of a push, place 2 is missing.

    A push has no number of its posts in it: what comes behind the last one that is held cannot be seen.
    """
    pushes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for post_id in ids:
        biz, _, rest = post_id.partition(":")
        mid, _, idx = rest.partition(":")
        if idx.isascii() and idx.isdigit():
            pushes[biz, mid].add(int(idx))
    gaps = []
    for (biz, mid), held in sorted(pushes.items()):
        missing = tuple(place for place in range(1, max(held)) if place not in held)
        if missing and len(missing) < 100:
            gaps.append(Gap(biz=biz, mid=mid, held=tuple(sorted(held)), missing=missing))
    return gaps

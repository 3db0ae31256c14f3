"""A page's bytes told apart: the markup that is read, and the code beside it.

Of a post's page nine tenths are scripts and style sheets. They are cut out in the bytes, which is several times faster
than having an HTML parser build nodes of them; a parser that is given the rest sees the same elements. Whoever parses
it can check that: it must find as many script and style elements as were counted here.
"""

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Markup", "split_markup"]

SHORT: Final = 2_000
"""Bytes; of scripts below this, those stay in place that write a post's text into the element around them."""
_WRITES: Final = re.compile(rb"\.write\(|\.inner[HT]")

# A tag's name ends with one of these (HTML standard, tag name state), or with the source.
_NAME_ENDS: Final = (b" ", b"\t", b"\n", b"\f", b"\r", b"/", b">", b"")
_OPENING: Final = re.compile(rb"<s(?P<name>cript|tyle)(?=[\s/>])")


@dataclass(frozen=True, slots=True)
class Markup:
    """A page and where its code stands."""

    source: bytes
    lean: bytes
    """The page with its style sheets and scripts emptied, but for short scripts that write into the page."""
    scripts: tuple[tuple[int, int], ...]
    """Where in ``source`` the contents of its scripts stand, those left in place too: start and end."""
    elements: int
    """How many script and style elements were told."""


def split_markup(source: bytes) -> Markup:
    """The markup and the scripts of a page, given in any encoding that keeps ASCII; linear in its length.

    Told by the bytes alone, comments apart: a page that has ``<script`` in an attribute's value or in capitals is
    told wrongly, and ``elements`` then differs from what a parser finds in ``lean``. An end tag is taken to be
    spelled as its start tag is.
    """
    kept: list[bytes] = []
    scripts: list[tuple[int, int]] = []
    elements = at = looked = 0
    while found := _OPENING.search(source, looked):
        start = found.start()
        comment = source.rfind(b"<!--", looked, start)
        if comment >= 0 and source.find(b"-->", comment, start) < 0:
            looked = source.find(b"-->", start)
            if looked < 0:
                break
            continue
        inner = source.find(b">", start) + 1
        if not inner:
            break
        is_script = found["name"] == b"cript"
        end = _find_end(source, b"</script" if is_script else b"</style", inner)
        elements += 1
        if is_script:
            scripts.append((inner, end))
        stays = is_script and end - inner < SHORT and _WRITES.search(source, inner, end)
        kept.append(source[at : end if stays else inner])
        at = looked = end
    kept.append(source[at:])
    return Markup(source, b"".join(kept), tuple(scripts), elements)


def _find_end(source: bytes, tag: bytes, at: int) -> int:
    """Where the end tag stands that ends what starts at ``at``; the end of the source if there is none."""
    while (end := source.find(tag, at)) >= 0:
        at = end + len(tag)
        if source[at : at + 1] in _NAME_ENDS:
            return end
    return len(source)

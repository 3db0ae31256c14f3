"""What would make an HTML parser slow, taken out of a page before it is parsed.

Parsers take time by the square of the attributes of one element, and of the elements that stand open at once. No page
that a person or a template wrote has thousands of either; hostile ones have, and are read all the same.
"""

import re
from typing import Final

from wxarchive.parse.tags import VOID_TAGS

__all__ = ["guarded", "without_crowds", "without_deep_nesting"]

MOST_ATTRIBUTES: Final = 1_000
"""Attributes that an element may have; a real one has some dozens."""
DEEPEST: Final = 1_000
"""Elements that may stand inside each other."""
# Pages leave some hundred tags unclosed (void elements, comparisons in scripts), never so many.
_SUSPICIOUS_UNCLOSED: Final = 5_000

# An attribute as the HTML standard's tokenizer reads it; a value in quotes that never end ends the page.
_ATTRIBUTE: Final = rb"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
# All that comes before a crowded element, in one possessive match: no byte is looked at twice. Attributes in the
# plain spelling that nearly all have are tried first.
_UNCROWDED: Final = re.compile(
    rb"""(?:[^<]*+<(?:[a-zA-Z][^\s/>]*+(?:\s[\w:-]++="[^"]*+"){0,%d}+(?:>|(?:%b){0,%d}+[\s/]*+>)"""
    rb"""|!--(?s:.*?)(?:--!?>|\Z)|(?![a-zA-Z])))*+""" % (MOST_ATTRIBUTES, _ATTRIBUTE, MOST_ATTRIBUTES)
)
_START: Final = re.compile(rb"<[a-zA-Z][^\s/>]*+(?:%b){0,%d}+" % (_ATTRIBUTE, MOST_ATTRIBUTES))
_REST: Final = re.compile(rb"(?:%b)*+[\s/]*+" % _ATTRIBUTE)
# Scripts and comments are taken whole: what looks like a tag in them is none.
_TAG: Final = re.compile(
    rb"<!--(?s:.*?)(?:--!?>|\Z)|<script\b(?:%b)*+[\s/]*+>(?s:.*?)(?=</script|\Z)"
    rb"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:%b)*+[\s/]*+(?:>|\Z)" % (_ATTRIBUTE, _ATTRIBUTE),
    re.IGNORECASE,
)
_VOID: Final = frozenset(tag.encode() for tag in VOID_TAGS)


def guarded(source: bytes) -> bytes:
    """A page, in UTF-8, that any HTML parser reads in linear time: itself, unless it is hostile."""
    return without_deep_nesting(without_crowds(source))


def without_crowds(source: bytes) -> bytes:
    """The source with only the first :data:`MOST_ATTRIBUTES` attributes of each element.

    HTML parsers compare each attribute with all before it, so an element with a million would take time by the square
    of it. The source is returned as it is, in one pass, where no element has so many.
    """
    kept: list[bytes] = []
    at = 0
    while True:
        match = _UNCROWDED.match(source, at)
        end = source.find(b"<", match.end() if match else at)
        start = _START.match(source, end) if end >= 0 else None
        if start is None:
            kept.append(source[at:])
            return b"".join(kept) if kept[:-1] else source
        kept.append(source[at : start.end()])
        rest = _REST.match(source, start.end())
        at = rest.end() if rest else start.end()


def without_deep_nesting(source: bytes) -> bytes:
    """The source without elements nested deeper than :data:`DEEPEST`, where many are left open.

    HTML parsers look through all open elements at each new block, so a page that opens 100,000 and closes none would
    take time by the square of it. Only such a page is looked at, and in it only tags are dropped, never text.
    """
    if source.count(b"<") - 2 * source.count(b"</") < _SUSPICIOUS_UNCLOSED:
        return source
    depth = 0

    def keep(tag: re.Match[bytes]) -> bytes:
        nonlocal depth
        name = tag["name"]
        if name is None:
            return tag[0]
        if tag["end"]:
            depth = max(depth - 1, 0)
            return tag[0]
        if name.lower() in _VOID:
            return tag[0]
        depth += 1
        return tag[0] if depth <= DEEPEST else b""

    return _TAG.sub(keep, source)

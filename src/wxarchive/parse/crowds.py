"""Elements with far too many attributes, which no page has that a person or a template wrote."""

import re
from typing import Final

__all__ = ["without_crowds"]

MOST: Final = 1_000
"""Attributes that an element may have; a real one has some dozens."""

# An attribute as the HTML standard's tokenizer reads it; a value in quotes that never end ends the page.
_ATTRIBUTE: Final = rb"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
# All that comes before a crowded element, in one possessive match: no byte is looked at twice.
_UNCROWDED: Final = re.compile(
    rb"(?:[^<]++|<(?![a-zA-Z!])|<!--(?s:.*?)(?:--!?>|\Z)|<!|<[a-zA-Z][^\s/>]*+(?:%b){0,%d}+[\s/]*+>)*+"
    % (_ATTRIBUTE, MOST)
)
_START: Final = re.compile(rb"<[a-zA-Z][^\s/>]*+(?:%b){0,%d}+" % (_ATTRIBUTE, MOST))
_REST: Final = re.compile(rb"(?:%b)*+[\s/]*+" % _ATTRIBUTE)


def without_crowds(source: bytes) -> bytes:
    """The source with only the first :data:`MOST` attributes of each element.

    HTML parsers compare each attribute with all before it, so an element with a million would take time by the square
    of it. The source is returned as it is, in one pass, where no element has so many.
    """
    kept: list[bytes] = []
    at = 0
    while True:
        match = _UNCROWDED.match(source, at)
        end = match.end() if match else at
        start = _START.match(source, end)
        if start is None:
            kept.append(source[at:])
            return b"".join(kept) if kept[:-1] else source
        kept.append(source[at : start.end()])
        rest = _REST.match(source, start.end())
        at = rest.end() if rest else start.end()

"""Small total functions over strings: whatever comes in, something sensible comes out."""

import html
import re
import unicodedata

__all__ = [
    "decode_entities",
    "display_width",
    "one_line",
    "squeeze",
    "tidy_line",
    "without_controls",
    "without_surrogates",
]

# Space that is no content: ASCII and ideographic space, and the zero-width marks that editors leave behind.
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_RUN_OF_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u2002\u2003\u2009]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# C0 and C1 controls except tab and newline; a lone carriage return can overwrite a terminal's line.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x1b\\|\x07|$)|[@-Z\\-_])", re.DOTALL)


def squeeze(text: str) -> str:
    """``text`` without any space or zero-width mark: what two texts are compared by."""
    return _SPACE.sub("", text)


def tidy_line(text: str) -> str:
    """Runs of space as one space, ends trimmed, invisible marks gone; zero-width joiners of emoji stay."""
    return _RUN_OF_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def one_line(text: str | None) -> str | None:
    """A field's text on one line, trimmed; None stays None."""
    if text is None or (text.isprintable() and "  " not in text):
        return (
            text.strip() if text else text
        )  # no space but the plain one, and no control character, is printable
    return tidy_line(without_controls(text))


def decode_entities(text: str, most: int = 3) -> str:
    """HTML character references undone until nothing changes, at most ``most`` times.

    Pages encode titles once, twice, and in places three times (``\\x26amp;lt;``).

    >>> decode_entities("A &amp;amp; B &lt;C&gt;")
    'A & B <C>'
    """
    for _ in range(most):
        if "&" not in text:
            break
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    return text.replace("\u00a0", " ")


def without_controls(text: str) -> str:
    """``text`` without terminal escape sequences, control and direction-override characters.

    Titles are written by strangers: this is applied to everything remote before a terminal sees it. Newline and tab
    stay.
    """
    return _CONTROLS.sub("", re.sub("[\u202a-\u202e\u2066-\u2069]", "", _ESCAPES.sub("", text)))


def without_surrogates(text: str) -> str:
    """``text`` with U+FFFD for lone surrogates: what a command line's undecodable bytes become, and no database takes."""
    return _SURROGATES.sub("\ufffd", text)


def display_width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: two for wide East Asian characters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )

"""Reading pages: text in, a verdict and a parsed post out. Knows no network, clock or database."""

from wxarchive.parse.document import Document, open_document
from wxarchive.parse.fields import Testimony
from wxarchive.parse.post import ParsedPost, parse_post
from wxarchive.parse.state import Verdict, judge, judge_text

__all__ = [
    "Document",
    "ParsedPost",
    "Testimony",
    "Verdict",
    "judge",
    "judge_text",
    "open_document",
    "parse_post",
]

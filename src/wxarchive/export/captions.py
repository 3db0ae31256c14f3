"""What the fields of a post are called where people read them."""

from collections.abc import Mapping
from typing import Final

from wxarchive.records import Post
from wxarchive.times import format_moment

__all__ = ["ROLES", "UNTITLED", "shown_date", "shown_title"]

UNTITLED: Final = "（无标题）"

ROLES: Final[Mapping[str, str]] = {
    "author": "作者",
    "editor": "编辑",
    "reviewer": "审核",
    "proofreader": "校对",
    "producer": "监制",
    "photographer": "摄影",
    "contributor": "供稿",
    "designer": "设计",
    "reporter": "记者",
}
"""Roles of credits by their names in records; other roles stand there under their own Chinese word."""


def shown_title(post: Post) -> str:
    """The post's title on one line; never empty."""
    return post.title or UNTITLED


def shown_date(post: Post) -> str:
    """The post's date as far as it is known: ``2024-05-01 08:30``, ``2024-05-01`` or ``""``."""
    if post.published_at is None:
        return ""
    moment = format_moment(post.published_at)
    return moment[:10] if post.published_precision == "day" else f"{moment[:10]} {moment[11:16]}"

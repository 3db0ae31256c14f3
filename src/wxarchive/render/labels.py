"""What stands in a text for something that is not text."""

from collections.abc import Mapping
from typing import Final

from wxarchive.records import Media
from wxarchive.text import one_line

__all__ = ["MEDIA_NAMES", "media_text"]

MEDIA_NAMES: Final[Mapping[str, str]] = {
    "audio": "音频",
    "video": "视频",
    "videosnap": "视频号",
    "music": "音乐",
    "miniprogram": "小程序",
    "product": "商品",
    "vote": "投票",
    "account_card": "公众号",
}


def media_text(media: Media) -> str:
    """One line that says what is embedded.

    >>> media_text(Media(type="audio", title="晨读", author="小南", duration_ms=205_000))
    '音频：晨读（小南，3:25）'
    """
    name = MEDIA_NAMES[media.type]
    title, author = one_line(media.title), one_line(media.author)
    if not title:
        title, author = author, None
    details = [detail for detail in (author, _duration(media.duration_ms)) if detail and detail != title]
    said = f"{name}：{title}" if title else name
    return f"{said}（{'，'.join(details)}）" if details else said


def _duration(milliseconds: int | None) -> str | None:
    if not milliseconds or milliseconds < 0:
        return None
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

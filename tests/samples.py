"""Invented posts and texts, made from a seed, for the tests of search and store."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from wxarchive.pages import Page
from wxarchive.records import Account, Post
from wxarchive.times import BEIJING

BIZ = "MzAwMDAwMDAwMA=="
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)

# Few Han characters, so that pairs of them recur; their traditional and full-width forms; words that hold each
# other; punctuation of both widths; and characters that Unicode, Python and SQLite see differently.
_HAN = "山水县镇脱贫攻坚教育发展基站国中人的"
_TRADITIONAL = "縣鎮脫貧堅發國"
_WORDS = (
    "app",
    "whatsapp",
    "App",
    "ＡＰＰ",
    "5g",
    "5G",
    "１５Ｇ",
    "2024",
    "24",
    "c",
    "C++",
    "react",
    "naïve",
    "ß",
    "ΣΑΣ",
)
_MARKS = "，。！？、：；“”（）《》 ,.!?:;\"'()+-*/%#@_|\u3000\n·—…"
_ODD = "ひらカナ한글𠀀𰻝㐀〇々½①ⅣªαςσµжИİıſ\u0301\u200b😀\ufe0f豈︰Ǆ"


def make_text(seed: random.Random, pieces: int) -> str:
    """A text of so many pieces, most of them runs of Han."""
    made: list[str] = []
    for _ in range(pieces):
        chance = seed.random()
        if chance < 0.45:
            made.append("".join(seed.choices(_HAN, k=seed.randint(1, 5))))
        elif chance < 0.55:
            made.append(seed.choice(_TRADITIONAL))
        elif chance < 0.70:
            made.append(seed.choice(_WORDS))
        elif chance < 0.92:
            made.append(seed.choice(_MARKS))
        else:
            made.append(seed.choice(_ODD))
    return "".join(made)


def make_post(number: int = 1, text: str = "正文", **changes: Any) -> Post:
    """A post of an invented account, published on the given day of 2020."""
    account = Account(biz=BIZ, user_name="gh_000000000001", alias="qingshizhen", nickname="青石镇发布")
    fields: dict[str, Any] = {
        "id": f"{BIZ}:{100 + number}:1",
        "kind": "article",
        "url": f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid={100 + number}&idx=1&sn=abc{number}",
        "title": f"第{number}期",
        "account": account,
        "published_at": datetime(2020, 1, 1, 8, tzinfo=BEIJING) + timedelta(days=number),
        "published_precision": "second",
        "text": text,
    }
    return Post(**(fields | changes))


def make_page(body: bytes = b"page", **changes: Any) -> Page:
    """A page that was fetched at a fixed time."""
    fields: dict[str, Any] = {"body": body, "fetched_at": NOW, "status": 200}
    return Page(**(fields | changes))


def make_post_page(text: str, *, biz: str = BIZ, mid: int = 101, **changes: Any) -> Page:
    """A page that reads as a post with this identity and text; the post of :func:`make_post` by default."""
    body = f"""<html><head><meta charset="utf-8"><script>var biz = "{biz}"; var mid = "{mid}"; var idx = "1";
    var sn = "abc"; var ct = "1600000000";</script></head><body><h1 class="rich_media_title">标题</h1>
    <div class="rich_media_content" id="js_content"><p>{text}</p></div></body></html>"""
    url = f"https://mp.weixin.qq.com/s?__biz={biz}&mid={mid}&idx=1&sn=abc"
    return make_page(body.encode(), **({"url": url} | changes))

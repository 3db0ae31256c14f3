"""Posts for the search bench, made from a seed: as many as asked, the same ones at every run.

A post is paragraphs of sentences of words. Words come from a vocabulary of 60,000 whose frequencies fall as Zipf's law
says (weight 1/(rank + 2.7)^1.1): first the function words and common words of the language, then words of one to four
characters put together from the 3,755 characters of GB 2312's first level, those too by Zipf's law. They are drawn into 60,000
clauses, some with a Latin word or number in them, and posts are made of those; every clause begins with one of
the post's own twelve words, as texts have subjects. One paragraph in four is a real
one of ../shared/pages, where that folder is there. Lengths are log-normal (median 1,360 characters, mean about 1,600).
Three posts in a hundred are in traditional characters, one is in full width. Accounts and authors are invented.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from wxarchive.han import fold
from wxarchive.read import read_page
from wxarchive.times import BEIJING, format_moment

__all__ = ["Words", "Written", "iter_posts", "vocabulary"]

SHARED: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "pages"
VOCABULARY: Final = 60_000
CLAUSES: Final = 60_000
ACCOUNTS: Final = 400
FIRST_DAY: Final = datetime(2013, 1, 1, 7, tzinfo=BEIJING)
DAYS: Final = 4_300
REAL_SHARE: Final = 1 / 4

_FUNCTION: Final = (
    "的 了 在 是 和 有 不 人 为 对 中 上 也 我 这 个 就 与 等 将 到 从 都 被 并 要 他 说 以 及 年 月 日 一 大 会 能 可 着 地 得 把 让 "
    "而 但 更 还 又 很 最 多 新 好 下 后 前 里 去 来 做 用 您 你 我们 他们 一个 可以 没有 进行 通过 以及 这个 对于 因为 所以 如果 但是 "
    "中国 发展 工作 经济 社会 国家 建设 问题 企业 服务 管理 政府 人民 技术 教育 生活 市场 项目 活动 群众 重点 安全 改革 创新 文化 "
    "全国 城市 学习 时间 公司 产业 系统 组织 信息 平台 健康 环境 农村 乡村 振兴 生产 能力 推进 落实 提升 支持 加强 实现 开展 保障"
).split()
_LATIN: Final = (
    "2024 2023 2020 10 5 3 12 100 app 5g ai pm gdp react python covid wifi pdf excel 2025 30 15 1 2"
).split()
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


class Written(NamedTuple):
    """One post of the corpus: what a row of ``posts`` needs."""

    number: int
    post_id: str
    published_at: str
    title: str
    author: str | None
    nickname: str
    source: str | None
    text: str


class Words(NamedTuple):
    """Words, most frequent first, and their weights summed up."""

    words: Sequence[str]
    sums: Sequence[float]


@cache
def vocabulary(seed: int = 1) -> Words:
    """The words of the corpus, most frequent first."""
    chance = random.Random(f"vocabulary {seed}")
    characters = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
                  if not (high == 0xD7 and low > 0xF9)]  # fmt: skip
    chance.shuffle(characters)
    sums = list(accumulate((rank + 30) ** -1.5 for rank in range(len(characters))))
    known = dict.fromkeys(_FUNCTION)
    while len(known) < VOCABULARY:
        length = chance.choices((1, 2, 3, 4), (4, 70, 16, 10))[0]
        known["".join(chance.choices(characters, cum_weights=sums, k=length))] = None
    words = list(known)
    return Words(words, list(accumulate((rank + 2.7) ** -1.1 for rank in range(len(words)))))


@cache
def _real_paragraphs() -> list[str]:
    """Paragraphs of the real pages; none where those are not there."""
    index = SHARED / "fields.json"
    if not index.is_file():
        return []
    found: dict[str, None] = {}
    for name in sorted(json.loads(index.read_text(encoding="utf-8"))):
        post = read_page((SHARED / name).read_bytes()).post
        for line in post.text.split("\n") if post else ():
            if 40 <= len(line) <= 400:
                found[line] = None
    return list(found)


@cache
def _traditional() -> dict[int, str]:
    """A traditional form of each simplified character that has one."""
    table: dict[int, str] = {}
    for code in range(0x4E00, 0x9FA6):
        character = chr(code)
        if fold(character) != character:
            table.setdefault(ord(fold(character)), character)
    return table


_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def iter_posts(count: int, seed: int = 1, by_account: bool = False) -> Iterator[Written]:
    """``count`` posts, oldest first, or one account's after another's."""
    known = vocabulary(seed)
    real = _real_paragraphs()
    order = range(count)
    if by_account:
        order = sorted(order, key=lambda place: (_account(seed, place), place))
    for number, place in enumerate(order, 1):
        yield _post(number, place, count, known, real, seed)


def _account(seed: int, place: int) -> int:
    # Some accounts publish much, most little.
    return int(ACCOUNTS * random.Random(f"account {seed} {place}").random() ** 2)


def _post(number: int, place: int, count: int, known: Words, real: list[str], seed: int) -> Written:
    chance = random.Random(f"{seed} {place}")
    account = _account(seed, place)
    wanted = min(int(chance.lognormvariate(math.log(1360), 0.587)), 20_000)
    own = [known.words[int(len(known.words) * chance.random() ** 2)] for _ in range(12)]
    paragraphs: list[str] = []
    length = 0
    while length < wanted:
        if real and chance.random() < REAL_SHARE:
            paragraph = chance.choice(real)
        else:
            paragraph = _paragraph(chance, seed, own, min(wanted - length, chance.randint(60, 260)))
        paragraphs.append(paragraph)
        length += len(paragraph)
    text = "\n".join(paragraphs)
    style = chance.random()
    if style < 0.03:
        text = text.translate(_traditional())
    elif style < 0.04:
        text = text.translate(_WIDE)
    moment = FIRST_DAY + timedelta(days=DAYS * place / count, seconds=chance.randrange(50_000))
    title = chance.choice(own) + chance.choice(_clauses(seed)) + chance.choice(own)
    return Written(
        number=number,
        post_id=f"Mz{account:08d}==:{1_000_000 + place}:1",
        published_at=format_moment(moment),
        title=title,
        author=chance.choice(_SURNAMES) + "".join(chance.choices(known.words[100:2000], k=1)) if style < 0.5 else None,
        nickname=known.words[300 + account] + known.words[1000 + account] + "发布",
        source=known.words[2000 + account % 90] + "日报" if style > 0.8 else None,
        text=text,
    )  # fmt: skip


@cache
def _clauses(seed: int) -> list[str]:
    """The clauses that sentences are made of."""
    words, sums = vocabulary(seed)
    chance = random.Random(f"clauses {seed}")
    drawn = chance.choices(words, cum_weights=sums, k=CLAUSES * 7)
    made, at = [], 0
    for _ in range(CLAUSES):
        length = chance.randint(1, 7)
        part = drawn[at : at + length]
        at += length
        if chance.random() < 0.1:
            part[chance.randrange(length)] = chance.choice(_LATIN)
        made.append("".join(part))
    return made


def _paragraph(chance: random.Random, seed: int, own: list[str], length: int) -> str:
    clauses = chance.choices(_clauses(seed), k=length // 9 + 1)
    for place in range(len(clauses)):
        clauses[place] = own[int(chance.random() * len(own))] + clauses[place]
    sentences = ["，".join(clauses[at : at + 3]) for at in range(0, len(clauses), 3)]
    return "。".join(sentences) + "。"

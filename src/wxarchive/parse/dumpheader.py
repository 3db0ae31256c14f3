"""What the head of a text dump states: front matter, a heading, the account's block, a byline, a date.

Forms are those in which tag strippers, converters and archives leave a post; what a line states becomes a field, and
the line is matter about the post, not of it. Reading ends at the first line that states nothing.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from wxarchive.parse.fields import Testimony
from wxarchive.text import decode_entities, squeeze, tidy_line
from wxarchive.times import parse_shown_date

__all__ = ["MARKDOWN_IMAGE", "Header", "read_header"]

_HEADER_LINES = 40

_ALIAS_LABEL = re.compile(
    r"^[*_\s]*(?:微信号|微信公众号|WeChat ID|Weixin ID)[*_\s]*[:：]?\s*(?P<value>[A-Za-z][\w-]{3,30})?\s*$"
)
_DESCRIPTION_LABEL = re.compile(
    r"^[*_\s]*(?:功能介绍|公众号简介|帐号介绍|Intro|Introduction|About|Functional? introduction)(?![A-Za-z])[*_\s]*[:：]?\s*(?P<value>.*)$"
)
_GLUED_ACCOUNT = re.compile(
    r"^(?P<nickname>[^\s，。]{0,30}?)\s*微信号[:：]?\s*(?P<alias>[A-Za-z][\w-]{3,30}?)\s*功能介绍[:：]?\s*(?P<description>.{0,200})$"
)
_HEADING = re.compile(r"^#{1,3}\s+(?P<title>.+?)\s*#*\s*$")
_RULE = re.compile(r"^(?:[-*_]\s*){3,}$|^[-=_*]{3,}$")
_FROM = re.compile(
    r"^(?:原文来自|原文来源|原文链接|原文地址|转自|转载自|来源链接|原文|文章来源|Source|From|URL|Original)\s*"
    r"(?:微信公众号|微信公号|订阅号|公众号)?\s*(?:「(?P<nickname>[^」]{1,40})」)?(?P<author>[^:：<(\[]{0,20})[:：]?\s*.*?"
    r"(?:[(<]?(?P<url>https?://[^\s)>\"”]+))",
    re.IGNORECASE,
)
_AUTHOR = re.compile("(?!.*(?:文章|推文|图文|原创|公众号|链接|地址)$)[\u4e00-\u9fff·A-Za-z0-9]{2,12}")
_FROM_ACCOUNT = re.compile(
    r"^原文(?:来自|来源)\s*(?:微信公众号|微信公号|订阅号|公众号)?\s*「(?P<nickname>[^」]{1,40})」"
)
_BYLINE = re.compile(r"^(?:原创|Original)\s*[:：]?\s+(?P<rest>\S.*)$")
_DATED_BYLINE = re.compile(
    r"^(?P<rest>\S.{0,80}?)\s{2,}20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d\d(?::\d\d)?\s*$"
)
_NAMES_AND_DATE = re.compile(
    r"^(?P<rest>[^\s，。！？：:、]{1,20}(?:\s+[^\s，。！？：:、]{1,20}){0,2})\s+"
    r"[*_(（]*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?[*_)）]*(?:\s+\d{1,2}:\d\d(?::\d\d)?)?(?:\s+(?P<place>\S{2,5}))?\s*$"
)
_FIRST_LINES: Final = 3
_KEYED = re.compile(
    r"^(?:[->]\s*)?\*\*(?P<key>标题|作者|来源|公众号|账号|发布日期|发布时间|日期|时间|原文链接|链接|原文|收录时间|采集时间|抓取时间|标签|分类)"
    r"\s*[:：]?\*\*\s*[:：]?\s*(?P<value>\S.*)$"
)
"""``**发布日期**：2024-05-06``, as converters write a post's facts under its heading."""
_KEYS: Final = {
    "作者": "author", "来源": "nickname", "公众号": "nickname", "账号": "nickname", "发布日期": "shown_date",
    "发布时间": "shown_date", "日期": "shown_date", "时间": "shown_date", "原文链接": "link", "链接": "link", "原文": "link",
}  # fmt: skip
_NO_NAME = re.compile(r"[。！？，；：:!?|]|!?\[|在(?:公众号)?小说|去阅读|^(?:[-*_]\s*){3,}$")
_LINES_OF_ORIGINAL: Final = 8
_BARE_KEY = re.compile(
    r"^(?:title|author|date|published|publish_time|url|link|source|account|nickname|digest|description): ?\S",
    re.IGNORECASE,
)
_DATE_AND_NAME = re.compile(
    r"^(?P<date>20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s+(?P<rest>[^\s，。！？：:、]{2,20})\s*$"
)
_ACCOUNT_AND_DATE = re.compile(
    r"^\[(?P<rest>[^\]\[]{1,30})\]\(https?://mp\.weixin\.qq\.com/mp/profile_ext[^)]*\)\s*(?P<date>20\d\d\S{4,10})?\s*$"
)
_LAST_OF_INTERFACE = re.compile(r"^(?:继续滑动看下一个|轻触阅读原文)$")
_GLUED_NAME = re.compile(
    r"(?:轻触阅读原文|继续滑动看下一个(?!\s*轻触))\s*(?P<name>[^\s，。]{2,20}?)\s*向上滑动看下一个"
)
_AFTER_NAME = "向上滑动看下一个"
_BACK_LINK = re.compile(
    r"^[*_\[\s]*\[?[*_\s]*(?:返回|回到|上一[篇页]|目录|首页)[^\]]{0,12}[*_\s]*\]?\((?P<path>/[^)]*)\)[*_\]\s]*$"
)
_BACKUP_NOTE = re.compile(r"^\S{0,12}(?:自动|本地)?备份[，,].{0,20}$|^.{0,16}备份，仅供.{0,12}$")
_COVER = re.compile(r"^!\[(?:cover_image|封面图?|cover)\]\((?P<url>[^)\s]+)[^)]*\)$")
_ENGLISH_DATE = re.compile(
    r"^[*_\s]*(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?P<day>\d{1,2}),? (?P<year>20\d\d)"
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d\d)\s*(?P<half>AM|PM)?)?[*_\s]*$",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_ONLY = re.compile(
    r"^[*_\s(（]*(?:发布于|发表于|时间[:：])?\s*20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[ T]*(?:\d{1,2}:\d\d(?::\d\d)?)?[*_\s)）]*$"
)
_RELATIVE_DATE = re.compile(r"[*_]*(?:今天|昨天|前天|星期.|\d+天前|1周前)[*_]*\s*$")
_MARKDOWN_LINK = re.compile(r"\[(?P<text>[^\]\[]{0,500})\]\((?P<url>[^)\s]{0,2000})\)")
MARKDOWN_IMAGE = re.compile(r"!\[(?P<alt>[^\]\[]{0,500})\]\((?P<url>https?://[^)\s]{1,2000})[^)]{0,500}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ASTERISKS = re.compile(r"[*_`~]{1,3}")
_FRONT_MATTER: Final = {
    "title": "title",
    "date": "shown_date",
    "published": "shown_date",
    "publish_time": "shown_date",
    "description": "digest",
    "digest": "digest",
    "summary": "digest",
    "author": "author",
    "url": "link",
    "link": "link",
    "source": "link",
    "account": "nickname",
    "nickname": "nickname",
    "cover": "cover_url",
    "image_feature": "cover_url",
}


@dataclass(slots=True)
class Header:
    """What the head of a dump states, and how many lines it takes."""

    fields: dict[str, Testimony] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)

    def state(self, name: str, value: str | None, by: str) -> None:
        if value:
            value = tidy_line(value if name in ("link", "cover_url", "alias") else _plain(value))
        if value and name not in self.fields:
            self.fields[name] = Testimony(f"text:{by}", value)


def read_header(lines: list[str]) -> Header:
    """What the first of ``lines`` state, and which lines those are. Never raises."""
    header = Header()
    at = _read_front_matter(lines, header)
    header.state("nickname", _find_interface_name(lines), "interface")
    seen = 0
    while at < len(lines) and seen < _HEADER_LINES:
        line = lines[at]
        if not line:
            at += 1
            continue
        seen += 1
        taken = _read_header_line(lines, at, header)
        if not taken:
            break
        header.lines.update(range(at, at + taken))
        at += taken
    if not header.fields:
        header.lines.clear()  # rules and notes alone state nothing: they are the body's own
    return header


def _read_front_matter(lines: list[str], header: Header) -> int:
    """YAML front matter as far as its flat keys go; returns the line after it."""
    start = next((n for n, line in enumerate(lines[:5]) if line), None)
    if start is not None and _BARE_KEY.match(lines[start]):
        return _read_bare_keys(lines, start, header)
    if start is None or lines[start] != "---":
        return start or 0
    end = next((n for n in range(start + 1, min(len(lines), start + 80)) if lines[n] == "---"), None)
    if end is None or not any(re.match(r"^[\w-]+:", line) for line in lines[start + 1 : end]):
        return start
    for line in lines[start + 1 : end]:
        _read_key(line, lines, end + 1, header)
    header.lines.update(range(start, end + 1))
    return end + 1


def _read_bare_keys(lines: list[str], start: int, header: Header) -> int:
    """Front matter without its fences: two or more known keys on lines in a row; returns the line after it."""
    end = start
    while end < len(lines) and _BARE_KEY.match(lines[end]):
        end += 1
    if end - start < 2:
        return start
    for line in lines[start:end]:
        _read_key(line, lines, end, header)
    header.lines.update(range(start, end))
    return end


def _read_key(line: str, lines: list[str], behind: int, header: Header) -> None:
    """State what a ``key: value`` of front matter says; ``behind`` is where the text begins."""
    key, colon, value = line.partition(":")
    name = _FRONT_MATTER.get(key.strip().lower())
    if not colon or not name:
        return
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if key.strip().lower() == "source" and not value.startswith("http"):
        # An account, or whatever the archive calls its feed: only if the page shows it too.
        name = "nickname" if any(squeeze(value) == squeeze(other) for other in lines[behind:]) else ""
    if name and (name != "link" or value.startswith("http")):
        header.state(name, value, f"front matter {key.strip()}")


def _find_interface_name(lines: list[str]) -> str | None:
    """The account's name between 轻触阅读原文 and 向上滑动看下一个, where a page's interface shows it."""
    for at in range(len(lines) - 1, -1, -1):
        if lines[at] != _AFTER_NAME:
            continue
        above = [line for line in lines[max(at - 8, 0) : at] if line and not line.startswith("![")]
        if len(above) > 1 and _LAST_OF_INTERFACE.match(above[-2]) and len(above[-1]) <= 30:
            return above[-1]
    glued = _GLUED_NAME.search(lines[-1][-400:]) if lines else None
    return glued["name"] if glued else None


def _read_header_line(lines: list[str], at: int, header: Header) -> int:
    """How many lines from ``at`` state something about the post: 0 if this line is body."""
    line = lines[at]
    if _RULE.match(line):
        return 1 if header.lines else 0
    glued = _GLUED_ACCOUNT.match(line)
    if glued:
        header.state("nickname", glued["nickname"], "account line")
        header.state("alias", glued["alias"], "微信号")
        header.state("description", glued["description"], "功能介绍")
        return 1
    label = _ALIAS_LABEL.match(line)
    if label:
        if label["value"]:
            header.state("alias", label["value"], "微信号")
            return 1
        after = _next_line(lines, at)
        if after is not None and re.fullmatch(r"[A-Za-z][\w-]{3,30}", lines[after]):
            header.state("alias", lines[after], "微信号")
            return after - at + 1
        return 1
    label = _DESCRIPTION_LABEL.match(line)
    if label and ("alias" in header.fields or not label["value"]):
        if label["value"]:
            header.state("description", label["value"], "功能介绍")
            return 1
        after = _next_line(lines, at)
        if after is not None and after - at <= 2 and len(lines[after]) <= 200:
            header.state("description", lines[after], "功能介绍")
            return after - at + 1
        return 1
    heading = _HEADING.match(line)
    if heading and "heading" not in header.fields:
        header.state("title", heading["title"], "heading")
        header.state("heading", heading["title"], "heading")
        return 1
    if not header.fields and _is_bare_title(lines, at):
        header.state("title", line, "first line")
        header.state("heading", line, "first line")
        return 1
    title = header.fields.get("title")
    if title and squeeze(_plain(heading["title"] if heading else line)) == squeeze(title.value):
        return 1
    if line == "原创" and header.lines:
        return _read_original(lines, at, header)
    cover = _COVER.match(line)
    if cover:
        header.state("cover_url", cover["url"], "cover picture")
        return 1
    keyed = _KEYED.match(line) if header.lines else None
    if keyed:
        name = _KEYS.get(keyed["key"])
        if name and (name != "link" or keyed["value"].startswith("http")):
            header.state(name, keyed["value"], keyed["key"])
        return 1
    if _BACK_LINK.match(line):
        found = re.search(r"/([^/)]+)/?\)", line)
        header.state("nickname", found[1] if found else None, "list link")
        return 1
    if _BACKUP_NOTE.match(line) and header.lines:
        return 1
    return _read_source_line(lines, at, header) or _read_byline(lines, at, header)


def _is_bare_title(lines: list[str], at: int) -> bool:
    """Whether the first line is a title: a byline follows, or a name alone and then a date or 微信号."""
    ahead = [n for n in range(at + 1, min(at + 8, len(lines))) if lines[n]][:2]
    if len(lines[at]) > 64 or len(ahead) < 2 or any(lines[:at]) or lines[at].endswith(("。", "，")):
        return False
    if _is_date(lines[at]) or _NAMES_AND_DATE.match(lines[at]) or _BYLINE.match(lines[at]):
        return False
    first, second = (lines[n] for n in ahead)
    if any(form.match(first) for form in (_NAMES_AND_DATE, _DATE_AND_NAME, _DATED_BYLINE)):
        return True
    if _BYLINE.match(first) and _is_date(second):
        return True
    is_name = len(first) <= 24 and not _NO_NAME.search(first) and not _is_date(first)
    return is_name and (_is_date(second) or _ALIAS_LABEL.match(second) is not None)


def _read_original(lines: list[str], at: int, header: Header) -> int:
    """``原创`` alone, and on lines of their own behind it the author, once or twice, and the account; how many lines."""
    names: list[str] = []
    end = at + 1
    for n in range(at + 1, min(at + _LINES_OF_ORIGINAL, len(lines))):
        if not lines[n]:
            continue
        if len(lines[n]) > 24 or _NO_NAME.search(lines[n]) or len(names) == 3:
            break
        names.append(_plain(lines[n]))
        end = n + 1
    distinct = list(dict.fromkeys(names))
    if not distinct or len(distinct) > 2:
        return 0
    header.state("author", distinct[0], "byline")
    header.state("nickname", distinct[-1] if len(distinct) > 1 else None, "byline")
    header.state("copyright_stat", "1", "byline 原创")
    return end - at


def _read_source_line(lines: list[str], at: int, header: Header) -> int:
    line = lines[at]
    taken = 1
    if _FROM_ACCOUNT.match(line) and "](" not in line and "[" in line:
        line += _plain_next(lines, at)  # a link's text broken over two lines
        taken = 2
    found = _FROM.match(line)
    if found:
        header.state("nickname", found["nickname"], "source line")
        if found["nickname"] and _AUTHOR.fullmatch(found["author"].strip()):
            header.state("author", found["author"], "source line")
        if "mp.weixin.qq.com" in found["url"]:
            header.state("link", found["url"].rstrip("#*~"), "source line")
        return taken
    account = _FROM_ACCOUNT.match(line)
    if account:
        header.state("nickname", account["nickname"], "source line")
        return taken
    return 0


def _read_byline(lines: list[str], at: int, header: Header) -> int:
    line = lines[at]
    byline = _BYLINE.match(line)
    if byline and len(line) <= 120:
        _state_byline(byline["rest"], header)
        return 1
    if _state_date(line, header):
        return 1
    dated = _DATED_BYLINE.match(line) if "heading" in header.fields else None
    named = _ACCOUNT_AND_DATE.match(line) or (
        _DATE_AND_NAME.match(line) if header.lines or at < _FIRST_LINES else None
    )
    if named:
        header.state("shown_date", named["date"], "byline")
        header.state("nickname", named["rest"], "byline")
        return 1
    dated = dated or (_NAMES_AND_DATE.match(line) if at < _FIRST_LINES or header.lines else None)
    if dated:
        _state_dated_byline(line, dated["rest"], header)
        return 1
    nickname = header.fields.get("nickname")
    bare = _plain(MARKDOWN_IMAGE.sub("", line).replace("![]()", ""))
    if nickname and header.lines and squeeze(bare) == squeeze(nickname.value):
        return 1
    # A name or a place alone on its line is about the post only where a date follows soon.
    if len(line) <= 24 and not re.search(r"[。！？，；：:!?]", line):
        ahead = [n for n in range(at + 1, min(at + 8, len(lines))) if lines[n]][:2]
        names = _plain(line).split()
        twice = len(names) == 2 and names[0] == names[1]
        for n in ahead:
            dated = _DATED_BYLINE.match(lines[n])
            if dated and names and "heading" in header.fields and names[0] in dated["rest"].split():
                return 1
            if _is_date(lines[n]):
                header.state("nickname", names[-1] if names else None, "line before the date")
                return 1
            if len(lines[n]) > 24:
                break
        if twice or _is_after_date(header):
            if _is_place(line):
                header.state("ip_location", line, "line after the date")
                return 1
            if twice:
                header.state("nickname", names[0], "account line")
                return 1
    return 0


def _state_byline(rest: str, header: Header) -> None:
    """``原创  author  [account](…)  date``: what follows 原创 on one line."""
    shown = parse_shown_date(rest)
    if shown:
        header.state("shown_date", rest, "byline")
    link = _MARKDOWN_LINK.search(rest)
    if link:
        header.state("nickname", link["text"], "byline")
        rest = rest[: link.start()]
    rest = re.sub(r"[*_(（]*20\d\d\s*[-/.年].*$", "", rest)
    rest = _RELATIVE_DATE.sub("", rest)
    parts = [part for part in re.split(r"\s{2,}|\t", rest.strip()) if part]
    if len(parts) == 1 and not link:
        parts = parts[0].split()
    if parts:
        header.state("author", _plain(parts[0]), "byline")
        if len(parts) > 1:
            header.state("nickname", _plain(parts[-1]), "byline")
    header.state("copyright_stat", "1", "byline 原创")


def _state_dated_byline(line: str, rest: str, header: Header) -> None:
    """``author  account   date``, or the account alone before the date, under a heading."""
    header.state("shown_date", line[len(rest) :], "byline")
    place = line.rstrip().rpartition(" ")[2]
    if _is_place(place):
        header.state("ip_location", place, "byline")
    parts = [_plain(part) for part in re.split(r"\s{2,}|\t", rest.strip()) if part]
    if len(parts) == 1 and len(parts[0].split()) == 2:
        parts = parts[0].split()
    header.state("nickname", parts[-1], "byline")
    if len(parts) > 1:
        header.state("author", parts[0], "byline")


def _is_date(line: str) -> bool:
    return bool(_DATE_ONLY.match(line) or _ENGLISH_DATE.match(line))


def _is_after_date(header: Header) -> bool:
    return "shown_date" in header.fields and header.fields["shown_date"].witness == "text:date line"


def _state_date(line: str, header: Header) -> bool:
    english = _ENGLISH_DATE.match(line)
    if english:
        month = _MONTHS.index(english["month"][:3].lower()) + 1
        shown = f"{english['year']}-{month:02d}-{int(english['day']):02d}"
        if english["hour"]:
            hour = int(english["hour"]) % 12 if english["half"] else int(english["hour"])
            hour += 12 if (english["half"] or "").upper() == "PM" else 0
            shown += f" {hour:02d}:{english['minute']}"
    elif _DATE_ONLY.match(line):
        shown = line
    else:
        return False
    header.fields.pop("shown_date", None)  # the page's own line knows more than front matter
    header.state("shown_date", shown, "date line")
    return True


def _is_place(line: str) -> bool:
    return line.strip() in _PLACES


# Provinces and the like, as the site names a poster's place (IP 属地).
_PLACES: Final = frozenset(
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 "
    "贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 中国香港 中国澳门 中国台湾 香港 澳门 台湾 美国 日本 英国 加拿大 澳大利亚 "
    "新加坡 韩国 法国 德国".split()
)


def _next_line(lines: list[str], at: int) -> int | None:
    return next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n]), None)


def _plain_next(lines: list[str], at: int) -> str:
    return lines[at + 1] if at + 1 < len(lines) else ""


def _plain(text: str) -> str:
    """Text without inline Markdown and tags, for a field."""
    text = MARKDOWN_IMAGE.sub("", text)
    text = _MARKDOWN_LINK.sub(lambda found: found["text"], text)
    return decode_entities(_TAG.sub("", _ASTERISKS.sub("", text))).strip()

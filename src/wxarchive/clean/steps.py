"""The steps of cleaning: each looks at a draft and says what is to go, changing nothing."""

import re
from collections.abc import Callable
from typing import Final

from wxarchive.clean.chrome import find_interface, is_interface_line
from wxarchive.clean.credits import Credit, is_label, is_name_line, read_credits
from wxarchive.clean.draft import Cut, Draft, is_prose
from wxarchive.clean.lines import Line, mask_markdown, raw_offset, to_key
from wxarchive.clean.rules import FENCES, Label
from wxarchive.clean.signs import Signs, find_fence

__all__ = ["STEPS", "Step"]

Step = Callable[[Draft], Draft]

_RELATED: Final = tuple(fence for fence in FENCES if fence.label == "related-links")
_SECTIONS: Final = tuple(fence for fence in FENCES if fence.label != "related-links")
_POST_LINK: Final = re.compile(r"https?://mp\.weixin\.qq\.com/(?:s[/?]|mp/appmsgalbum)", re.IGNORECASE)
_END_MARK: Final = re.compile(
    r"[\W_]*(?:the\s*end|THE\s*END|END|End|全文完|正文完|本文完|全文结束|正文结束|完结)[\W_]*|[\W_]+(?:end|完|fin)[\W_]*"
)
_ELLIPSIS: Final = re.compile(r"[\s.。…·？?！!,，、:：;；\"'“”()（）%+=<>/0-9-]*")
_DIVIDER: Final = re.compile(
    r"[\s\-—–―─━═=_~～*#·•.…|｜丨/\\\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2b00-\u2bff\u3030\ufe0f\U0001f446-\U0001f449\U0001f53a-\U0001f53d]+"
)
_SENTENCE: Final = re.compile(r"[^。！？!?…~～\n]*(?:[。！？!?…~～\n]+[”’」』）)】]*|$)")


# -- 1 · the platform's own ------------------------------------------------------------------------------------------


def drop_interface(draft: Draft) -> Draft:
    """Widgets of a page; of a dump, the interface at its end and its lines near the head."""
    cuts = [
        draft.whole(line, "meta.header", "meta", 1.0)
        if draft.dump
        else draft.whole(line, "chrome.widget", "chrome", 1.0)
        for line in draft.lines
        if line.widget and line.text
    ]
    if draft.dump:
        cuts += _dump_tail(draft)
        cuts += _dump_head(draft)
    else:
        cuts += [
            draft.whole(line, "chrome.interface", "chrome", 0.95)
            for line in draft.words()
            if len(line.key) <= 60 and not line.widget and is_interface_line(line.text)
        ]
    return draft.with_cuts(cuts)


def _dump_tail(draft: Draft) -> list[Cut]:
    texts = [mask_markdown(line.text) for line in draft.lines]
    begin = find_interface("\n".join(texts))
    if begin is None:
        return []
    cuts: list[Cut] = []
    at = 0
    first: int | None = None
    for line, text in zip(draft.lines, texts, strict=True):
        if at + len(text) > begin and line.text:
            start = line.start + max(begin - at, 0)
            first = line.at if first is None else first
            cuts.append(Cut(line.block, start, line.end, "chrome.interface", "chrome", 0.95))
        at += len(text) + 1
    if first is not None and cuts[0].start == draft.lines[first].start:
        cuts += _signature(draft, first)
    return cuts


def _signature(draft: Draft, first: int) -> list[Cut]:
    """The account's name that stands over a tip dialog."""
    for line in reversed(draft.lines[:first]):
        if line.sort != "text" or not line.key:
            if line.images or not line.text:
                continue
            continue
        names = {to_key(name) for name in (draft.about.nickname, draft.about.author) if name}
        return [draft.whole(line, "chrome.signature", "chrome", 0.8)] if line.key in names else []
    return []


def _dump_head(draft: Draft) -> list[Cut]:
    cuts: list[Cut] = []
    words = list(draft.words())[:24]
    sure = {line.at for line in words if is_interface_line(mask_markdown(line.text))}
    for place, line in enumerate(words):
        beside = any(near.at in sure for near in words[max(place - 1, 0) : place + 2])
        if line.at in sure or (beside and is_interface_line(mask_markdown(line.text), shared=True)):
            cuts.append(draft.whole(line, "chrome.interface", "chrome", 0.9))
        elif place < 3 and re.fullmatch(r"\d{1,2}:\d\d", line.key):
            cuts.append(draft.whole(line, "chrome.clock", "chrome", 0.7))
    return cuts


# -- 2 · who made it -------------------------------------------------------------------------------------------------


def drop_credits(draft: Draft) -> Draft:
    """Credit lines near the head and the tail, read into source and roles."""
    words = list(draft.words())
    near = _near_edges(draft, words)
    read = {place: read_credits(words[place].text) for place in near if len(words[place].key) <= 200}
    cuts: list[Cut] = []
    credits: list[Credit] = []
    dialogue = _speakers(words)
    skip = -1
    for place in near:
        line = words[place]
        if place == skip:
            continue
        found: tuple[Credit, ...] = ()
        lines = [line]
        following = words[place + 1] if place + 1 < len(words) else None
        if is_label(line.text) and following and following.at - line.at <= 2 and is_name_line(following.text):
            found = read_credits(line.text, following.text)
            lines.append(following)
            skip = place + 1
        if not found:
            lines = [line]
            skip = -1
            found = read.get(place, ())
            if not found and (read.get(place - 1) or read.get(place + 1)):
                found = read_credits(line.text, company=True)
        if not found and place < 3 and draft.about.author and line.key == to_key(draft.about.author):
            found = (Credit("author", "", (draft.about.author,)),)
        if not found or any(credit.label in dialogue for credit in found) or _is_card(words, place):
            continue
        if all(credit.role in _OF_PICTURES for credit in found) and _is_caption(draft, line):
            continue
        credits += found
        rule = f"credit.{found[0].role}" if found[0].role.isascii() else "credit.other"
        cuts += [draft.whole(one, rule, "credit", 0.9) for one in lines]
    return draft.with_cuts(cuts, credits)


def _near_edges(draft: Draft, words: list[Line]) -> list[int]:
    """Places of lines among the first, before or right behind the first paragraph, or near the end of the text."""
    near: set[int] = set(range(max(len(words) - 6, 0), len(words)))
    paragraphs = 0
    for place, line in enumerate(words[:6]):
        if paragraphs > 1:
            break
        near.add(place)
        paragraphs += is_prose(line)
    paragraphs = 0
    for place in range(len(words) - 1, -1, -1):
        if paragraphs > 2:
            break
        near.add(place)
        paragraphs += is_prose(words[place]) and draft.signs[words[place].at].ask < 2
    return sorted(near)


def _speakers(words: list[Line]) -> set[str]:
    """Labels that open three lines or more: an interview, not credits."""
    counts: dict[str, int] = {}
    for line in words:
        found = re.match(r"([\u4e00-\u9fff]{1,4})[:|]", line.key)
        if found:
            counts[found[1]] = counts.get(found[1], 0) + 1
    return {label for label, count in counts.items() if count > 2}


_OF_PICTURES: Final = ("photographer", "图片来源", "图源", "照片来源", "配图来源", "视频来源")


def _is_caption(draft: Draft, line: Line) -> bool:
    """Whether a line that only says whose picture it is stands right under one."""
    if re.match(r"本文|文中|全文|文章", line.key) or line.at == 0:
        return False
    above = draft.lines[line.at - 1]
    below = draft.lines[line.at + 1] if line.at + 1 < len(draft.lines) else None
    beside = any(near is not None and near.sort == "text" and read_credits(near.text) for near in (above, below))
    return above.sort in ("image", "media") and not beside


_CARD: Final = re.compile(
    "^(?:书名|作品|出版社|出版|定价|页数|ISBN|片名|主演|上映|类型|片长|豆瓣|演唱|作词|作曲|歌手|专辑|编曲|曲名|歌名|论文标题|论文地址|项目地址|刊物|论文|标题|会议|单位|机构)[:]", re.IGNORECASE
)


def _is_card(words: list[Line], place: int) -> bool:
    """Whether a line stands among those of a book, a film or a song: its 作者 is not the post's."""
    near = words[max(place - 2, 0) : place] + words[place + 1 : place + 3]
    return any(_CARD.match(line.key) for line in near)


# -- 3 · other posts -------------------------------------------------------------------------------------------------


def drop_related(draft: Draft) -> Draft:
    """Runs of titles behind a heading such as 往期推荐, and lines near an edge that are nothing but links to posts."""
    cuts: list[Cut] = []
    done: set[int] = set()
    words = list(draft.words())
    for place, line in enumerate(words):
        if line.at in done:
            continue
        fence = find_fence(_heading_key(line), _RELATED)
        if fence is None or (line.linked > 0.9 and _leads_to_post(line) and fence.id != "related.heading"):
            continue
        run = _titles(draft, words, place + 1, fence.lines, fence.length)
        settled = bool(run) and all(_leads_to_post(one) for one in run)
        if not settled and not _is_outside(draft, words, place, run):
            continue
        if not run and not _ends_here(draft, words, place):
            continue
        cuts.append(draft.whole(line, fence.id, "related-links", 0.9))
        cuts += [draft.whole(one, "related.run", "related-links", 0.9 if settled else 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    draft = draft.with_cuts(cuts)
    return draft.with_cuts(_bare_links(draft))


def _heading_key(line: Line) -> str:
    return re.sub(r"^[^\w\u4e00-\u9fff]+|[^\w\u4e00-\u9fff)]+$", "", line.key)


def _leads_to_post(line: Line) -> bool:
    return line.linked >= 0.75 and any(_POST_LINK.match(href) for href in line.hrefs) or bool(_MD_POST.fullmatch(line.text))


_MD_POST: Final = re.compile(
    r"[\s*>\-\d.、]*\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\(https?://mp\.weixin\.qq\.com/[^)]*\)[\s*]*", re.IGNORECASE
)
_NUMBERED: Final = re.compile(r"^(?:\d{1,2}|[①-⑳]|[一二三四五六七八九十]{1,2})[.、,)|:丨《\s]|^[·•▶►▷●○◆◇■□★☆→>*-]|^[《【#|]")


def _titles(draft: Draft, words: list[Line], place: int, most: int, length: int) -> list[Line]:
    """The titles that follow a heading, as far as they look like titles."""
    run: list[Line] = []
    linked = 0
    for line in words[place : place + most]:
        ask = draft.signs[line.at].ask
        to_post = _leads_to_post(line)
        if to_post:
            run.append(line)
            linked += 1
            continue
        if ask >= 2 and draft.signs[line.at].own:
            # Another piece of furniture: titles may go on behind it.
            if any(_leads_to_post(near) for near in words[place + len(run) + 1 : place + len(run) + 3]):
                continue
            if len(run) < 1 and ask < 3:
                continue
            break
        if len(line.key) > length or (line.text.rstrip().endswith(("。", "；", ";")) and len(line.key) > 24):
            break
        if linked and linked == len(run) and not _NUMBERED.match(line.text.strip()):
            break
        if line.heading and run:
            break
        if read_credits(line.text) or _END_MARK.fullmatch(line.text) or find_fence(_heading_key(line), _SECTIONS):
            break
        run.append(line)
    return run


def _is_outside(draft: Draft, words: list[Line], place: int, run: list[Line]) -> bool:
    """Whether a heading with its titles stands before or behind the text, not in it."""
    behind = [line for line in words[place + 1 + len(run) :] if draft.signs[line.at].ask < 2]
    before = words[:place]
    left = sum(len(line.key) for line in behind if is_prose(line))
    total = sum(len(line.key) for line in words) or 1
    if left <= max(120, total * 0.06) and before:
        return True
    return not any(is_prose(line) for line in before) and len(run) >= 2 and all(map(_leads_to_post, run))


def _ends_here(draft: Draft, words: list[Line], place: int) -> bool:
    """Whether nothing but furniture follows: then a heading alone (its titles are pictures) goes too."""
    return all(draft.signs[line.at].ask >= 1.5 for line in words[place + 1 :])


def _bare_links(draft: Draft) -> list[Cut]:
    """Lines at an edge that are wholly links to other posts, with no heading over them."""
    words = list(draft.words())
    cuts: list[Cut] = []
    for line in reversed(words):
        if _leads_to_post(line):
            cuts.append(draft.whole(line, "related.links-only", "related-links", 0.85))
        elif draft.signs[line.at].ask < 1.5 and not _END_MARK.fullmatch(line.text):
            # A line that announces the links makes them part of the text.
            if cuts and re.search(r"[:：]\s*$", line.text) and _ANNOUNCES.search(line.key) and len(line.key) <= 40:
                cuts.append(draft.whole(line, "related.announced", "related-links", 0.7))
            elif re.search(r"[:：]\s*$", line.text) and not find_fence(_heading_key(line), FENCES):
                cuts = [cut for cut in cuts if cut.block > _last_linked(words, line)]
            break
    for line in words:
        if _leads_to_post(line) and not any(cut.block == line.block for cut in cuts):
            cuts.append(draft.whole(line, "related.links-only", "related-links", 0.8))
        elif draft.signs[line.at].ask < 1.5:
            break
    return cuts


_ANNOUNCES: Final = re.compile("推荐阅读|阅读|往期|相关文章|回顾|点击|这一?篇|好文")


def _last_linked(words: list[Line], line: Line) -> int:
    """The block of the last of the links that directly follow a line."""
    last = line.block
    for one in words:
        if one.at > line.at:
            if not _leads_to_post(one):
                break
            last = one.block
    return last


# -- 4 · sections of furniture ---------------------------------------------------------------------------------------


def drop_sections(draft: Draft) -> Draft:
    """What stands behind 关于我们, 投稿须知, 版权声明 …, as far as it goes on."""
    cuts: list[Cut] = []
    words = list(draft.words())
    total = sum(len(line.key) for line in words) or 1
    done: set[int] = set()
    for place, line in enumerate(words):
        if line.at in done:
            continue
        fence = find_fence(_heading_key(line), _SECTIONS)
        if fence is None or fence.label in draft.topics:
            continue
        rest = words[place + 1 :]
        left = sum(len(one.key) for one in rest)
        at_head = place <= 3 and fence.label == "notice"
        if not at_head and (left > max(900, total * 0.4) or place < 2 or place * 5 < len(words) * 2):
            continue
        if draft.solicits and fence.label == "ad":
            continue
        if draft.solicits and fence.label in ("contact", "account-intro", "notice"):
            # Of a notice or an offer these are the matter, unless the account speaks of itself.
            follows = rest[: fence.lines]
            if not any(draft.signs[one.at].own and draft.signs[one.at].ask >= 2 for one in follows[:3]):
                continue
        run = _section(draft, rest, fence.lines, fence.length, fence.label, at_head)
        told = draft.signs[line.at].ask >= 1.5 or any(draft.signs[one.at].ask > 0.5 for one in run[:4])
        if not told or (not run and draft.signs[line.at].ask < 2 and rest):
            continue
        cuts.append(draft.whole(line, fence.id, fence.label, 0.85))
        cuts += [draft.whole(one, f"{fence.id.split('.')[0]}.section", fence.label, 0.7) for one in run]
        done.update(one.at for one in (line, *run))
    return draft.with_cuts(cuts)


def _section(draft: Draft, rest: list[Line], most: int, length: int, label: Label, at_head: bool) -> list[Line]:
    run: list[Line] = []
    most = 2 if at_head else most
    for line in rest:
        if len(run) >= most:
            break
        signs = draft.signs[line.at]
        inner = find_fence(_heading_key(line), _SECTIONS)
        if inner and not at_head:
            most, length = len(run) + 1 + inner.lines, max(length, inner.length)
        if at_head and signs.ask < 1:
            break
        if len(line.key) > length or line.sort != "text":
            break
        if signs.ask < 1 and run and line.heading:
            break
        if find_fence(_heading_key(line), _RELATED):
            break
        run.append(line)
    # A last line that is a sentence without any sign, with more text behind it, belongs to that text.
    while len(run) > 1 and draft.signs[run[-1].at].ask < 1 and len(run[-1].key) > 40 and _goes_on(draft, rest, run):
        run.pop()
    return run


def _goes_on(draft: Draft, rest: list[Line], run: list[Line]) -> bool:
    """Whether text, not furniture, follows a run."""
    return any(draft.signs[line.at].ask < 1 and len(line.key) > 20 for line in rest[len(run) : len(run) + 2])


# -- 5 · 6 · the tail and the head -----------------------------------------------------------------------------------

_FAR: Final = 9.0
_LEAST: Final = 0.9
_LEAST_OF_SHORT_POSTS: Final = 2.6
"""A post that is all text has little furniture: a thank-you at its end is its own."""
_CREDIT_WORTH: Final = 1.0


def drop_tail(draft: Draft) -> Draft:
    """The best-scoring end: every line counts for or against, and the end begins where the balance is best."""
    return draft.with_cuts(_edge(draft, list(range(len(draft.lines) - 1, -1, -1)), tail=True))


def drop_head(draft: Draft) -> Draft:
    """The best-scoring beginning, measured in the same way."""
    return draft.with_cuts(_edge(draft, list(range(len(draft.lines)))[:40], tail=False))


def _edge(draft: Draft, order: list[int], *, tail: bool) -> list[Cut]:
    score, best, border = 0.0, 0.0, None
    silent = 0
    least = _LEAST_OF_SHORT_POSTS if draft.about.kind == "text" else _LEAST
    after_end = tail and any(
        _END_MARK.fullmatch(line.text) for line in draft.lines[-60:] if line.sort == "text" and line.text
    )
    for at in order:
        line = draft.lines[at]
        weight = _weight(draft, line, tail=tail, relaxed=after_end)
        if line.sort == "text" and line.key:
            silent = silent + 1 if weight < 0 else 0
            weight *= 1 + 0.3 * max(silent - 1, 0)
        if tail and line.sort == "text" and line.text and _END_MARK.fullmatch(line.text):
            after_end = False
        score += weight
        if weight > 0 and score >= best and score >= least:
            best, border = score, at
        if score < best - _FAR:
            break
    if border is None:
        return []
    span = [at for at in order if (at >= border if tail else at <= border)]
    cuts = _within(draft, span, tail=tail)
    return cuts + (_masthead(draft, border, cuts) if tail else [])


def _masthead(draft: Draft, border: int, cuts: list[Cut]) -> list[Cut]:
    """One or two set-off lines right over an account's own lines, under a picture or a rule: its name, its motto."""
    first = draft.lines[border]
    label = next((cut.label for cut in cuts if cut.block == first.block), None)
    if label not in ("account-intro", "contact"):
        return []
    above: list[Line] = []
    for line in reversed(draft.lines[:border]):
        if line.sort in ("image", "rule") or line.at in draft.gone:
            return [draft.whole(one, "edge.masthead", "account-intro", 0.5) for one in above]
        if line.sort != "text" or line.caption or not _is_slight(line) or len(above) == 2 or not line.faint:
            return []
        above.append(line)
    return []


def _weight(draft: Draft, line: Line, *, tail: bool, relaxed: bool) -> float:
    """For furniture (above 0) or for the text (below)."""
    if line.at in draft.gone:
        return _CREDIT_WORTH
    if line.sort == "image":
        return 0.0
    if line.sort == "card":
        return 1.5 if tail else 0.2
    if line.sort == "rule":
        return 0.0
    if line.sort == "media":
        return -1.0
    if line.sort == "code":
        return -6.0
    if line.sort == "table":
        return -4.0
    if not line.key:
        return 0.2 if line.text else 0.0
    if _END_MARK.fullmatch(line.text):
        return 1.0
    signs = draft.signs[line.at]
    ask = _asked(draft, signs)
    size = len(line.key)
    if ask <= 0:
        short = size <= 22 and not line.text.rstrip().endswith("。")
        cost = 0.8 if short else 1.2 if size <= 40 else 2 + size / 60
        if line.faint:
            cost *= 0.7
        if relaxed:
            cost *= 0.6
        return -cost
    if not signs.own:
        ask *= 0.6
    cost = signs.bare / 16 + (0.8 if signs.bare > 60 else 0)
    # Several signs of one mind carry a longer paragraph than one.
    rules = len({hit.rule.id for hit in signs.hits if hit.rule.weight > 0})
    cost = min(cost, {1: cost, 2: 3.4}.get(rules, 2.2))
    if not tail:
        cost *= 1.3
    if relaxed:
        cost *= 0.7
    return ask - cost


def _asked(draft: Draft, signs: Signs) -> float:
    ask = signs.ask
    if not signs.hits:
        return 0.0
    strongest = signs.strongest
    if strongest and strongest.rule.label in draft.topics:
        ask *= 0.4
    if draft.solicits and not signs.own:
        return 0.0
    return ask


def _within(draft: Draft, span: list[int], *, tail: bool) -> list[Cut]:
    """Which lines of an edge go: those with signs, and short lines between or outside of them."""
    cuts: list[Cut] = []
    outer = True
    label: Label = "follow-prompt"
    # From the outer end inwards: a short line without a sign goes if what stands outside of it goes.
    for at in span:
        line = draft.lines[at]
        if line.at in draft.gone:
            outer = True
            continue
        if line.sort in ("image", "rule", "card", "media"):
            continue
        if line.sort != "text" or not line.text:
            outer = False if line.sort in ("code", "table") else outer
            continue
        if not line.key:
            if outer:
                cuts.append(draft.whole(line, "edge.marks", label, 0.6))
            continue
        signs = draft.signs[at]
        strongest = signs.strongest
        weight = _weight(draft, line, tail=tail, relaxed=False)
        if strongest and _asked(draft, signs) > 0 and (weight > 0 or (signs.own and signs.ask >= 2 and signs.bare <= 12)):
            if not signs.own and not outer:
                continue
            label = strongest.rule.label
            mixed = len(line.key) >= 30 and signs.bare >= max(10, len(line.key) * 0.3)
            part = _asking_end(draft, line, signs) if mixed else None
            cuts.append(part or draft.whole(line, strongest.rule.id, label, min(0.95, 0.5 + signs.ask / 8)))
            outer = part is None
        elif outer and not strongest and _is_slight(line):
            cuts.append(draft.whole(line, "edge.between", label, 0.55))
        elif _END_MARK.fullmatch(line.text):
            continue
        else:
            outer = False
    return cuts


def _is_slight(line: Line) -> bool:
    """A short line that is no sentence and no list item."""
    size = len(line.key)
    return size <= (40 if line.faint else 28) and not line.text.rstrip().endswith(("。", "；", "："))


# -- 7 · the middle --------------------------------------------------------------------------------------------------


def drop_middle(draft: Draft) -> Draft:
    """Short lines that ask and do nothing else, wherever they stand."""
    words = list(draft.words())
    late = len(words) * 3 // 5
    cuts: list[Cut] = []
    taken: set[int] = set()
    for place, line in enumerate(words):
        signs = draft.signs[line.at]
        strongest = signs.strongest
        if strongest is None or strongest.rule.label in draft.topics or len(line.key) > 60:
            continue
        by_itself = strongest.rule.alone and len(line.key) <= 48 and signs.bare <= 8 and signs.ask >= 2
        at_end = place >= late and not draft.solicits and signs.own and signs.ask >= 2.2 and signs.bare <= 8
        by_card = signs.own and signs.ask >= 2 and _beside_card(draft, line) and _weight(draft, line, tail=True, relaxed=False) > 0
        if by_itself or at_end or by_card:
            cuts.append(draft.whole(line, strongest.rule.id, strongest.rule.label, 0.8))
            taken.add(line.at)
    for place, line in enumerate(words):
        signs = draft.signs[line.at]
        strongest = signs.strongest
        beside = [near.at in taken for near in words[max(place - 1, 0) : place] + words[place + 1 : place + 2]]
        if line.at in taken or strongest is None or strongest.rule.label in draft.topics or not any(beside):
            continue
        settled = signs.bare <= 12 or (signs.ask >= 2 and _weight(draft, line, tail=True, relaxed=False) > 0)
        if len(line.key) <= 48 and settled and signs.ask >= (0.7 if strongest.rule.label == "contact" else 1.5):
            cuts.append(draft.whole(line, strongest.rule.id, strongest.rule.label, 0.65))
            taken.add(line.at)
    return draft.with_cuts(cuts)


def _beside_card(draft: Draft, line: Line) -> bool:
    """Whether an account's card stands right before or behind a line, pictures and rules apart."""
    for step in (-1, 1):
        at = line.at + step
        while 0 <= at < len(draft.lines) and draft.lines[at].sort in ("image", "rule"):
            at += step
        if 0 <= at < len(draft.lines) and draft.lines[at].sort == "card":
            return True
    return False


def drop_gaps(draft: Draft) -> Draft:
    """A few short lines that furniture encloses: much of it above them, nothing else below."""
    cuts: list[Cut] = []
    gap: list[Line] = []
    label: Label | None = None
    for line in reversed(draft.lines):
        if line.sort == "text" and line.key:
            if line.at not in draft.gone:
                gap.append(line)
                if len(gap) > 4:
                    break
                continue
            above = _run_above(draft, line)
            size = sum(len(one.key) for one in gap)
            if gap and label and above >= 2 and (size <= 90 or (len(gap) <= 3 and size <= 200)):
                cuts += [draft.whole(one, "edge.gap", draft.labels.get(line.at, label), 0.5) for one in gap]
            elif gap:
                break
            gap = []
            label = draft.labels.get(line.at)
        elif line.sort in ("code", "table", "media"):
            break
    return draft.with_cuts(cuts)


def _run_above(draft: Draft, line: Line) -> int:
    """How many lines of text that are gone, and not as credits or ornaments only, end with this one."""
    count = 0
    for one in reversed(draft.lines[: line.at + 1]):
        if one.sort == "text" and one.key:
            if one.at not in draft.gone:
                break
            count += draft.labels.get(one.at) not in ("credit", "ornament", "meta")
        elif one.sort in ("code", "table", "media"):
            break
    return count


# -- 8 · clauses -----------------------------------------------------------------------------------------------------


def drop_clauses(draft: Draft) -> Draft:
    """The asking end of a paragraph near an edge; the paragraph stays."""
    words = list(draft.words())
    cuts: list[Cut] = []
    for line in [*words[:4], *words[-6:]]:
        signs = draft.signs[line.at]
        if len(line.key) < 24 or not signs.own or signs.ask < 2:
            continue
        cut = _asking_end(draft, line, signs)
        if cut and cut not in cuts:
            cuts.append(cut)
    return draft.with_cuts(cuts)


def _asking_end(draft: Draft, line: Line, signs: Signs) -> Cut | None:
    shown = mask_markdown(line.text) if draft.dump else line.text
    strong = [
        hit for hit in signs.hits if hit.rule.own and hit.rule.weight >= 2 and hit.rule.label not in draft.topics
    ]
    if not strong:
        return None
    places = [(raw_offset(shown, hit.start), raw_offset(shown, hit.end - 1) + 1) for hit in signs.hits if hit.rule.own]
    firm = [(raw_offset(shown, hit.start), raw_offset(shown, hit.end - 1) + 1) for hit in strong]
    sentences = [(found.start(), found.end()) for found in _SENTENCE.finditer(shown) if found.end() > found.start()]
    begin = None
    for start, end in reversed(sentences):
        if not shown[start:end].strip():
            continue
        if not any(a < end and b > start for a, b in places):
            break
        bare = end - start - sum(min(b, end) - max(a, start) for a, b in places if a < end and b > start)
        if bare > 26:
            inner = _clause_start(shown, start, end, firm, places)
            begin = inner if inner is not None else begin
            break
        begin = start
    if begin is None or not any(a >= begin for a, _ in firm):
        return None
    lead = len(to_key(shown[:begin]))
    if lead < 20 or lead < 0.4 * len(line.key):
        return None
    hit = max(strong, key=lambda one: one.rule.weight)
    return Cut(line.block, line.start + begin, line.end, hit.rule.id, hit.rule.label, 0.6)


def _clause_start(
    shown: str, start: int, end: int, firm: list[tuple[int, int]], places: list[tuple[int, int]]
) -> int | None:
    """Where the asking clause at the end of a long sentence begins: behind the comma before it."""
    inside = [a for a, b in firm if a >= start and b <= end]
    if not inside:
        return None
    comma = max(shown.rfind(mark, start, inside[0]) for mark in ",，；;")
    if comma <= start or end - comma > 44:
        return None
    # What stands in clauses of its own behind it must ask too.
    at = comma + 1
    for clause in re.split("(?<=[,，；;])", shown[comma + 1 : end]):
        asks = any(a < at + len(clause) and b > at for a, b in places)
        if not asks and len(clause) > 14:
            return None
        at += len(clause)
    return comma + 1


# -- 9 · ornaments ---------------------------------------------------------------------------------------------------


def drop_ornaments(draft: Draft) -> Draft:
    """Dividers and end marks that mean nothing by themselves."""
    cuts: list[Cut] = []
    for line in draft.lines:
        if line.sort != "text" or not line.text.strip() or line.at in draft.gone or len(line.text) > 60:
            continue
        if _END_MARK.fullmatch(line.text) and _is_ending(draft, line):
            cuts.append(draft.whole(line, "ornament.end", "ornament", 0.9))
        elif line.key:
            continue
        elif _DIVIDER.fullmatch(line.text) and not _ELLIPSIS.fullmatch(line.text):
            cuts.append(draft.whole(line, "ornament.divider", "ornament", 0.9))
        elif re.fullmatch(r"\W+|[\W_]+", line.text) and (
            _beside_gone(draft, line) or (draft.dump and _DIVIDER.fullmatch(line.text))
        ):
            cuts.append(draft.whole(line, "ornament.marks", "ornament", 0.7))
    return draft.with_cuts(cuts)


def _is_ending(draft: Draft, line: Line) -> bool:
    """An end mark ends: no more than a little text may follow it, and more than a word is before it."""
    behind = sum(len(one.key) for one in draft.words() if one.at > line.at)
    before = sum(len(one.key) for one in draft.words() if one.at < line.at)
    return before > behind and (re.search("end", line.text, re.IGNORECASE) is not None or behind < before / 3)


def _beside_gone(draft: Draft, line: Line) -> bool:
    """Whether all text on one side is gone, or both neighbours are."""
    words = [one for one in draft.lines if one.text.strip() and one.at != line.at]
    before = [one for one in words if one.at < line.at]
    behind = [one for one in words if one.at > line.at]
    left = all(one.at in draft.gone or not one.key for one in before)
    right = all(one.at in draft.gone or not one.key for one in behind)
    return left or right or (before[-1].at in draft.gone and behind[0].at in draft.gone)


# -- 10 · pictures of a dump ------------------------------------------------------------------------------------------


def drop_pictures(draft: Draft) -> Draft:
    """A dump's picture lines beside an asked-for code, with nothing of the text on their other side."""
    if not draft.dump:
        return draft
    cuts: list[Cut] = []
    for line in draft.lines:
        if line.sort != "image" or line.at in draft.gone:
            continue
        before = [one for one in draft.lines[: line.at] if one.text.strip()][-1:]
        behind = [one for one in draft.lines[line.at + 1 :] if one.text.strip()][:1]
        near = [draft.labels.get(one.at) for one in (*before, *behind) if one.at in draft.gone]
        asked = any(label in ("qr-prompt", "contact") for label in near)
        if asked and len(near) == len(before) + len(behind) and not line.text.lstrip().startswith("["):
            cuts.append(draft.whole(line, "qr.picture", "qr-prompt", 0.6))
    return draft.with_cuts(cuts)


STEPS: Final[tuple[Step, ...]] = (
    drop_interface,
    drop_credits,
    drop_related,
    drop_sections,
    drop_tail,
    drop_head,
    drop_middle,
    drop_gaps,
    drop_clauses,
    drop_ornaments,
    drop_pictures,
)
"""The steps in their order: each sees what those before it cut."""

"""Lists of posts: what the site's list interfaces answered, and pages that list posts.

Saved replies come from four interfaces: ``mp/appmsgalbum?action=getalbum`` (an album), ``mp/profile_ext?action=getmsg``
(an account's history), ``cgi-bin/appmsg?action=list_ex`` and ``cgi-bin/appmsgpublish`` (an account's posts as its
writers see them). Programs keep them whole, one a line, or only the items in them, one a line. Pages that list posts
are an account's profile or history, an album, and a search engine's results.

Nothing here raises: what cannot be read is absent.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from wxarchive.address import iter_addresses
from wxarchive.kinds import State
from wxarchive.parse.document import Document, node_text
from wxarchive.parse.script import read_value
from wxarchive.text import decode_entities, one_line, without_surrogates
from wxarchive.times import format_moment, from_ct, parse_shown_date

__all__ = ["ListedPost", "PostList", "find_page_list", "find_reply_list"]

_Json = Any

_POST_TYPE: Final = 49
"""``comm_msg_info.type`` of a push of posts; others are bare text (1), pictures (3), voice (34), video (62)."""
_DELETED: Final = 4
_TOO_FREQUENT: Final = frozenset({200013})
"""``ret`` for ``freq control``."""
# Keys that only these replies have → what the reply is a list of.
_MARKS: Final[tuple[tuple[str, State], ...]] = (
    ("getalbum_resp", "album"),
    ("general_msg_list", "account"),
    ("app_msg_list", "account"),
    ("publish_page", "account"),
    ("comm_msg_info", "account"),
    ("app_msg_ext_info", "account"),
)
_HOST: Final = "https://mp.weixin.qq.com"
_MSG_LIST = re.compile(r"\bmsgList\s*=\s*")
_SEARCH_TIME = re.compile(r"timeConvert\(\s*['\"]?(\d{9,11})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPost:
    """A post as a list names it."""

    url: str | None = None
    """Its permanent link, long or short; None where the list gives none."""
    temporary_url: str | None = None
    """A link that runs out (search engines give such), where there is no permanent one."""
    id: str | None = None
    """``biz:mid:idx``, where the link tells it."""
    idx: int | None = None
    """The place in the push, from 1."""
    title: str | None = None
    digest: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    """In Beijing time."""
    deleted: bool = False
    """The list itself says that the post is gone (``del_flag`` 4)."""

    def to_dict(self) -> dict[str, str | int | bool | None]:
        """As JSON has it; moments as in records."""
        return {
            "url": self.url,
            "temporary_url": self.temporary_url,
            "id": self.id,
            "idx": self.idx,
            "title": self.title,
            "digest": self.digest,
            "author": self.author,
            "published_at": format_moment(self.published_at) if self.published_at else None,
            "deleted": self.deleted,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PostList:
    """What a saved reply is: ``account`` or ``album`` with its posts, or an error of the interface."""

    state: State
    words: str | None = None
    """The list's own name, or the interface's own words where it refused."""
    posts: tuple[ListedPost, ...] = ()
    identity: Mapping[str, str] = field(default_factory=dict)
    """What is told of the account: ``biz user_name nickname alias title``."""
    missing: tuple[str, ...] = ()
    """What the reply should hold and does not, in plain words."""


# -- replies ------------------------------------------------------------------------------------------------------


def find_reply_list(text: str) -> PostList | None:
    """The list in a saved reply of an interface; None if ``text`` is not JSON and no part of such a reply.

    JSON of any other kind is ``unknown``: it is no post either.
    """
    text = text.strip().lstrip("\ufeff")
    if text[:1] not in ("{", "["):
        return None
    whole = _load(text)
    values, broken = ([whole], 0) if isinstance(whole, dict | list) else _load_lines(text)
    if not values:
        return _rescue(text)
    found = [reply for value in values for reply in _iter_replies(value)]
    missing = (f"{broken} {'line' if broken == 1 else 'lines'} not read: no whole JSON",) if broken else ()
    if not found:
        # Lines that happen to open with a bracket are somebody's text; a whole JSON value is nobody's.
        return PostList(state="unknown") if isinstance(whole, dict | list) or not broken else None
    return _joined(found, missing)


def _load(text: str) -> _Json:
    """``text`` as JSON, None if it is none: also what is nested too deep, or a number too long."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _load_lines(text: str) -> tuple[list[_Json], int]:
    """The JSON objects that stand one a line, and how many lines are none."""
    values: list[_Json] = []
    broken = 0
    for line in text.splitlines():
        stripped = line.strip().rstrip(",")
        if not stripped:
            continue
        value = _load(stripped) if stripped.startswith(("{", "[")) else None
        if isinstance(value, dict | list):
            values.append(value)
        else:
            broken += 1
    return values, broken


def _rescue(text: str) -> PostList | None:
    """A reply that was cut off: its links are still there, without titles or dates."""
    head = text[:20_000]
    state = next((state for mark, state in _MARKS if f'"{mark}"' in head), None)
    if state is None:
        return None
    posts = tuple(_listed(address.url, {}) for address in iter_addresses(text))
    return PostList(
        state=state,
        posts=posts,
        identity=_account_of(posts),
        missing=("titles and dates: the reply is not whole JSON, only its links are read",),
    )


def _iter_replies(value: _Json) -> Iterator[PostList]:
    """The replies in a JSON value: one, or a list of replies, pages or items that a program put together."""
    items = value if isinstance(value, list) else [value]
    loose: list[ListedPost] = []
    for item in items:
        if not isinstance(item, dict):
            continue
        reply = _reply(item)
        if reply is not None:
            yield reply
        elif "comm_msg_info" in item or "app_msg_ext_info" in item:
            loose.extend(_pushed(item))
        elif "link" in item and "aid" in item:
            loose.append(_from_writers_list(item))
        elif "msgid" in item and "itemidx" in item and "url" in item:
            loose.append(_from_album(item))
    if loose or any(isinstance(item, dict) and "comm_msg_info" in item for item in items):
        yield PostList(state="account", posts=tuple(loose))


def _reply(reply: dict[str, _Json]) -> PostList | None:
    refused = _refusal(reply)
    if refused is not None:
        return refused
    if "getalbum_resp" in reply:
        return _album(reply["getalbum_resp"])
    if "general_msg_list" in reply:
        return PostList(state="account", posts=tuple(_history(reply["general_msg_list"])))
    if "app_msg_list" in reply:
        listed = _dicts(reply["app_msg_list"])
        return PostList(state="account", posts=tuple(_from_writers_list(item) for item in listed))
    if "publish_page" in reply:
        return PostList(state="account", posts=tuple(_published(reply["publish_page"])))
    if "list" in reply and any("comm_msg_info" in item for item in _dicts(reply["list"])):
        return PostList(state="account", posts=tuple(_history(reply)))
    return None


def _refusal(reply: dict[str, _Json]) -> PostList | None:
    """An error of the interface: ``ret`` is not 0, in ``base_resp`` or beside it."""
    base = reply.get("base_resp")
    base = base if isinstance(base, dict) else {}
    ret = _number(base.get("ret", reply.get("ret")))
    if not ret:
        return None
    words = next(
        (
            said
            for holder in (base, reply)
            for key in ("err_msg", "errmsg")
            if (said := _line(holder.get(key))) and said != "ok"
        ),
        None,
    )
    said = f"{words} ({ret})" if words else f"ret {ret}"
    return PostList(state="too_frequent" if ret in _TOO_FREQUENT else "unknown", words=said)


def _album(answer: _Json) -> PostList:
    answer = answer if isinstance(answer, dict) else {}
    info = answer.get("base_info")
    info = info if isinstance(info, dict) else {}
    posts = tuple(_from_album(item) for item in _dicts(answer.get("article_list")))
    identity = _named(info, {"user_name": "username", "nickname": "nickname", "title": "title"})
    if not posts and not identity:
        # The interface answers so behind the last page, and when it does not want to answer.
        return PostList(state="unknown", words="an empty album reply: no posts, no album")
    return PostList(state="album", words=identity.get("title"), posts=posts, identity=identity)


def _history(value: _Json) -> Iterator[ListedPost]:
    """The posts of ``general_msg_list``: an object, or one in a string, its quotes as ``&quot;`` in places."""
    holder = _unquoted(value)
    for push in _dicts(holder.get("list") if isinstance(holder, dict) else holder):
        yield from _pushed(push)


def _pushed(push: dict[str, _Json]) -> Iterator[ListedPost]:
    """The posts of one push; deleted ones leave an empty place."""
    about = push.get("comm_msg_info")
    about = about if isinstance(about, dict) else {}
    kind = _number(about.get("type"))
    first = push.get("app_msg_ext_info")
    if (kind is not None and kind != _POST_TYPE) or not isinstance(first, dict):
        return
    others = _dicts(first.get("multi_app_msg_item_list"))
    for place, item in enumerate([first, *others], 1):
        title, link = _line(item.get("title")), _text(item.get("content_url"))
        if title or link:
            deleted = _number(item.get("del_flag")) == _DELETED
            yield _listed(link, item, moment=about.get("datetime"), place=place, deleted=deleted)


def _published(value: _Json) -> Iterator[ListedPost]:
    """The posts of ``publish_page``: JSON in a string, with each push as JSON in a string again."""
    page = _unquoted(value)
    for push in _dicts(page.get("publish_list") if isinstance(page, dict) else None):
        info = _unquoted(push.get("publish_info"))
        if not isinstance(info, dict):
            continue
        sent = info.get("sent_info")
        moment = sent.get("time") if isinstance(sent, dict) else None
        for item in _dicts(info.get("appmsgex")):
            yield _from_writers_list(item, moment)


def _from_writers_list(item: dict[str, _Json], moment: _Json = None) -> ListedPost:
    """An item of ``list_ex``: ``aid`` is ``mid_idx``."""
    _, _, place = _text(item.get("aid")).partition("_")
    when = moment or item.get("create_time") or item.get("update_time")
    return _listed(
        _text(item.get("link")), item, moment=when, place=place, deleted=item.get("is_deleted") is True
    )


def _from_album(item: dict[str, _Json]) -> ListedPost:
    return _listed(_text(item.get("url")), item, moment=item.get("create_time"), place=item.get("itemidx"))


# -- pages --------------------------------------------------------------------------------------------------------


def find_page_list(document: Document) -> PostList:
    """The posts that a profile, history, album or search page lists; its state is the caller's to know."""
    posts = (
        tuple(_history(_page_history(document))) or tuple(_album_items(document)) or tuple(_results(document))
    )
    return PostList(state="unknown", posts=posts, identity=_account_of(posts))


def _page_history(document: Document) -> _Json:
    """``msgList``: an object in a search engine's profile page, a quoted string in the history page."""
    text = document.text
    found = _MSG_LIST.search(text)
    return read_value(text, found.end()) if found else None


def _album_items(document: Document) -> Iterator[ListedPost]:
    tree = document.tree
    for node in tree.css(".js_album_item") or tree.css(".album__list-item"):
        values = node.attributes
        link, title = values.get("data-link") or "", values.get("data-title")
        if not link and not title:
            continue
        when = node.css_first(".js_article_create_time")
        shown = node_text(when) if when is not None else None
        yield _listed(link, {"title": title}, moment=shown, place=values.get("data-itemidx"))


def _results(document: Document) -> Iterator[ListedPost]:
    """A search engine's results that are posts; its links run out, or lead over its own pages."""
    for node in document.tree.css("a[uigs^=article_title]"):
        holder = node.parent.parent if node.parent is not None else None
        when = _SEARCH_TIME.search((holder or node).html or "")
        yield _listed(
            node.attributes.get("href") or "", {"title": node_text(node)}, moment=when[1] if when else None
        )


# -- values -------------------------------------------------------------------------------------------------------


def _listed(
    link: str,
    item: Mapping[str, _Json],
    *,
    moment: _Json = None,
    place: _Json = None,
    deleted: bool = False,
) -> ListedPost:
    url = _HOST + link if link.startswith(("/s?", "/s/")) else link
    address = next(iter_addresses(url), None) if url else None
    permanent = address is not None and bool(address.key or address.short)
    idx = _number(address.idx if address is not None and address.idx else place)
    return ListedPost(
        url=address.url if address is not None and permanent else None,
        temporary_url=address.url if address is not None and not permanent else None,
        id=address.key if address is not None else None,
        idx=idx if idx is not None and 0 < idx < 100 else None,
        title=_line(item.get("title")),
        digest=_line(item.get("digest")),
        author=_line(item.get("author")),
        published_at=_moment(moment),
        deleted=deleted,
    )


def _joined(replies: list[PostList], missing: tuple[str, ...]) -> PostList:
    """Several replies as one list, each post once; a refusal counts only where no reply has posts."""
    with_posts = [reply for reply in replies if reply.posts] or replies
    posts: dict[object, ListedPost] = {}
    for number, post in enumerate(post for reply in with_posts for post in reply.posts):
        posts.setdefault(post.url or post.temporary_url or number, post)
    first = with_posts[0]
    listed = tuple(posts.values())
    identity = {**_account_of(listed), **{k: v for r in reversed(with_posts) for k, v in r.identity.items()}}
    return PostList(
        state=first.state, words=first.words, posts=listed, identity=identity, missing=first.missing + missing
    )


def _account_of(posts: Iterable[ListedPost]) -> dict[str, str]:
    """The account, where all links name the same."""
    accounts = {post.id.split(":", 1)[0] for post in posts if post.id}
    return {"biz": accounts.pop()} if len(accounts) == 1 else {}


def _named(info: Mapping[str, _Json], keys: Mapping[str, str]) -> dict[str, str]:
    return {name: said for name, key in keys.items() if (said := _line(info.get(key)))}


def _unquoted(value: _Json) -> _Json:
    """A value that stands in a string as JSON, HTML-encoded up to twice; any other value as it is."""
    for _ in range(3):
        if not isinstance(value, str):
            return value
        loaded = _load(value)
        if loaded is not None:
            return loaded
        # Once only, then another try: quotes of a title are encoded once more than those of the JSON.
        value = html.unescape(value)
    return None


def _dicts(value: _Json) -> list[dict[str, _Json]]:
    """The objects in a list; the interface gives the object itself where there is one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: _Json) -> str:
    return without_surrogates(value) if isinstance(value, str) else ""


def _line(value: _Json) -> str | None:
    return one_line(decode_entities(_text(value))) or None


def _number(value: _Json) -> int | None:
    """A whole number, also one in a string; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def _moment(value: _Json) -> datetime | None:
    number = _number(value)
    if number is not None:
        return from_ct(number)
    shown = parse_shown_date(value) if isinstance(value, str) else None
    return shown[0] if shown else None

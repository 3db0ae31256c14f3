"""Addresses: any text in, links out, one identity per post.

A post is ``biz`` + ``mid`` + ``idx``; ``sn`` is the token that makes its long link open and is kept beside
them. A short link is a token that carries no identity, a temporary link (from a search engine) one that runs
out. All three come in every wrapping that chat programs, pages, scripts and redirects put around them, and go
out without tracking and without a reader's secrets.

The cost grows with the length of the text and no faster, whatever stands in it: the places of WeChat's host
name are found first, each link reaches at most to the next of them, and no pattern reads a stretch of text
again from each of its places.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import quote, unquote

from wxarchive.errors import AddressError
from wxarchive.text import one_line

__all__ = [
    "AddressKind",
    "AlbumAddress",
    "PostAddress",
    "address_kind",
    "find_album",
    "is_verify_link",
    "is_wechat_host",
    "iter_addresses",
    "parse_address",
    "permanent_url",
    "strip_secrets",
]

AddressKind = Literal[
    "post",  # a post, also one wrapped in another link
    "cut",  # a post's link that lost a part
    "album",  # 合集, 话题
    "history",  # an account's list of all posts
    "homepage",  # an account's own choice of posts
    "verify",  # the captcha, with no post in the link
    "wechat",  # another page of WeChat
    "search",  # a search engine's page
    "other",  # another site
    "none",  # no link at all
]
"""What an address leads to."""

POST_HOST: Final = "mp.weixin.qq.com"

# Hosts that serve https whatever a page says, with all names below them.
WECHAT_SITES: Final = ("weixin.qq.com", "wx.qq.com", "weixin110.qq.com", "qpic.cn", "qlogo.cn")

# A reader's secrets and what names a reader. The first are words of WeChat's own and go wherever they stand;
# the second are anybody's words and go only from links to WeChat.
OWN_SECRETS: Final = frozenset({
    "appmsg_token", "exportkey", "pass_ticket", "poc_sid", "poc_token", "sharer_openid", "sharer_shareid",
    "sharer_shareinfo", "sharer_shareinfo_first", "sharer_uin", "sharer_username", "wap_sid", "wap_sid2",
    "wx_header", "wxtoken", "wxtokenkey", "wxuin",
})  # fmt: skip
COMMON_SECRETS: Final = frozenset({
    "abtest_cookie", "access_token", "auth_key", "enterid", "key", "openid", "session_id", "session_us",
    "sessionid", "ticket", "token", "uin", "unionid",
})  # fmt: skip

# Words of a path on WeChat's host, and what lives there.
PATH_KINDS: Final[tuple[tuple[str, AddressKind], ...]] = (
    ("wappoc_appmsgcaptcha", "verify"),
    ("secitptpage", "verify"),
    ("mp/appmsgalbum", "album"),
    ("mp/appmsgtopic", "album"),
    ("mp/profile_ext", "history"),
    ("mp/getmasssendmsg", "history"),
    ("mp/homepage", "homepage"),
)

# What is said of an address that is no post's: message, hint.
REFUSALS: Final[dict[AddressKind, tuple[str, str | None]]] = {
    "cut": (
        "a link to a post, but a part of it is missing",
        "a long link needs __biz, mid and idx; in a shell put it in quotes, or it ends at the first &",
    ),
    "album": (
        "an album of posts (合集), not a post",
        "wxarchive follow LINK, then wxarchive sync, fetches its posts",
    ),
    "history": ("an account's history, not a post", "give the links of its posts"),
    "homepage": ("an account's home page, not a post", "give the links of its posts"),
    "verify": ("a captcha page with no post behind it", "give the link that led to it"),
    "wechat": ("a page of WeChat, but not a post", None),
    "search": ("a search engine's page, not a post", "open the result and give the link that it leads to"),
    "other": ("not a link to WeChat", None),
    "none": ("not a link", None),
}

# Parameters of links that run out: what must be there, and what is kept in this order.
TEMPORARY_FORMS: Final = (
    (("timestamp", "signature"), ("src", "timestamp", "ver", "signature", "new")),
    (("__biz", "tempkey"), ("__biz", "tempkey", "chksm")),  # a preview that an author passes on
)

# Links are wrapped in links this often at most; deeper, nobody follows.
DEEPEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAddress:
    """What is known of where a post lives.

    Addresses of one post may differ in all but ``key``: compare that where it is known.
    """

    biz: str | None = None
    """``__biz`` of the account: base64, with the ``=`` at its end."""
    mid: str | None = None
    """The push; links also call it ``appmsgid`` and ``msgid``."""
    idx: str | None = None
    """The place in the push, from 1; links also call it ``itemidx``."""
    sn: str | None = None
    """The token that makes a long link open."""
    short: str | None = None
    """The 22 characters of a short link."""
    temporary: str | None = None
    """The query of a link that runs out: ``src=11&timestamp=…&ver=…&signature=…``."""

    @property
    def key(self) -> str | None:
        """``biz:mid:idx``, the post's identity; None where the address does not tell it."""
        return f"{self.biz}:{self.mid}:{self.idx}" if self.biz and self.mid and self.idx else None

    @property
    def url(self) -> str:
        """The link to open: the permanent long one where it is known, else the short, else the temporary one.

        Raises AddressError where nothing is known.
        """
        if self.biz and self.mid and self.idx:
            biz, sn = quote(self.biz, safe="="), f"&sn={quote(self.sn, safe='')}" if self.sn else ""
            return f"https://{POST_HOST}/s?__biz={biz}&mid={quote(self.mid)}&idx={quote(self.idx)}{sn}"
        if self.short_url:
            return self.short_url
        if self.temporary:
            return f"https://{POST_HOST}/s?{self.temporary}"
        raise AddressError("nothing is known of this post's address")

    @property
    def short_url(self) -> str | None:
        """The short link, if it is known."""
        return f"https://{POST_HOST}/s/{quote(self.short)}" if self.short else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumAddress:
    """Where an album is listed."""

    biz: str
    id: str

    @property
    def url(self) -> str:
        """The link to open, without tracking."""
        biz = quote(self.biz, safe="=")
        return f"https://{POST_HOST}/mp/appmsgalbum?__biz={biz}&action=getalbum&album_id={self.id}"


def parse_address(text: str) -> PostAddress:
    """The first post that ``text`` links to, in whatever wrapping.

    Raises AddressError, which says what the text is instead: no link, a link to another site, an album, a
    history, a link that lost a part.

    >>> parse_address("http://mp.weixin.qq.com/s?__biz=MzA5MDAwMDAwMA==&amp;mid=7&amp;idx=1&key=1#rd。").key
    'MzA5MDAwMDAwMA==:7:1'
    """
    address = next(_iter_found(text), None)
    if address is not None:
        return address
    message, hint = REFUSALS[_kind_without_post(text)]
    raise AddressError(message, subject=_start_of(text), hint=hint)


def iter_addresses(text: str) -> Iterator[PostAddress]:
    """All posts that ``text`` links to, in the order of their first mention, each once.

    Links are one post if they share the key, the short token or the temporary query; what a later one adds
    (its ``sn``, its short form) joins the first. Any text will do: a message, Markdown, HTML, JSON, a script.
    """
    posts: dict[int, PostAddress] = {}
    places: dict[str, int] = {}
    for number, address in enumerate(_iter_found(text)):
        known = sorted({places[name] for name in _names(address) if name in places} & posts.keys())
        place = known[0] if known else number
        posts[place] = _merged([*(posts[at] for at in known), address])
        for other in known[1:]:  # two that stood apart until this link named both
            places.update(dict.fromkeys(_names(posts.pop(other)), place))
        places.update(dict.fromkeys(_names(posts[place]), place))
    return iter(list(posts.values()))


def find_album(text: str) -> AlbumAddress | None:
    """The first album (合集) that ``text`` links to, in whatever wrapping; None if there is none.

    >>> find_album("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5MDAwMDAwMA%3D%3D&action=getalbum&album_id=7&key=1").url
    'https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5MDAwMDAwMA==&action=getalbum&album_id=7'
    """
    if not _HINT_OF_HOST.search(text):
        return None
    text = _unescape(text)
    hosts = list(_HOST.finditer(text))
    for number, host in enumerate(hosts, 1):
        end = hosts[number].start() if number < len(hosts) else len(text)
        tail = _link_part(text, host.end(), end)
        for _ in range(DEEPEST):
            if not _ENCODED_PATH.match(tail):
                break
            tail = _decoded_part(re.split("[&#]", tail, maxsplit=1)[0])
        parts = _PARTS.match(tail)
        if parts is None or _steps(parts["path"])[:2] != ["mp", "appmsgalbum"]:
            continue
        values = _parameters(parts["query"] or "")
        biz, album = _find_biz(values.get("__biz", "")), _ALBUM_ID.match(values.get("album_id", ""))
        if biz and album:
            return AlbumAddress(biz=biz, id=album[0])
    return None


def address_kind(text: str) -> AddressKind:
    """What the first address in ``text`` leads to."""
    return "post" if next(_iter_found(text), None) is not None else _kind_without_post(text)


def is_wechat_host(host: str) -> bool:
    """Whether ``host`` is WeChat's own for pages: ``weixin.qq.com`` or a name below it."""
    return ("." + host.lower()).endswith(".weixin.qq.com")


def is_verify_link(url: str) -> bool:
    """Whether ``url`` itself, not what it wraps, is the captcha."""
    parts = _URL.match(url)
    return parts is not None and _path_kind(parts["rest"]) == "verify"


def permanent_url(url: str) -> str:
    """A link of a body as records hold it.

    A link to a post becomes its permanent form, out of a captcha's wrapping too. Another link to WeChat
    becomes https; one without a host is WeChat's own. A reader's secrets go. Anything else stays as it is.

    >>> permanent_url("/s?__biz=MzA5MDAwMDAwMA%3D%3D&mid=7&idx=1&sn=abc&chksm=1&scene=21#wechat_redirect")
    'https://mp.weixin.qq.com/s?__biz=MzA5MDAwMDAwMA==&mid=7&idx=1&sn=abc'
    """
    link = _absolute(url.strip())
    parts = _URL.match(link)
    host = _host_of(parts["authority"]) if parts and parts["scheme"].lower() in ("http", "https") else ""
    if parts is None or not _is_wechat_site(host):
        return strip_secrets(link).strip()
    if host == POST_HOST:
        rest = _unescape(parts["rest"])
        address = _find_in_tail(_link_part(rest, 0, len(rest)))
        if address is None and _path_kind(rest) == "verify":
            address = next(_iter_found(rest), None)
        if address is not None:
            return address.url
    return strip_secrets(f"https://{host}{parts['rest']}").strip()


def strip_secrets(url: str) -> str:
    """``url`` without the parameters that are a reader's secrets or name a reader.

    They go at every depth of percent-encoding, from the query and from the fragment. All else stays as
    written, but escapes of HTML and scripts in a link to WeChat are undone: they are not part of it.

    >>> strip_secrets("https://mp.weixin.qq.com/mp/appmsgalbum?key=1&album_id=5&uin=2#wechat_redirect")
    'https://mp.weixin.qq.com/mp/appmsgalbum?album_id=5#wechat_redirect'
    """
    if _WECHAT_SITE.search(url):
        url = _unescape(url)
    elif not _OWN_SECRET.search(url):
        return url
    return _without_secrets(url)


# ----------------------------------------------------------------------------------------------------------
# Finding posts

# Characters of a link as people write it; anything else (space, quote, bracket, Chinese) ends it.
_LINK_PART = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&+,;=%*]*")
# Where markup around a link ends it.
_MARKUP = re.compile(r"&(?:quot|lt|gt|apos|nbsp|#3[49]|#x2[27]);", re.I | re.A)
_START = r"(?:(?<![A-Za-z0-9.-])|(?<=2F))"
_STOP = r"(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
_HOST = re.compile(_START + r"mp\.weixin\.qq\.com" + _STOP, re.I | re.A)
_HINT_OF_HOST = re.compile("weixin", re.I | re.A)

# Behind the host: a path whose / or ? is percent-encoded belongs to a link that is another link's parameter.
_ENCODED_PATH = re.compile(
    r"(?::\d{1,5})?(?:%(?:25){0,4}2F|/[A-Za-z0-9_/.-]{0,200}%(?:25){0,4}3F)", re.I | re.A
)
_PARTS = re.compile(r"(?::\d{0,5})?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?", re.A)

# What may follow a value: nothing, a character that no value holds, or the next link pasted right behind.
_END = r"(?=[^0-9A-Za-z]|https?[:%]|$)"
_BIZ = re.compile(r"[A-Za-z0-9+/_-]{2,64}={0,2}")
_MID = re.compile(r"0{0,20}([1-9][0-9]{0,19})" + _END)
_IDX = re.compile(r"0{0,4}([1-9][0-9]?)" + _END)
_SN = re.compile(r"([0-9a-f]{32}|[0-9a-z_-]{1,64})" + _END, re.I | re.A)
# Dashes and underscores behind the 22 characters are Markdown's or a writer's.
_SHORT = re.compile(r"([A-Za-z0-9_-]{22})(?:[_-]*(?![A-Za-z0-9_-])|(?=https?[:%]))")
_ALBUM_ID = re.compile(r"[0-9]{1,24}")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_.~=*+/-]{1,2000}")


def _iter_found(text: str) -> Iterator[PostAddress]:
    """The posts that the text links to, repeats included."""
    if not _HINT_OF_HOST.search(text):
        return
    text = _unescape(text)
    hosts = list(_HOST.finditer(text))
    for number, host in enumerate(hosts, 1):
        end = hosts[number].start() if number < len(hosts) else len(text)
        address = _find_in_tail(_link_part(text, host.end(), end))
        if address is not None:
            yield address


def _link_part(text: str, start: int, end: int) -> str:
    """What can belong to a link from ``start`` on, up to ``end`` at most."""
    found = _LINK_PART.match(text, start, end)
    part = found[0] if found else ""
    return _MARKUP.split(part, maxsplit=1)[0]


def _find_in_tail(tail: str) -> PostAddress | None:
    """The post that is named by what stands behind the host."""
    for _ in range(DEEPEST):
        if not _ENCODED_PATH.match(tail):
            break
        # A plain & or # belongs to the wrapper, unless the program encoded this link by halves.
        own = _decoded_part(re.split("[&#]", tail, maxsplit=1)[0])
        address = _find_in_plain_tail(own) or _find_in_plain_tail(_decoded_part(tail))
        if address is not None:
            return address
        tail = own
    return _find_in_plain_tail(tail)


def _decoded_part(tail: str) -> str:
    decoded = _unescape(unquote(tail))
    return _link_part(decoded, 0, len(decoded))


def _find_in_plain_tail(tail: str) -> PostAddress | None:
    parts = _PARTS.match(tail)
    path = _steps(parts["path"]) if parts else []
    if parts is None or not (path[:1] == ["s"] or path[:3] == ["mp", "appmsg", "show"]):
        return None
    query = parts["query"] or ""
    address = _find_in_query(query) or (_find_in_query(unquote(query)) if "%26" in query else None)
    short = _SHORT.match(path[1]) if path[0] == "s" and len(path) > 1 else None
    return replace(address or PostAddress(), short=short[1], temporary=None) if short else address


def _steps(path: str | None) -> list[str]:
    return [step for step in (path or "").split("/") if step]


def _find_in_query(query: str) -> PostAddress | None:
    values = _parameters(query)
    biz = _find_biz(values.get("__biz") or values.get("biz") or "")
    mid = _first(_MID, values, "mid", "appmsgid", "msgid")
    idx = _first(_IDX, values, "idx", "itemidx")
    if biz and mid and idx:
        return PostAddress(biz=biz, mid=mid, idx=idx, sn=_first(_SN, values, "sn"))
    temporary = _find_temporary(values)
    return PostAddress(temporary=temporary) if temporary else None


def _parameters(query: str) -> dict[str, str]:
    """The parameters of a query, decoded; of one that stands several times the first that has a value."""
    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value:
            values.setdefault(_decoded(name), _decoded(value))
    return values


def _decoded(value: str) -> str:
    """Percent-encoding undone, also where it was done once too often."""
    for _ in range(3):
        if "%" not in value:
            break
        value = unquote(value)
    return value


def _find_biz(value: str) -> str | None:
    """``__biz`` with the ``=`` at its end, which some programs drop: an account has one spelling."""
    found = _BIZ.match(value)
    if not found:
        return None
    # No base64 is one longer than a multiple of four: that is left alone, whatever it may be.
    return found[0] if len(found[0]) % 4 == 1 else found[0] + "=" * (-len(found[0]) % 4)


def _first(pattern: re.Pattern[str], values: dict[str, str], *names: str) -> str | None:
    matches = (pattern.match(values.get(name, "")) for name in names)
    return next((found[1] for found in matches if found), None)


def _find_temporary(values: dict[str, str]) -> str | None:
    for needed, kept in TEMPORARY_FORMS:
        found = {name: _PLAIN_VALUE.match(values.get(name, "")) for name in kept}
        # A star or full stop at the end is the writer's: WeChat's stand inside a signature.
        plain = {name: value[0].rstrip("*.") for name, value in found.items() if value}
        if all(plain.get(name) for name in needed):
            return "&".join(f"{name}={quote(plain[name], safe='=*')}" for name in kept if plain.get(name))
    return None


def _names(address: PostAddress) -> list[str]:
    return [name for name in (address.key, address.short, address.temporary) if name]


def _merged(addresses: list[PostAddress]) -> PostAddress:
    """All that is known of one post; where links differ the first is believed."""
    keyed = [address for address in addresses if address.key]
    same = [address for address in keyed if address.key == keyed[0].key]
    return replace(
        keyed[0] if keyed else addresses[0],
        sn=next((address.sn for address in same if address.sn), None),
        short=next((address.short for address in addresses if address.short), None),
        temporary=next((address.temporary for address in addresses if address.temporary), None),
    )


# ----------------------------------------------------------------------------------------------------------
# Telling what is no post

# Labels are counted and bounded, so that a long run of letters is not read again from each of its places.
_WECHAT_HOST = re.compile(_START + r"(?:[a-z0-9-]{1,63}\.){0,3}weixin\.qq\.com" + _STOP, re.I | re.A)
_SEARCH_HOST = re.compile(_START + r"weixin\.sogou\.com" + _STOP, re.I | re.A)
_ANY_LINK = re.compile(r"[a-z][a-z0-9+.-]{1,19}://\S|(?<![a-z0-9.-])www\.[a-z0-9]", re.I | re.A)
_BARE_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?:[:/?#]\S*)?", re.I | re.A)


def _kind_without_post(text: str) -> AddressKind:
    text = _unescape(text)
    host = _WECHAT_HOST.search(text)
    if host is not None:
        return _path_kind(_link_part(text, host.end(), len(text)))
    if _SEARCH_HOST.search(text):
        return "search"
    return "other" if _ANY_LINK.search(text) or _BARE_DOMAIN.fullmatch(text.strip()) else "none"


def _path_kind(tail: str) -> AddressKind:
    for _ in range(DEEPEST):
        if not _ENCODED_PATH.match(tail):
            break
        tail = _decoded_part(tail)
    parts = _PARTS.match(tail)
    path = "/".join(_steps(parts["path"])) if parts else ""
    if path == "s" or path.startswith("s/") or path == "mp/appmsg/show":
        return "cut"
    return next((kind for word, kind in PATH_KINDS if word in path), "wechat")


def _start_of(text: str) -> str:
    """How a message shows a text: its start, on one line, without secrets."""
    line = one_line(strip_secrets(text[:400])) or ""
    return line if len(line) <= 80 else line[:79] + "…"


# ----------------------------------------------------------------------------------------------------------
# Writing links

_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{0,19})://(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.I | re.A | re.S
)
_PORT = re.compile(r":\d*\Z", re.A)


def _absolute(link: str) -> str:
    if _HINT_OF_HOST.search(link):
        link = _unescape(link)
    if link.startswith("//"):
        return "https:" + link
    if link.startswith("/"):
        return f"https://{POST_HOST}{link}"
    return "https://" + link if _HOST.match(link) else link


def _host_of(authority: str) -> str:
    """The host name of an authority, lower-case, without user, password and port."""
    return _PORT.sub("", authority.rpartition("@")[2]).lower()


def _is_wechat_site(host: str) -> bool:
    return ("." + host).endswith(tuple("." + site for site in WECHAT_SITES))


# ----------------------------------------------------------------------------------------------------------
# Escapes

# Of JSON, scripts and Markdown, behind any number of backslashes: `\/`, `\x26`, `\\u0026`, `\_`.
_ESCAPE = re.compile(r"(?<!\\)\\++(?:([/_&=?#:%.~+*-])|(?:x|u00)([0-9a-f]{2}))", re.I | re.A)
_AMPERSAND = re.compile(r"&(?:amp;|#0{0,4}38;|#x0{0,4}26;)+", re.I | re.A)
_REFERENCE = re.compile(r"&#(?:0{0,4}([0-9]{2,3})|x0{0,4}([0-9a-f]{2}));", re.I | re.A)
_ESCAPED: Final = frozenset("/&=?#:%._-+~*")


def _unescape(text: str) -> str:
    """Escapes undone as far as they spell characters of a link.

    Undoing one may spell another, so it is done until nothing changes, or they are nested deeper than any
    program nests them.
    """
    for _ in range(2 * DEEPEST):
        before = text
        if "\\" in text:
            text = _ESCAPE.sub(_of_script, text)
        if "&" in text:
            text = _REFERENCE.sub(_of_markup, _AMPERSAND.sub("&", text))
        if text == before:
            break
    return text


def _of_script(escape: re.Match[str]) -> str:
    character = escape[1] or chr(int(escape[2], 16))
    return character if character in _ESCAPED else escape[0]


def _of_markup(reference: re.Match[str]) -> str:
    character = chr(int(reference[1]) if reference[1] else int(reference[2], 16))
    return character if character in _ESCAPED else reference[0]


# ----------------------------------------------------------------------------------------------------------
# Secrets

_WECHAT_SITE = re.compile(
    "(?:" + "|".join(map(re.escape, WECHAT_SITES)) + ")(?:%(?P<nested>(?:25)*)2F)?", re.I | re.A
)
_OWN_SECRET = re.compile("|".join(sorted(OWN_SECRETS)), re.I | re.A)
_SEPARATOR = re.compile(r"[?&#;]|%(?P<nested>(?:25)*)(?P<code>3F|26|23|3B)", re.I | re.A)
_NAME = re.compile(r"([A-Za-z0-9_.%-]{1,100}?)(?:=|%(?:25)*3D)", re.I | re.A)
_CODES: Final = {"3F": "?", "26": "&", "23": "#", "3B": ";"}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A separator of a query: its character, how often it is percent-encoded, and where it stands."""

    character: str
    depth: int
    start: int
    end: int


def _without_secrets(url: str) -> str:
    mentions = list(_WECHAT_SITE.finditer(url))
    # A wrapper on another site keeps its own parameters: those before the link to WeChat, or less encoded.
    since = mentions[0].start() if mentions else len(url)
    depth = min((_depth(mention["nested"]) for mention in mentions), default=0)
    marks = [*_iter_marks(url), _Mark("#", -1, len(url), len(url))]
    kept = [url[: marks[0].start]]
    opening = ""  # what opens a query or fragment whose first parameters went: the next one stands behind it
    at = 0
    while at < len(marks) - 1:
        mark = marks[at]
        segment = url[mark.end : marks[at + 1].start]
        if _is_secret(segment, ours=mark.start >= since and mark.depth >= depth):
            opening = opening or (url[mark.start : mark.end] if mark.character in "?#" else "")
            at = next(later for later in range(at + 1, len(marks)) if _ends(marks[later], mark.depth))
            if (marks[at].character, marks[at].depth) != ("&", mark.depth):
                opening = ""
        else:
            kept += (opening or url[mark.start : mark.end], segment)
            opening = ""
            at += 1
    return "".join(kept)


def _iter_marks(url: str) -> Iterator[_Mark]:
    for found in _SEPARATOR.finditer(url):
        code = found["code"]
        character, depth = (_CODES[code.upper()], _depth(found["nested"])) if code else (found[0], 0)
        yield _Mark(character, depth, found.start(), found.end())


def _depth(nested: str | None) -> int:
    """How often something is percent-encoded: ``%2F`` once, ``%252F`` twice."""
    return 0 if nested is None else 1 + len(nested) // 2


def _ends(mark: _Mark, depth: int) -> bool:
    """Whether a value of this depth ends here; what is encoded deeper belongs to the value."""
    return mark.depth < depth or (mark.depth == depth and mark.character in "&#")


def _is_secret(segment: str, *, ours: bool) -> bool:
    named = _NAME.match(segment)
    name = _decoded(named[1]).lower() if named else ""
    return name in OWN_SECRETS or (ours and name in COMMON_SECRETS)

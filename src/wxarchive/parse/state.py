"""What a page is, told by its structure before anything is parsed out of it.

Good posts contain the very words of error pages in their scripts and sometimes in their text, and error pages contain
a post's chrome. So words count only where the structure says that they are the page's message, and a page that
carries a post's content and identity is a post whatever its text says.
"""

import re
from dataclasses import dataclass
from typing import Final

from wxarchive.kinds import State
from wxarchive.parse.document import Document, node_text
from wxarchive.text import decode_entities, tidy_line

__all__ = ["Verdict", "judge", "judge_text"]

# The message frame's words → state, first match wins. Chinese and English, as the site has shown them.
_WORDS: Final[tuple[tuple[State, str], ...]] = (
    ("expired", r"链接已过期|链接已失效|link has expired|expired link"),
    ("verify", r"环境异常|完成验证|去验证|verification|abnormal environment|environment is abnormal"),
    ("too_frequent", r"访问过于频繁|操作频繁|操作过于频繁|验证身份|too (?:many|frequent)|frequently"),
    (
        "migrated",
        r"(?:帐号|账号|公众号)[^。]{0,8}(?:已迁移|已?注销|迁移)|has been (?:migrated|transferred)|account[^.]{0,20}(?:cancel|deregist|migrat)",
    ),
    (
        "complaint",
        r"投诉(?!并经)[^。]{0,12}(?:无法查看|下架|删除|违规)|被[^。]{0,6}投诉(?!并经)|侵权|complain|infring",
    ),
    (
        "hidden",
        r"(?:发布者|作者|运营者|自主)[^。]{0,10}(?:隐藏|不可见|设为私密|仅.{0,4}可见)|hidden by|set to private",
    ),
    (
        "deleted",
        r"已被(?:发布者|作者|发送者|运营者)[^。]{0,4}删除|发布者已删除|内容已删除|deleted by|has been deleted",
    ),
    (
        "violation",
        r"违规|违反|涉嫌|被责令|停止访问|屏蔽|帐号已被|账号已被|封禁|辟谣|谣言|不实信息|"
        r"violat|banned|blocked|suspended|rumou?r",
    ),
    (
        "unavailable",
        r"暂时无法查看|无法查看|发送失败|发布失败|不存在|参数错误|系统错误|unavailable|cannot be viewed|failed",
    ),
)
_MESSAGES: Final = tuple((state, re.compile(words, re.IGNORECASE)) for state, words in _WORDS)
_SCRIPTED_MESSAGE = re.compile(
    r"""(?:weui-msg__desc|weui-msg__title|qrcheck_msg|mesg-block)[\\"'>\s]{1,6}\s*([^<>\\]{4,80})""",
    re.DOTALL,
)
_POST_KINDS_WITHOUT_BODY: Final = frozenset({"5", "7", "8", "10", "11", "16", "17"})
# Identity that only a post (or a page of its account) states.
_ID_VARIABLES: Final = ("biz", "user_name", "nickname", "nick_name", "msg_title", "appuin", "bizuin")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page is; ``words`` is what the page itself says where it is no post."""

    state: State
    words: str | None = None
    target_url: str | None = None
    """The link that was wanted, where a captcha page names it."""


def judge(document: Document) -> Verdict:
    """The state of a page, by witnesses of its structure."""
    if _is_verify(document):
        target = document.error.get("target_url")
        words = _message(document) or _scripted_message(document)
        return Verdict(
            "verify", words, decode_entities(target) if isinstance(target, str) and target else None
        )
    if _is_post(document):
        return Verdict("post")
    message = _message(document)
    if message:
        return Verdict(_classify(message, default="unknown"), message)
    neighbour = _neighbour(document)
    if neighbour is not None:
        return Verdict(neighbour, document.find_text("nickname") or _title(document))
    scripted = _scripted_message(document)
    if scripted:
        return Verdict(_classify(scripted, default="unknown"), scripted)
    return Verdict("unknown", _title(document))


def judge_text(text: str) -> Verdict | None:
    """The verdict on text that is no page; None if it can be a post's text."""
    head = text[:2000]
    if re.search(r"https?://weixin\.sogou\.com/weixin\?", head):
        return Verdict("search", tidy_line(head.split("\n", 1)[0]))
    return None


def _is_verify(document: Document) -> bool:
    page = document.variables.get("PAGE_MID")
    if isinstance(page, str) and "secitptpage" in page:
        return True
    if document.url and ("wappoc_appmsgcaptcha" in document.url or "secitptpage/verify" in document.url):
        return True
    if "target_url" in document.error and not document.error.keys().isdisjoint(
        {"cap_appid", "cap_sid", "poc_sid", "poc_token"}
    ):
        return True
    return "js_verify" in document.elements and not _has_body(document)


def _has_body(document: Document) -> bool:
    """Something that only a post carries: the place of its body, or its content as data."""
    if document.cgi:
        shown = str(document.cgi.get("item_show_type", ""))
        if shown in _POST_KINDS_WITHOUT_BODY or "content_noencode" in document.cgi:
            return True
    return any(
        name in document.elements
        for name in (
            "js_content",
            "js_share_content",
            "img_list",
            "js_video_desc",
            "js_text_desc",
            "js_image_desc",
            "js_image_content",
        )
    ) or (document.tree.css_first(".rich_media_content") is not None)


def _is_post(document: Document) -> bool:
    if not _has_body(document):
        return False
    named = any(
        name in document.elements
        for name in ("js_name", "post-user", "activity-name", "activity_name", "js_share_author")
    )
    return named or bool(document.cgi) or any(document.variables.get(name) for name in _ID_VARIABLES)


def _message(document: Document) -> str | None:
    """The words of the frame that the site puts its messages in."""
    for selector in (
        ".weui-msg__text-area",
        ".weui-msg",
        ".mesg-block",
        ".page_msg",
        ".wx-error, .global_error_msg",
    ):
        node = document.tree.css_first(selector)
        words = node_text(node) if node is not None else None
        if words:
            return words
    return None


def _scripted_message(document: Document) -> str | None:
    """A message that stands only inside a script's string, to be written into the page later."""
    found = _SCRIPTED_MESSAGE.search(document.text)
    return tidy_line(found[1]) if found else None


def _classify(words: str, default: State) -> State:
    return next((state for state, pattern in _MESSAGES if pattern.search(words)), default)


def _neighbour(document: Document) -> State | None:
    """A profile, history, about, album or search page."""
    if re.search(r"\bmsgList\s*=", document.scripts) or "msgList" in document.variables:
        return "account"
    tree = document.tree
    if "js_login_ip" in document.elements or _title(document) == "关于公众号":
        return "account"
    if tree.css_first(".profile_nickname") is not None and "js_content" not in document.elements:
        return "account"
    if document.url and "appmsgalbum" in document.url:
        return "album"
    if (
        tree.css_first(
            ".album__item, .album__list, #js_album, .js_album_item, [data-album_id] .album__label-title"
        )
        is not None
    ):
        return "album"
    if "getalbum_resp" in document.text or re.search(r"\balbum_id\s*[:=]\s*['\"]\d", document.text):
        return "album"
    if tree.css_first("[uigs^=account_], [uigs^=article_], .news-list, .txt-box") is not None:
        return "search"
    if "weixin.sogou.com/weixin?" in document.text[:2000]:
        return "search"
    return None


def _title(document: Document) -> str | None:
    node = document.tree.css_first("title")
    return node_text(node) if node is not None else None

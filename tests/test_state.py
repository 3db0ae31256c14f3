"""What a page is, is told by structure: the same words mean nothing in another place."""

import pytest

from wxarchive.parse import judge, judge_text, open_document

ID = '<script>var biz = "" || "MzA5OTk5MDAwMQ=="; var mid = "2650000001"; var idx = "1"; var nickname = "河湾读书会";</script>'
TRAPS = "环境异常 该内容已被发布者删除 操作频繁 此内容因违规无法查看 链接已过期"


def state(html: str, url: str | None = None) -> str:
    return judge(open_document(html, url)).state


def test_a_post_that_speaks_of_every_error_is_a_post() -> None:
    scripts = "<script>var tips = '你的访问过于频繁'; var x = 'weui-msg__title'; verify('去验证')</script>"
    assert state(f"{ID}{scripts}<div id='js_content'><p>{TRAPS}</p></div>") == "post"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("该内容已被发布者删除", "deleted"),
        ("The content has been deleted by the author.", "deleted"),
        ("此内容因违规无法查看", "violation"),
        ("此内容因违规无法查看 由用户投诉并经平台审核，涉嫌过度营销，查看对应规则", "violation"),
        ("此内容被投诉且经审核涉嫌侵权，无法查看。", "complaint"),
        ("该内容已被作者隐藏", "hidden"),
        ("该公众号已迁移", "migrated"),
        ("该帐号已注销，内容无法查看", "migrated"),
        ("链接已过期", "expired"),
        ("参数错误", "unavailable"),
        ("该内容暂时无法查看", "unavailable"),
    ],
)
def test_the_message_frame_is_told_by_its_words(words: str, expected: str) -> None:
    chrome = "<div>赞 在看 分享 留言 收藏</div>"
    frame = f"<div class='weui-msg'><div class='weui-msg__text-area'><h2 class='weui-msg__title'>{words}</h2></div></div>"
    verdict = judge(open_document(chrome + frame))
    assert (verdict.state, verdict.words) == (expected, words)
    assert state(f"<div class='panel'><div class='mesg-block'><p>{words}</p></div></div>") == expected


def test_a_captcha_page_names_the_link_that_was_wanted() -> None:
    page = (
        "<script>var PAGE_MID='mmbizwap:secitptpage/verify.html';</script>"
        "<script>window.cgiData = { target_url : 'https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv', cap_sid: '1' }</script>"
        "<a id='js_verify'>去验证</a>"
    )
    verdict = judge(open_document(page))
    assert (verdict.state, verdict.target_url) == (
        "verify",
        "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv",
    )


def test_a_captcha_page_without_visible_text_is_one() -> None:
    assert state("<script>var PAGE_MID = 'mmbizwap:secitptpage/verify.html'</script><div></div>") == "verify"
    assert state("<div></div>", "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x") == "verify"


def test_too_frequent_may_stand_only_in_a_script() -> None:
    script = """<script>document.write('<div class="qrcheck_msg">访问过于频繁，请用微信扫描二维码进行访问</div>')</script>"""
    assert state(f"<html><body>{script}</body></html>") == "too_frequent"


def test_an_accounts_history_is_an_account_even_when_empty() -> None:
    script = "<script>var nickname = '河湾读书会'; var msgList = '{&quot;list&quot;:[]}';</script>"
    assert state(f"<html><body>{script}<strong id='nickname'>河湾读书会</strong></body></html>") == "account"


def test_half_a_page_and_no_page_are_unknown_or_less() -> None:
    assert state("<html><head><title>题") == "unknown"
    assert state("") == "unknown"


def test_a_search_engines_links_are_a_search() -> None:
    verdict = judge_text("https://weixin.sogou.com/weixin?type=1&query=python")
    assert verdict is not None
    assert verdict.state == "search"
    assert judge_text("今天说说搜狗微信搜索。") is None

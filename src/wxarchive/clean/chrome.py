"""The platform's own words around a post, as tag strippers and converters leave them in a text dump.

One table of words, and one measure: an interface ends a dump, as lines or glued into one, and its words cover nearly
all of that end. A post that speaks of 微信扫一扫 speaks of it in sentences, which they do not cover.
"""

import re
from typing import Final

__all__ = ["INTERFACE", "find_interface", "is_interface_line"]

# Words that only the interface uses: an interface begins with one of these.
_SURE: Final = (
    r"预览时标签不可点 \d+\s*篇原创内容 微信扫一扫\s*关注该公众号 微信扫一扫\s*使用小程序 "
    r"微信扫一扫可打开此内容[，,]?\s*使用完整服务 继续滑动看下一个 向上滑动看下一个 轻触阅读原文"
    r" ，?轻点两下取消(?:在看|赞|"
    r"推荐) 轻点两下打开表情键盘 轻点两下选择图片 已?同步到看一看 写下你的(?:想法|"
    r"评论) 前往[“\"]?发现[”\"]?-[“\"]?看一看[”\"]?浏览[“\"]?朋友在看[”\"]?"
    r" 前往看一看 看一看入口已关闭 "
    r"在[“\"]?设置[”\"]?-[“\"]?通用[”\"]?-[“\"]?发现页管理[”\"]?打开[“\"]?看一看[”\"]?入口 "
    r"发送到看一看 最多\d+字[，,]当前共\d*字"
    r" 已发送(?:发送中)? 发送中 收录于(?:话题|合集|"
    r"专辑)(?:\s*#)? 喜欢此内容的人还喜欢 不看的原因 内容(?:质量低|"
    r"低质) 不看此公众号(?:内容)? 长按识别前往小程序 微信版本过低"
    r" 当前微信版本不支持该功能[，,]请升级至最新版本。? 确定删除回复吗[？?] 名称已清空 (?:微信扫一扫)"
    r"?赞赏作者 (?:已)?喜欢作者 其[它他]金额 赞赏后展示我的头像 最低赞赏\s*¥?\d* 更多赞赏金额"
    r" ¥?01234567890\.? 1234567890\. 暂无(?:作品|文章|留言|评论) \d+\s*条?(?:留言|"
    r"评论) 已无更多数据 选择留言身份 可在「公众号\s*>\s*右上角\s*>?\s*>\s*划线」找到划线过的内容"
    r" 的内容会推荐给朋友和关注你的人 对关注你的人展示公众号身份 确认提交投诉 "
    r"你可以补充投诉原因（选填） 当前内容可能存在未经审核的第三方商业营销信息[，,]请确认是否继续访问。?"
    r" 微信公众平台广告规范指引 调整当前正文文字大小 "
    r"此设置仅对当前内容生效[，,]如需全局调整[，,]请前往微信系统设置 搜索「」网络结果 在(?:公众号)"
    r"?小说(?:阅读器)?(?:中)?(?:沉浸阅读|读本章)"
    r" 受苹果公司新规定影响[，,]微信\s*iOS\s*版的赞赏功能被关闭[，,]可通过二维码转账支持公众号。? "
    r"长按二维码向我转账 人赞赏 上一页\s*\[?\d?\]?(?:\(javascript:[^)]*\))?/\d\s*下一页 "
    r"对作者说句悄悄话"
    r" 发送给作者 赞赏二维码 作者提示[:：]\s*(?:个人观点[，,]仅供参考|"
    r"内容[^\s]{0,16}) 内容含AI生成(?:图片|"
    r"内容) 文章已于\s*\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?\s*(?:\d\d:\d\d)?修改 修改于"
    r" 阅读\s*\d+万?\+? 查看更多相关内容 以上推荐为优质及原创文章 跳转二维码 作者头像 "
    r"以上留言由公众号筛选后显示 精选留言 \[?javascript:(?:;|"
    r"void\\?\(0\\?\);?)\]? 朋友会在[“\"]发现-看一看[”\"]看到你[“\"]在看[”\"]的内容"
    r" 了解留言功能详情 留言功能(?:未开启|"
    r"已关闭) 该公众号已被作者设置 已关注公众号 长按识别二维码关注该公众号 "
    r"视频加载失败[，,]请刷新页面再试 当前浏览器不支持播放音乐或语音[，,]请在微信或其他浏览器中播放"
    r" 退出全屏 切换到竖屏全屏 切换到横屏模式 继续播放 进度条[，,]百分之\d+ 倍速播放中 全屏播放 "
    r"您的浏览器不支持\s*video\s*标签 观看更多 关闭观看更多更多"
    r" scan\s*to\s*follow scan\s*(?:qr\s*code\s*)?with\s*weixin\s*to\s*use\s*this\s*mini\s*program "
    r"name\s*cleared give\s*author (?:like|"
    r"likethe)\s*the?\s*author other\s*amount table\s*of\s*contents no\s*more\s*data comment\s*as"
    r" send\s*message people\s*who\s*liked\s*this\s*content\s*also\s*liked "
    r"scan\s*qr\s*code\s*via\s*wechat to\s*follow\s*official\s*account double\s*tap\s*to\s*\S+ "
    r"swipe\s*up\s*to\s*(?:next|view\s*more) continue\s*swiping"
    r" tap\s*to\s*view\s*(?:the\s*)?original modified\s*on send\s*to\s*top\s*stories"
)
# Words it shares with everyone: they continue an interface and do not begin one.
_SHARED: Final = (
    r"微信扫一扫 关注该公众号 使用小程序 使用完整服务 阅读原文 知道了 我知道了 取消 允许 确定 返回 "
    r"关闭 更多 发送 发消息 写留言 留言 分享 收藏 在看 点赞 赞 听过 视频 小程序 分析 上一篇 下一篇 目录"
    r" 作品 文章 赞赏 喜欢 不喜欢 投诉 去阅读 已喜欢 已关注 关注 相关阅读 更多文章 正在加载 前往更新 "
    r"删除 我关注的号 公众号 表情 展开 收起 朋友在看 看一看 推荐 阅读 网络结果 搜一搜 × 个 # 图片"
    r" 如有帮助[，,]请随意打赏。? 您的支持[，,]我的动力 继续访问 举报 复制 翻译 暂无 提交 评论 精选 "
    r"播放 暂停 重播 全屏 倍速 \d{1,2}:\d\d(?:/\d{1,2}:\d\d)? \d+% 广告 直播 \.\.\. 原创 话题 合集"
    r" got\s*it cancel allow close more ok back previous next comments? like wow share boost favorite "
    r"video mini\s*program loading(?:\.{3})? details follow(?:ed|"
    r"ing)? replay refresh views? reward official\s*account"
    r" posted read\s*more video\s*details send cancel no yes \d+\s*comment(?:s|\(s\))? top\s*stories"
)


def _alternation(words: str) -> str:
    return "|".join(sorted((word for word in words.split(" ") if word), key=len, reverse=True))


# "A\s*B" holds no space: words of the tables are set apart by one space.
_SURE_WORDS: Final = _alternation(_SURE)
_SHARED_WORDS: Final = _alternation(_SHARED)
INTERFACE: Final = re.compile(
    rf"(?P<sure>{_SURE_WORDS})|(?P<shared>{_SHARED_WORDS})|(?P<blank>[\s：:，,。.;；、*_#|"
    r"×>\-\[\]()\\¥!/~\u200b-\u200f·]+)",
    re.IGNORECASE,
)
_CHARACTERS: Final = frozenset(
    _SURE
    + _SHARED
    + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ：:，,。.;；、*_#|×>-[]()\\¥!/~·"
    + "".join(map(chr, range(0x200B, 0x2010)))
    + "".join(filter(str.isspace, map(chr, range(0x3001))))
)
"""All that words of the interface are written with: a line with any other character is none of them."""
_FREE: Final = re.compile("作者提示|tap", re.IGNORECASE)
"""Words that any others may follow."""
_SENTENCE_END: Final = re.compile(r"[。！？!?…~～”」）)\n♪☀-➿\U0001f000-\U0001faff→↓]\s*$")

_URL: Final = re.compile(r"<?(?:from[:：]\s*)?https?://[^\s\u4e00-\u9fff]+", re.IGNORECASE)
_LONG_RUN: Final = 90
_LINE_MOST: Final = 14
_RUN_MOST: Final = 30
_STOP: Final = -120
_MOST: Final = 8_000
"""No interface is longer."""


def is_interface_line(text: str, *, shared: bool = False) -> bool:
    """Whether a line holds words of the interface and nothing else; ``shared`` admits those it shares with everyone."""
    if not _CHARACTERS.issuperset(text) and not _FREE.search(text):
        return False
    at, words = 0, 0
    while at < len(text):
        found = INTERFACE.match(text, at)
        if found is None or (found.lastgroup == "shared" and not shared):
            return False
        at = found.end()
        words += found.lastgroup != "blank"
    return at == len(text) and words > 0


def find_interface(text: str) -> int | None:
    """Where the interface at the end of a dump begins; None if the dump does not end with one.

    Read from the end: words of the interface count for it, what stands between them against it (a foreign line,
    the title of another post say, at most so much); the place where the balance is best is the beginning.
    """
    skipped = max(len(text) - _MOST, 0)
    text = text[skipped:]
    text = _URL.sub(lambda found: "\u200b" * len(found[0]), text)
    pieces: list[tuple[int, int, str]] = []
    at = 0
    for found in INTERFACE.finditer(text):
        if found.start() > at:
            pieces.append((at, found.start(), "foreign"))
        pieces.append((found.start(), found.end(), found.lastgroup or "blank"))
        at = found.end()
    if at < len(text):
        pieces.append((at, len(text), "foreign"))
    score, best, begin = 0, 0, None
    sure = False
    for start, end, sort in reversed(pieces):
        if sort == "sure":
            score += 4 + (end - start)
            sure = True
        elif sort == "shared":
            score += end - start
        elif sort == "foreign":
            score -= _cost(text, start, end)
        if score < best + _STOP:
            break
        if (sort == "sure" and score > best) or (
            sort == "shared" and score > best and sure and _opens(text, start)
        ):
            best, begin = score, start
    return None if begin is None else begin + skipped


def _cost(text: str, start: int, end: int) -> int:
    """What foreign words cost: a line of its own or a short run less than a sentence, an address little."""
    words = text[start:end].strip()
    if len(words) > _LONG_RUN or "。" in words:
        return len(words) * 2
    alone = start == 0 or text[start - 1] == "\n"
    return min(len(words), _LINE_MOST if alone else _RUN_MOST)


def _opens(text: str, start: int) -> bool:
    """Whether a shared word at ``start`` may begin the interface: not in the middle of a sentence."""
    before = text[max(start - 40, 0) : start]
    return not before or bool(_SENTENCE_END.search(before))

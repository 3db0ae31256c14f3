"""What furniture says: one rule a row, as data.

A rule is matched against a line's key (see :mod:`wxarchive.clean.lines`): no space, no quotation marks, no emoji,
full-width marks as ASCII (``：`` is ``:``, ``，`` is ``,``; the Chinese full stop stays). ``weight`` is how strongly
the wording alone speaks for furniture; where the line stands, what stands beside it and how much of it the wording
leaves over decide together with it; alone, a weak rule (under 2) takes no more than a short line at the very edge.

To add one: give it an id, ``label.what-it-asks``, a pattern for what people write rather than for one page's string,
an example that it must hit, and the counter-example nearest to it that must stay. A test runs both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

__all__ = ["FENCES", "LABELS", "NAME_RULES", "OTHER_REASONS", "RULES", "Fence", "Label", "Rule"]

Label = Literal[
    "qr-prompt",
    "follow-prompt",
    "share-prompt",
    "read-original",
    "related-links",
    "account-intro",
    "contact",
    "notice",
    "ad",
    "credit",
    "ornament",
    "meta",
    "chrome",
]
LABELS: Final[tuple[Label, ...]] = get_args(Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One wording of furniture."""

    id: str
    label: Label
    cues: str
    """Words, set apart by spaces, in lower case: the rule is tried only on lines that hold one of them."""
    pattern: str
    """A regular expression over a line's key."""
    weight: float
    """How much the wording alone says: 3 settles a short line, 2 needs an edge of the post, 1 the very edge or company."""
    alone: bool = False
    """Whether it may take a short line out of the middle of a body."""
    leads: bool = False
    """Whether it stands at the head of a line that is all of its kind (``免责声明：…``): nothing of it is left over."""
    own: bool = True
    """False for wording that notices and event posts need too (telephone, address, price): only for company."""
    example: str
    counter_example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A heading behind which furniture stands."""

    id: str
    label: Label
    pattern: str
    """Over the whole key of a line."""
    lines: int
    """At most so many lines belong to it."""
    length: int
    """Each of at most so many characters."""
    example: str
    counter_example: str


_CODE = "(?:二维码|小程序码|太阳码|维码)"
_SET = "(?:公众号|公号|订阅号|服务号|视频号|公众平台|微信号|本号|本公号|官微)"
_PEOPLE = "(?:大家|各位|朋友们?|小伙伴们?|亲们?|你们?|您|读者|粉丝|老师们?|同学们?|家长们?|全体)"
_FOLLOW = "(?:关注(?!度|者|点|到|的是)|订阅(?!号|者|量|消息)|星标|置顶)"
_LIKE = (
    "(?:点赞|赞|在看|再看|好看|转发|转|分享|收藏|留言|评论|关注|打赏|赞赏|投币|喜欢|推荐|星标|转评赞|"
    "支持|小心心|爱心|加星|订阅|扩散)"
)
_WHERE = "(?:上方|下方|上面|下面|上边|下边|顶部|底部|文首|文末|文章|标题|左上角?|右上角?|左下角?|右下角?)"

RULES: Final[tuple[Rule, ...]] = (
    # -- asks to scan ---------------------------------------------------------------------------------------------
    Rule(
        id="qr.long-press",
        label="qr-prompt",
        cues="长按 长摁 常按 长点 长安 按住",
        pattern=(
            r"(?:长按|长摁|常按|长点|长安|按住)[^。]{0,12}?(?:二维码|小程序码|维码|图片|下图|上图|图中|"
            r"识别|关注|扫描|扫码|名片|加群|添加|订阅|海报|扫一扫)"
        ),
        weight=3,
        alone=True,
        example="长按图片，识别二维码关注我们",
        counter_example="长按电源键五秒，听到提示音后松开即可重新启动。",
    ),
    Rule(
        id="qr.scan-code",
        label="qr-prompt",
        cues="码",
        pattern=(
            r"(?:扫描?|扫一扫|扫下|扫上|识别|微信扫|轻扫|戳|长按)(?!了|着|过|"
            rf"出)[^。,]{{0,12}}?{_CODE}(?:$|[^。]{{0,8}}(?:关注|加|进|入|获取|领|了解|订阅|打赏|联系|"
            r"咨询|报名|阅读|查看|下载|购|互动|赞))?"
        ),
        weight=3,
        example="扫描下方二维码加入读者群",
        counter_example="按照新规，商户应当在收银台张贴收款二维码，不得拒收现金。",
    ),
    Rule(
        id="qr.scan-act",
        label="qr-prompt",
        cues="扫",
        pattern=(
            r"(?:扫码|扫一扫|扫二维码|微扫|扫我|扫图)(?:即可|可|立即|马上|快速|免费|上方|下方|左侧|"
            r"右侧|直接|一键|进入|来|,|/|搜索?|下图|图中|微信|就能|去)*[^。]{0,6}?(?:关注|添加|加(?:我|"
            r"入|群|小|微|好友|客服)|进(?:群|入)|入群|领|获取|回复|咨询|订阅|报名|了解|下载|查看|阅读|"
            r"购买|观看|收听|打赏|体验|参与|联系|看更多)"
        ),
        weight=3,
        example="扫码添加小助手，备注进群",
        counter_example="老人不会用手机扫码，工作人员便一个一个替他们登记。",
    ),
    Rule(
        id="qr.code-beside",
        label="qr-prompt",
        cues="码",
        pattern=rf"(?:上|下|左|右)(?:方|面|图|侧)?(?:的)?{_CODE}|{_CODE}(?:如下|在此|见下)",
        weight=2,
        example="请留意下方二维码",
        counter_example="二维码的容错率分为四级，最高一级可以遮住三成。",
    ),
    Rule(
        id="qr.or-search",
        label="qr-prompt",
        cues="扫",
        pattern=r"(?:扫码|扫一扫|扫描)(?:/|或|或者|、)(?:搜索?|微信|公众号|添加|加)",
        weight=2,
        example="扫码或搜索 xiaochengmandu",
        counter_example="进园可以扫码，也可以刷身份证。",
    ),
    Rule(
        id="qr.bare",
        label="qr-prompt",
        cues="扫 二维码",
        pattern=r"^(?:微信|用微信|请)?(?:扫一扫|扫码|扫我|识别二维码|二维码|扫扫我)[^,。]{0,8}$",
        weight=2,
        example="微信扫一扫",
        counter_example="扫码支付在这座县城的集市上早已不是新鲜事。",
    ),
    # -- what speaks against furniture -----------------------------------------------------------------------------
    Rule(
        id="keep.how-to-get",
        label="meta",
        cues="方式 方法 地址 流程 步骤 途径 渠道 入口",
        pattern=(
            r"^[^,。]{0,16}(?:获取|下载|领取|申请|查询|参与|报名|办理|购买|预约|挂号|购票|缴费|抽奖|"
            r"参加|申报|认证|激活|兑换)(?:方式|方法|地址|流程|步骤|途径|渠道|入口)[:]"
        ),
        weight=-4,
        example="软件获取方式：关注本号，在后台回复 0110",
        counter_example="她说话的方式很像她的母亲。",
    ),
    Rule(
        id="keep.step",
        label="meta",
        cues="第 步骤 step",
        pattern=r"^(?:第[一二三四五六七八九十\d]步|步骤[一二三四五六七八九十\d]|step\d)",
        weight=-4,
        example="第二步：转发本推送至朋友圈",
        counter_example="走到第二座桥，雨就停了。",
    ),
    Rule(
        id="keep.signed",
        label="meta",
        cues="年 20 申请人 此致 敬礼 特此",
        pattern=(
            r"^(?:.{0,8}20\d\d[-/.]\d{1,2}[-/.]\d{1,2}|"
            r"[\d〇零一二三四五六七八九十]{2,4}年[\d〇零一二三四五六七八九十]{1,3}月[\d〇零一二三四五六"
            r"七八九十]{1,3}日|申请人[:].{2,20}|此致|敬礼|特此(?:公告|通知|声明|通告|函告)[^,]{0,6})$"
        ),
        weight=-3,
        example="2021年3月4日",
        counter_example="2021年的春天来得很晚。",
    ),
    # -- asks to follow -------------------------------------------------------------------------------------------
    Rule(
        id="follow.click-above",
        label="follow-prompt",
        cues="点 戳 按",
        pattern=(
            rf"(?:点击?|点一点|戳|猛戳|轻点|点开|按|快点)(?:这里|此处|一下|本文|↑|!|的|,)*(?:{_WHERE}|"
            rf"蓝字|蓝色|兰字|名片|卡片|头像|我们|公众号)(?:[^。]{{0,14}}?(?:关注|订阅|星标|蓝字|"
            rf"蓝色字|加入|置顶|名片|卡片|公众号)|的?《[^》]{{1,16}}》即可)"
        ),
        weight=3,
        alone=True,
        example="点击上方蓝字，关注我们",
        counter_example="点击上方的“保存”按钮，表格会自动存入默认文件夹。",
    ),
    Rule(
        id="follow.click-set",
        label="follow-prompt",
        cues="关注 订阅 蓝",
        pattern=(
            rf"(?:点击|点一点|点上方|轻点|戳)(?:即可|一下|,)*{_FOLLOW}|点?关注[^。,]{{0,6}}(?:蓝字|"
            rf"上方)|蓝(?:色)?(?:小)?字[^。]{{0,4}}(?:关注|订阅)|点(?:个|一个|亮|下)(?:免费的?)?关注"
        ),
        weight=3,
        alone=True,
        example="点个关注再走吧",
        counter_example="这个问题长期得不到关注，直到去年才有人提起。",
    ),
    Rule(
        id="follow.us",
        label="follow-prompt",
        cues="关注 订阅 星标 置顶",
        pattern=(
            r"(?:关注|订阅|星标|置顶)(?:一下|下|并)?(?:我们|(?:本|此|该|这个|我的|我们的|微信|官方|"
            rf"个人)*{_SET}|本平台|本微信|官方微信|小编|我[吧哦呀,!]|我$|作者)"
        ),
        weight=3,
        alone=True,
        example="关注我们，每天多懂一点点",
        counter_example="会议要求各地持续关注重点人群的就业状况。",
    ),
    Rule(
        id="follow.invite",
        label="follow-prompt",
        cues="关注 订阅 星标 置顶",
        pattern=(
            r"(?:欢迎|敬请|恳请|记得|别忘了?|不要忘记|快来|赶快|赶紧|立即|马上|不妨|还不|强烈推荐|"
            rf"建议|求|请|诚邀)(?:{_PEOPLE}|持续|继续|多多|长期|点个?|点击|长按|扫码|来|去|"
            rf"再|也|的|微信|搜索|先|,|收藏|转发|/|、|加|一下|们)*{_FOLLOW}"
        ),
        weight=2.5,
        example="欢迎大家多多关注",
        counter_example="气象台提醒，未来三天雷雨频繁，出行前请留意最新预报。",
    ),
    Rule(
        id="follow.star",
        label="follow-prompt",
        cues="星标 置顶",
        pattern=(
            r"(?:设|加|标|打|添|点)(?:为|成|个|上|置|亮|了)?(?:我们|本号|公众号|个|,)*(?:星标|置顶)|"
            r"星标(?:我们|本号|公众号|一下|我|\+|,|关注|置顶|收藏|$)|置顶(?:我们|本号|公众号|,|$)"
        ),
        weight=2.5,
        example="把我们设为星标，更新不再错过",
        counter_example="酒店大堂里挂着一块写有四个星标的旧木牌。",
    ),
    Rule(
        id="follow.account",
        label="follow-prompt",
        cues="公众号 公号 订阅号 服务号 视频号 公众平台 微信号 本号 官微",
        pattern=(
            rf"(?:关注|订阅|搜索|搜一搜|添加|收听)[^。,]{{0,16}}{_SET}|{_SET}[^。,]{{0,10}}(?:搜索|"
            rf"关注|欢迎)|尽在[^。,]{{0,8}}{_SET}"
        ),
        weight=2.5,
        example="更多精彩尽在微信公众号：小城慢读",
        counter_example="他在公众号上写了七年，读者多是同乡。",
    ),
    Rule(
        id="follow.opening",
        label="follow-prompt",
        cues="关注 订阅 星标 置顶",
        pattern=rf"^(?:请|快|来|点|长按|扫码|赶紧|速|并)?{_FOLLOW}[^。,:]{{1,16}}(?:,[^。]{{2,24}})?[!。~]?$",
        weight=1.2,
        example="关注小城慢读，一起慢慢变好",
        counter_example="关注孩子的情绪，不等于事事都顺着他们，这中间有一条不容易看见却一直都在的线。",
    ),
    Rule(
        id="follow.more",
        label="follow-prompt",
        cues="更多 最新 每天 每日 海量 全部 独家 获取 了解 获得 第一手",
        pattern=(
            r"(?:更多|最新|每天|每日|海量|全部|独家|获取|了解|获得|第一手)(?:更多|精彩|内容|资讯|信息|"
            r"干货|好文|文章|福利|动态|新闻|视频|活动|故事|知识|优质|实用|有趣|原创|深度|惊喜|美食|"
            r"行业|的|,|、|和|与|相关)*[^。]{0,10}?(?:请|敬请|尽在|都在|就在|欢迎|点击|戳|关注|扫码|"
            r"长按|加入|持续|等你)"
        ),
        weight=2,
        example="更多精彩内容，敬请期待",
        counter_example="更多的人选择留下来，把房子修好，把地重新种上。",
    ),
    Rule(
        id="follow.more-bare",
        label="follow-prompt",
        cues="更多",
        pattern=(
            r"^(?:获取|了解|获得|查看|发现|阅读|收看|欣赏)?更多(?:的)?(?:精彩|内容|资讯|信息|干货|好文|"
            r"文章|福利|动态|新闻|视频|活动|故事|原创|美食|惊喜|往期|相关|行业|$)[^。]{0,10}$"
        ),
        weight=1.2,
        example="更多精彩内容",
        counter_example="更多细节仍在核实，我们会在明天的报道里补上。",
    ),
    Rule(
        id="follow.lost",
        label="follow-prompt",
        cues="失联 走失 走丢 迷路 不错过 不再错过 找不到我们 备用号 小号",
        pattern=(
            r"防(?:止)?(?:失联|走失|走丢|迷路)|预防失联|(?:才|就|以免|避免|永|再也)?不(?:会|"
            r"再)?(?:迷路|走失|失联|走丢)|不(?:再)?错过(?:每|任何|精彩|更新|推送|好文|我们)|找不到我们|"
            r"备用号|关注.{0,6}小号"
        ),
        weight=2,
        example="为防失联，请加备用号",
        counter_example="他在山里走了两天，靠着太阳才没有走错方向。",
    ),
    Rule(
        id="follow.push",
        label="follow-prompt",
        cues="推送 规则 机制 算法 收不到 第一时间 及时 按时 准时 每天",
        pattern=(
            r"(?:推送|公众号|微信)(?:的)?(?:规则|机制|算法)[^。]{0,6}(?:改|变|调整|更)|(?:改|更改|调整|"
            r"改变|修改)[^。]{0,4}推送(?:规则|机制)|(?:修改|更改|调整|改变|改)了?(?:推送)?(?:规则|机制|"
            r"算法)|收不到[^。]{0,14}(?:推送|更新|文章|消息)|乱序推送|(?:第一时间|及时|按时|准时|"
            r"每天)[^。,]{0,4}(?:收到|看到|接收|获取|获得|了解|读到|知道|掌握|知晓)[^。,]{0,10}(?:推送|"
            r"更新|文章|资讯|消息|内容|动态|好文|优惠|福利)"
        ),
        weight=2.5,
        example="公众号改了推送规则，常点在看才能及时收到我们的更新",
        counter_example="村里通了网，他每天傍晚在手机上看一会儿新闻。",
    ),
    Rule(
        id="follow.reply",
        label="follow-prompt",
        cues="回复 发送 输入 留言",
        pattern=(
            rf"(?:{_SET}|后台|对话框|聊天框|私信|菜单栏?|给我们|本账号)(?:里|中|聊天窗口|内|"
            rf"后台)*(?:发送|回复|输入|留言)[^。]{{0,14}}|回复(?:关键[词字]|数字|暗号|口令|\d+|"
            rf"[A-Za-z]+)[^。]{{0,12}}(?:获取|领取|查看|下载|进群|即可|可得|入群)"
        ),
        weight=2,
        example="在后台回复“春耕”，领取全套资料",
        counter_example="客服在四小时后回复说，退款会在三个工作日内到账。",
    ),
    # -- asks to like, share, comment, tip ------------------------------------------------------------------------
    Rule(
        id="share.ring",
        label="share-prompt",
        cues="赞 转 在看 再看 好看 分享 收藏 留言 评论 关注 打赏 投币 喜欢 推荐 星标 支持 小心心 爱心 加星 订阅 扩散",
        pattern=(
            rf"(?:点个?|点亮|来个|求)?{_LIKE}(?:一下)?(?:[、,+&和与并或|/.·及\-]|,?(?:点个?|点亮|求|"
            rf"来个|顺手|顺便|随手|再|欢迎)|按钮)+{_LIKE}"
        ),
        weight=2.5,
        example="点赞、在看、转发，三样都要",
        counter_example="各班组轮流分享经验，评出一等奖两名。",
    ),
    Rule(
        id="share.like",
        label="share-prompt",
        cues="点",
        pattern=(
            r"点(?:个|一?下|击|亮|一个|颗|了|点)(?:文末|下方|右下角|底部|文章|本文|的|大大的|小|这个|"
            r",)*(?:赞|在看|再看|好看|小心心|大拇指|爱心|推荐|喜欢|收藏)"
        ),
        weight=3,
        alone=True,
        example="觉得好看，请点个在看",
        counter_example="网友纷纷为这位司机点赞，说他做了一件了不起的小事。",
    ),
    Rule(
        id="share.ask",
        label="share-prompt",
        cues="赞 在看 转发 扩散 分享 三连 打赏",
        pattern=(
            r"(?:求|请|欢迎|记得|给(?:我|个|小编)|帮忙|顺手|随手|动动(?:你|您)?的?(?:小)?手指?|不妨|"
            rf"觉得好就|麻烦|恳请)(?:{_PEOPLE}|多多|帮|我|点|个|一个|下|把|本文|广为|积极|踊跃|,|"
            r"来)*(?:赞一?下|点赞|求赞|在看|转发|扩散|分享|三连|打赏|赞赏)"
        ),
        weight=2.5,
        example="欢迎大家转发分享",
        counter_example="他把这门手艺分享给了村里愿意学的年轻人。",
    ),
    Rule(
        id="share.finger",
        label="share-prompt",
        cues="动动 点赞 随手 call 收藏 马住 码住 扩散 在看 转发 分享 关注 赞赏 喜欢",
        pattern=(
            r"动动(?:你|您)?的?小?手指?|点赞(?:不如|加|并|不忘)(?:分享|转发|关注)|随手(?:转发|分享|点)|"
            r"打call|先(?:收藏|马住|码住)|建议收藏|(?:转发|分享)[!,]?扩散|扩散(?:一下|周知)|点在看|"
            r"(?:您|你|大家)的?(?:每一次|每个|每一个|一次|每次)?(?:点赞|在看|转发|分享|关注)|(?:在看|"
            r"点赞|分享|转发|赞赏|喜欢)[,]?(?:都)?是(?:一种|最好的)"
        ),
        weight=1.8,
        example="动动小手指，让更多人看到",
        counter_example="他的手指在琴键上停了很久。",
    ),
    Rule(
        id="share.triple",
        label="share-prompt",
        cues="三连 转评赞 求 是一种 转起来",
        pattern=(
            r"(?:一键|素质|点赞|来个|求|给个)三连|三连(?:支持|走起|一下|吧|哦|$)|转评赞|求(?:赞|扩散|"
            r"转发|关注|在看)|(?:转发|分享)是一种(?:美德|动力)|转起来"
        ),
        weight=3,
        example="看到这里，不如来个三连",
        counter_example="球队主场三连胜，排名升到第四。",
    ),
    Rule(
        id="share.moments",
        label="share-prompt",
        cues="分享 转 推荐 扩散 告诉",
        pattern=(
            r"(?:分享|转发|转|推荐|扩散|告诉|转载|转告)(?:给|到|至|出去|让|一下|本文|此文|这篇|文章|你|"
            r"您|的|微信|身边|自己|们)*(?:更多(?:的)?(?:人|朋友|小伙伴)|朋友圈|好友|朋友|家人|小伙伴|"
            r"亲友|同事|需要的|有需要|微信群|群里|大家看)|(?:转发|扩散)(?:周知|出去|提醒|告知|收藏)"
        ),
        weight=2,
        example="把它分享给身边需要的人",
        counter_example="他把这批书转给了邻村的小学，一本也没有留。",
    ),
    Rule(
        id="share.comment",
        label="share-prompt",
        cues="评论 留言 互动区 讨论 拍砖 斧正 指正 补充 探讨 交流 说说 聊聊",
        pattern=(
            r"(?:评论区|留言区|评论|留言|互动区)(?:里|中|区|处|下方|一起|来|,)*(?:告诉|分享|说说|聊聊|"
            r"讨论|参与|互动|交流|写下|留下|给我|跟我|和我|与我|见|哦|吧|呀|~|!|$)|(?:欢迎|期待|请|"
            rf"不妨|快来|记得){_PEOPLE}?(?:在|到|去|来|于|的|也|积极|踊跃|多多|文末|下方|底部|文章|"
            r"后台|评论区|留言区|,)*(?:留言|评论|讨论|拍砖|斧正|指正|补充|探讨|交流|说说|聊聊)|"
            rf"欢迎{_PEOPLE}?(?:在|到|去|来|踊跃|积极|,)*(?:评论区|留言区|评论|留言)(?:里|中|"
            r"区)?(?:分享|晒|告诉)"
        ),
        weight=2,
        example="你怎么看？欢迎在评论区留言",
        counter_example="评论认为，这份年报里真正值得留意的是现金流。",
    ),
    Rule(
        id="share.useful",
        label="share-prompt",
        cues="觉得 认为 感觉 喜欢 爱看 对你有 对您有 对大家有",
        pattern=(
            r"(?:觉得|认为|感觉|如果喜欢|如果你?也?喜欢|喜欢|爱看)(?:本文|文章|这篇|内容|我们|我|写得|"
            r"写的|今天|还|很|挺|对|你|您|有|点|是|的|本期|好|分享)*(?:不错|有用|好看|有帮助|有启发|"
            r"有收获|有意思|有道理|还行|值得|精彩|喜欢|有所|就|的话|请|文章|本文|这篇|内容)[^,。]{0,4}|"
            r"对(?:你|您|大家)有(?:所|些|一点|一定|用)?(?:的)?(?:帮助|启发|收获|用|价值)?"
        ),
        weight=1.2,
        example="如果觉得这篇对你有所启发",
        counter_example="乡亲们觉得这口井水好，几十年都喝它。",
    ),
    Rule(
        id="share.support",
        label="share-prompt",
        cues="支持 鼓励 认可 点赞 转发 分享 关注 打赏 在看 赞 不易 不容易 动力",
        pattern=(
            rf"(?:{_PEOPLE})的?(?:支持|鼓励|认可|点赞|转发|分享|关注|打赏|在看|赞|"
            rf"一个赞)[^,。]{{0,6}}(?:是|就是|对|让|将|会|,|!|~|$)|(?:是|给)(?:对)?(?:我|我们|小编|"
            rf"作者)(?:们)?(?:的|最大|最好|继续|更新|前进|创作|坚持|码字|一点)+[^,。]{{0,4}}(?:支持|"
            r"动力|鼓励|认可)|(?:码字|原创|写作|创作|更文|制作|整理|编辑|翻译|排版)(?:实属)?(?:不易|"
            r"不容易)"
        ),
        weight=1.8,
        example="您的支持是我们最大的动力",
        counter_example="家里人的支持让他在工地上熬过了最难的那个冬天。",
    ),
    Rule(
        id="share.reward",
        label="share-prompt",
        cues="打赏 赞赏 赏 铜板 鸡腿 咖啡钱 辛苦费 喜欢作者 请我 请小编 请作者",
        pattern=(
            r"打赏|赞赏(?:码|一下|作者|支持|二维码|功能)|赏(?:个|点|杯|口|脸)|铜板|鸡腿|咖啡钱|辛苦费|"
            r"喜欢作者|请(?:我|小编|作者)(?:喝|吃)"
        ),
        weight=1.8,
        example="有钱的捧个钱场，赏个铜板呗",
        counter_example="县里把奖金发到了每一位环卫工人手上。",
    ),
    Rule(
        id="share.thanks",
        label="share-prompt",
        cues=(
            "感谢 谢谢 再见 期见 次见 周见 天见 晚见 早见 篇见 回见 们见 继续见 不见不散 再会 以上就是 到此 到这 "
            "晚安 早安 午安 上好"
        ),
        pattern=(
            r"(?:感谢|谢谢)(?:您|你|大家|各位|你们|朋友们)(?:的|耐心|一直|一路|长期)*(?:阅读|观看|收看|"
            r"收听|支持|关注|陪伴|看到这|看完|点赞)|(?:感谢|谢谢)(?:阅读|观看|收看|收听|关注)|(?:下期|"
            r"下次|下周|明天|明晚|明早|下篇|下一期|下回|我们)(?:再见|见$|再会|继续见|不见不散)|(?:本期|"
            r"本文|今天的?|今日|我们)(?:内容|分享|节目|文章)?就?(?:先)?(?:分享|聊|讲|写)?到(?:此|这里|"
            r"这)(?:结束|为止|了|啦|吧|$)|^(?:晚安|早安|午安|早上好|晚上好)(?:[,!~。][^。]{0,8})?$|"
            r"以上就是(?:今天|本期|本次|本文|这期|我们)[^。,]{0,14}(?:内容|全部|分享|介绍)?"
        ),
        weight=1,
        example="感谢您的阅读，我们下期再见",
        counter_example="临走时他握着医生的手，连声说谢谢。",
    ),
    Rule(
        id="share.topic",
        label="share-prompt",
        cues="互动 话题 留言 福利 讨论 赠书 抽奖 送书 问题 时间 专区 有礼 问答",
        pattern=(
            r"^(?:今日|本期|互动|留言|每日|文末|有奖|讨论|聊天|粉丝|小编|评论)(?:互动|话题|留言|福利|"
            r"讨论|赠书|抽奖|送书|问题|时间|专区|有礼|问答)+(?:.{0,4}$|[:|].+)"
        ),
        weight=2,
        example="今日互动话题",
        counter_example="今日话题榜前十里，有六条与天气有关。",
    ),
    # -- points to 阅读原文 -----------------------------------------------------------------------------------------
    Rule(
        id="original.point",
        label="read-original",
        cues="原文 全文",
        pattern=(
            r"(?:点击?|点一点|戳|猛戳|狂戳|轻触|查看|见|详见|请看|回到?|按|打开|通过|进入|长按|可在|"
            rf"猛点)(?:{_WHERE}|本文|页面|此处|这里|最下面|最下方|的|屏幕|末尾|文后|处|,|推文|文|内|"
            r"一下|!)*(?:阅读原文|查看原文|原文链接|阅读全文|阅读原[^创始])|(?:点击?|点一点|戳|猛戳|"
            rf"狂戳|轻触|见|详见|请看|猛点)(?:{_WHERE}|本文|此处|这里|最下面|最下方|的|末尾|文后|处|,|"
            r"一下|!)*原文(?:$|[,。!~]|查看|了解|阅读|报名|链接)"
        ),
        weight=3,
        alone=True,
        example="点击文末“阅读原文”，查看完整名单",
        counter_example="我把译文和原文对照着读，错处竟有几十条。",
    ),
    Rule(
        id="original.bare",
        label="read-original",
        cues="原文 全文 了解更多 了解详情 查看详情",
        pattern=(
            r"^(?:阅读原文|查看原文|阅读全文|了解更多|了解详情|查看详情|原文)(?:[,:|]?[^。,]{0,10})?$|"
            r"(?:左下角|文末|底部|下方)[^。]{0,4}(?:阅读原文|原文)|阅读原文[^。,]{0,6}(?:查看|了解|"
            r"获取|报名|下载|进入|购买|阅读|更多|详情|直达|即可|可|参与|观看|链接)"
        ),
        weight=2.5,
        example="阅读原文",
        counter_example="原文写于一九三五年，收入他的第二本散文集。",
    ),
    # -- other posts ----------------------------------------------------------------------------------------------
    Rule(
        id="related.click-title",
        label="related-links",
        cues="点 戳 轻触",
        pattern=(
            r"(?:点击?|戳|猛戳|轻触)(?:以下|上方|下方|下列|上面|下面|文字|标题|蓝字|蓝色|字|图片|链接|"
            r"底部|即可|可|,|直接|关键词|查看)+[^。]{0,6}?(?:阅读|查看|链接|直达|跳转|文章|回顾|观看|"
            r"收听)|(?:详情|更多|全文)(?:请|可|,)*(?:戳|点击|猛戳)"
        ),
        weight=2,
        example="点击下方蓝色字，可直接阅读",
        counter_example="点击“提交”，系统会在一分钟内给出评阅结果。",
    ),
    Rule(
        id="related.neighbour",
        label="related-links",
        cues="篇 期 前文 前情",
        pattern=(
            r"^(?:上一篇|下一篇|上一期|下一期|前一篇|后一篇|上期|前文|前情|往期)(?:回顾|文章|推荐|"
            r"链接)?[:|].{2,60}$"
        ),
        weight=2.5,
        example="上一篇：旧书店的最后一个冬天",
        counter_example="上一篇谈的是水源，这一篇谈谈土壤。",
    ),
    # -- who the account is ---------------------------------------------------------------------------------------
    Rule(
        id="intro.self",
        label="account-intro",
        cues="公众号 公号 订阅号 服务号 视频号 公众平台 微信号 本号 官微 平台 账号",
        pattern=(
            rf"(?:本|我们(?:的)?|这个|该|微信)(?:{_SET}|平台|账号)[^,。]{{0,12}}(?:是|由|致力|专注|"
            r"旨在|创办|成立|创立|主要|定位|用于|为您|为你|为大家|提供|分享|推送|聚焦)|"
            rf"{_SET}[^,。]{{1,12}}(?:致力于|专注|旨在|由.{{2,20}}(?:创办|主办|运营|主理)|分享(?!给))"
        ),
        weight=2,
        example="本公众号专注于分享乡村教育的一线故事",
        counter_example="平台经济的监管，是这次会议讨论最多的题目。",
    ),
    Rule(
        id="intro.what",
        label="account-intro",
        cues="一个 做 每天 每晚 每日 每周",
        pattern=(
            r"一个(?:有|只|专注|能|会|关于|爱|懂)[^,。]{0,14}(?:公众号|平台|号|账号|媒体|地方|"
            r"社区)$|做(?:有|最|一个)[^,。]{1,10}(?:媒体|平台|公众号|内容)$|(?:每天|每晚|每日|"
            r"每周)[^,。]{0,10}(?:,|准时)(?:准时)?(?:相约|更新|陪你|推送|不见不散|与你)"
        ),
        weight=1.5,
        example="小城慢读，一个有温度的公众号",
        counter_example="镇上有一个很旧的戏台，逢年过节才开。",
    ),
    Rule(
        id="intro.mission",
        label="account-intro",
        cues="致力 专注 聚焦 立足 旨在 定位于 深耕 秉承 领先 领导 领军 知名 权威",
        pattern=(
            r"(?:致力于|专注于?|聚焦于?|立足于?|旨在|定位于|深耕|秉承)[^。]{0,40}(?:平台|媒体|公众号|"
            r"社区|社群|传播|分享|服务商|解决方案|资讯|智库|领导者|机构|组织|团队)|(?:领先|领导|领军|"
            r"知名|权威)(?:的)?[^,。]{0,14}(?:平台|媒体|企业|厂商|品牌|服务商|提供商|机构|社区|公众号)"
        ),
        weight=1.2,
        example="专注于中小企业数字化的独立媒体",
        counter_example="工程师们专注于把误差压到千分之一以下。",
    ),
    Rule(
        id="intro.founded",
        label="account-intro",
        cues="成立 创立 创办 创建 组建 上线",
        pattern=(
            r"(?:成立|创立|创办|创建|组建)于?(?:19|20)\d\d年|(?:19|20)\d\d年[^,。]{0,6}(?:成立|创立|"
            r"创办|上线|组建)"
        ),
        weight=1,
        own=False,
        example="本所成立于2011年",
        counter_example="这所学校的老校舍建在河边。",
    ),
    Rule(
        id="intro.bio",
        label="account-intro",
        cues="简介 介绍 关于",
        pattern=(
            r"^(?:作者|译者|主讲人|公众号|本号|账号|平台|讲师|嘉宾)(?:简介|介绍)[:|].+|^关于(?:作者|"
            r"我们|本号)[:|].+"
        ),
        weight=2.5,
        leads=True,
        example="作者简介：阿岩，爱读书，爱走山路",
        counter_example="他向来访者介绍了这台机器的来历。",
    ),
    Rule(
        id="intro.official",
        label="account-intro",
        cues="官方",
        pattern=rf"(?:唯一|指定)?官方(?:微信|{_SET}|账号|平台|微博|抖音|授权|网站)",
        weight=1.8,
        example="云溪县图书馆唯一官方微信公众号",
        counter_example="官方通报称，起火点在二楼仓库。",
    ),
    Rule(
        id="intro.number",
        label="account-intro",
        cues="第",
        pattern=(
            r"^(?:这是|本文是|本篇是|您正在阅读的是)?[^,。]{0,16}第\d{1,5}(?:篇|"
            r"期)(?:的)?(?:原创)?(?:文章|推送|推文|分享|日更|文)?$"
        ),
        weight=1.5,
        example="这是小城慢读的第 312 篇原创文章",
        counter_example="第 3 篇论文用了另一套数据，结论恰好相反。",
    ),
    Rule(
        id="intro.fans",
        label="account-intro",
        cues="粉丝 读者 用户 同行 程序员 小伙伴 人都 人在 人已 人共同 人一起 关注 全网 作者",
        pattern=(
            r"(?:\d[\d.]*|百|千|十|数)\+?万?(?:多|余)?(?:名|位|个)?(?:粉丝|读者|用户|同行|程序员|"
            r"小伙伴|人|关注)(?:都)?(?:在|已|共同|一起)(?:读|看|关注|订阅|选择|加入|用)|"
            r"全网(?:粉丝)?\d|作者$"
        ),
        weight=1.2,
        example="20 万读者都在看",
        counter_example="全县二十万人口，有三分之一在外务工。",
    ),
    Rule(
        id="intro.person",
        label="account-intro",
        cues="我是 我叫",
        pattern=(
            rf"^(?:{_PEOPLE}?好|hi|hello|哈喽|嗨)?[,!~。]*我(?:是|"
            rf"叫)[^,。]{{1,14}},[^。]{{0,40}}(?:{_SET}|专注|创始人|作者|博主|工程师|程序员|总监|创业|"
            r"主理人|UP主|分享|粉丝|爱好者)"
        ),
        weight=1.5,
        example="大家好，我是阿岩，一个爱走山路的摄影博主",
        counter_example="我是这家店的第三任老板，前两任都是我的亲戚。",
    ),
    # -- how to reach it ------------------------------------------------------------------------------------------
    Rule(
        id="contact.submit",
        label="contact",
        cues="投稿 来稿 赐稿 约稿 爆料 报料 新闻线索 供稿",
        pattern=(
            r"(?:投稿|来稿|赐稿|约稿|爆料|报料|新闻线索|供稿)(?:及|和|与|、|/|合作|商务|转载|反馈|或|"
            r"寻求报道)*(?:邮箱|信箱|邮件|请|微信|方式|热线|电话|QQ|须知|要求|指南|说明|地址|联系|加|"
            rf"至|到|可|[:@])|(?:欢迎|踊跃|接受|长期|诚邀)(?:{_PEOPLE}|广大)*(?:踊跃|积极)?(?:投稿|"
            r"来稿|赐稿|供稿|爆料)"
        ),
        weight=3,
        alone=True,
        example="投稿邮箱：hello@example.com",
        counter_example="他年轻时给报社投稿，退回来的信封攒了一抽屉。",
    ),
    Rule(
        id="contact.business",
        label="contact",
        cues="合作 对接 联络 投放 洽谈 开白",
        pattern=(
            r"(?:商务|广告|商业|品牌|媒体|转载|内容|项目|业务|市场|渠道|推广|培训|寻求)(?:及|和|与|、|"
            r"/|\||推广|转载|投放|咨询|投稿|授权)*(?:合作|对接|联络|投放|洽谈|开白)(?:[:|/、,及和与]|$|"
            r"请|联系|微信|邮箱|e-?mail|QQ|电话|加|事宜|咨询|投稿|转载|扫|可)"
        ),
        weight=3,
        example="商务合作请加微信",
        counter_example="两地签了项目合作意向书，明年春天动工。",
    ),
    Rule(
        id="contact.ask-for",
        label="contact",
        cues="合作 转载 加群 进群 入群 开白 交流 爆料 授权",
        pattern=(
            r"(?:合作|转载|加群|进群|入群|开白|交流|爆料|授权)(?:请|可|及|事宜|、|/|,)*(?:联系|添加|加|"
            r"私信|后台|扫|微信|回复|QQ|电话|邮箱|热线|方式[:])"
        ),
        weight=2.2,
        example="转载请联系后台",
        counter_example="科研合作要靠长期的信任，不是签一张纸就成。",
    ),
    Rule(
        id="contact.add",
        label="contact",
        cues="加 + 联系 私信 勾搭 咨询 撩",
        pattern=(
            r"(?:添加|\+|联系|私信|加上?|勾搭|咨询|撩)(?:一下|我们的?|我的?|小编的?|作者|老师|本人|"
            r"个人|下方|官方|客服|此|微信|好友|小助[手理]|助[手理]|主编|群主|管理员|班主任|编辑|本号|"
            r"v信?|wx|vx)+(?:的|个人)?(?:微信|QQ|v信?|vx|wx|号|好友|二维码|:|,|进群|入群|拉|邀请|$|"
            r"咨询|报名|备注|聊|领取|获取|[a-zA-Z0-9]{5,})|加[^,。]{1,5}(?:微信|QQ|VX)"
        ),
        weight=2.5,
        example="添加小助手微信，备注来意",
        counter_example="往锅里加上好友送的干辣椒，味道立刻就出来了。",
    ),
    Rule(
        id="contact.group",
        label="contact",
        cues="群 社群 社区 星球 圈子 讨论组",
        pattern=(
            r"(?:加入|进入|进|入|建了?|拉(?:你|您|大家)?(?:进|入)|欢迎加|邀(?:请)?(?:你|您)?(?:进|入)|"
            r"申请)(?:我们的?|我的|本号|本公号|官方|读者|粉丝|微信|QQ|技术|学习|知识|讨论|交流|行业|"
            r"专业|专属|免费|付费|会员|福利|资源|的|线下|深度|各种|相关|同城|"
            r"[A-Za-z0-9]{1,12})*(?:交流群|讨论群|微信群|QQ群|读者群|粉丝群|学习群|社群|会员群|星球|"
            r"圈子|讨论组|群聊)|(?:交流|读者|粉丝|讨论|学习|技术|福利|微信|QQ|话题)(?:讨论)?群(?:号|"
            r"[:,已]|$|二维码|欢迎)|(?:想|可)?(?:进|入|加)群|(?:建了?|拉了?|组建了?)(?:一个|"
            r"个)[^,。]{0,14}群"
        ),
        weight=2.2,
        example="欢迎加入我们的读者交流群",
        counter_example="他们在草原上跟着一个马群走了三天。",
    ),
    Rule(
        id="contact.newsroom",
        label="contact",
        cues="热线 电话 专线 客户端 app 手机报",
        pattern=(
            r"(?:新闻|报料|爆料|广告|订报|发行|读者|采编|舆论监督|记者)(?:热线|电话|专线)[:]?[\d-]{5,}|"
            r"(?:客户端|APP|手机报)(?:下载|[,]?扫)|下载[^。,]{0,10}(?:客户端|APP)"
        ),
        weight=1.6,
        example="新闻热线：0000-12345678",
        counter_example="热线那头的接线员整整一夜没有合眼。",
    ),
    Rule(
        id="contact.weixin",
        label="contact",
        cues="微信 v信 薇信 vx wx v qq q群 扣扣 id",
        pattern=(
            r"(?:微信|薇信|Q群|扣扣)(?:号|号码|ID|同号|群|群号|公众号)*[:(|"
            r"]?(?:[a-zA-Z][-_a-zA-Z0-9]{4,24}|\d{6,12})(?![a-zA-Z0-9./])|(?<![a-zA-Z])(?:v信?|vx|wx|"
            r"QQ|ID)(?:号|号码|同号|群|群号)*(?:[:(|][a-zA-Z][-_a-zA-Z0-9]{4,24}|[:(|"
            r"]?\d{6,12})(?![a-zA-Z0-9./])"
        ),
        weight=1.6,
        own=False,
        example="微信：xiaochengmandu",
        counter_example="微信8.0.50版修复了这个问题。",
    ),
    Rule(
        id="contact.mail",
        label="contact",
        cues="@",
        pattern=r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        weight=0.8,
        own=False,
        example="hello@example.com",
        counter_example="他在名片上只印了一个名字。",
    ),
    Rule(
        id="contact.line",
        label="contact",
        cues="电话 热线 手机 传真 地址 网址 官网 邮编 联系人 邮箱 tel mail 网站 微博",
        pattern=(
            r"(?:^|[,;|。/])[^,。;:]{0,8}(?:电话|热线|手机|传真|地址|网址|官网|邮编|联系人|邮箱|tel|"
            r"e-?mail|网站|微博)[:][^,。;]{0,40}"
        ),
        weight=0.6,
        own=False,
        example="地址：云溪县人民路 1 号",
        counter_example="电话那头沉默了很久。",
    ),
    Rule(
        id="contact.handle",
        label="contact",
        cues=(
            "公众号 公号 订阅号 服务号 视频号 公众平台 微信号 本号 官微 微博 抖音 小红书 b站 哔哩 知乎 "
            "头条 星球 喜马拉雅 快手 简书 豆瓣"
        ),
        pattern=(
            rf"^(?:官方|微信|我的|新浪)?(?:{_SET}|微博|抖音号?|小红书|B站|哔哩哔哩|知乎|头条号|"
            rf"今日头条|知识星球|喜马拉雅|快手|简书|豆瓣)(?:ID|账号)?[:@|][^。,]{{1,30}}$"
        ),
        weight=1.8,
        example="新浪微博：@小城慢读",
        counter_example="知乎上有人问过同样的问题，答案有三百多条。",
    ),
    # -- terms ----------------------------------------------------------------------------------------------------
    Rule(
        id="notice.rights",
        label="notice",
        cues="版权 著作权 声明 申明 提示 说明",
        pattern=(
            r"(?:版权|著作权)(?:声明|所有|归(?!国)|属|信息|说明)|(?:免责|重要|法律|原创|转载|侵权|本号|"
            r"本公众号|平台|网站)(?:声明|申明)|^(?:特别|郑重)?(?:声明|申明)[:]|^(?:风险|特别)(?:提示|"
            r"说明)[:]"
        ),
        weight=2.5,
        example="版权声明：本文归原作者所有",
        counter_example="两国发表联合声明，同意恢复直航。",
    ),
    Rule(
        id="notice.lead",
        label="notice",
        cues="声明: 申明: 提示:",
        pattern=(
            r"^(?:(?:免责|版权|法律|特别|郑重|重要|转载|原创|本号|平台)?(?:声明|申明)|"
            r"(?:投资)?风险提示)[:].{6,}"
        ),
        weight=2.5,
        leads=True,
        example="免责声明：本号所载信息均为公开资料，据此操作，后果自负",
        counter_example="严正声明：近日有人冒用我馆名义募捐",
    ),
    Rule(
        id="notice.forbid",
        label="notice",
        cues="未经 禁止 严禁 谢绝 请勿 不得 拒绝 必究",
        pattern=(
            r"未经[^。]{0,14}(?:授权|许可|允许|同意|书面)[^。]{0,24}(?:转载|使用本|复制|摘编|翻版|发布|"
            r"传播|镜像|引用|修改)|(?:禁止|严禁|谢绝|请勿|不得|拒绝)(?:任何(?:形式的?|"
            r"人)?)?[^。,]{0,8}(?:转载|抄袭|洗稿|搬运|二次修改)|侵权必究|违者必究"
        ),
        weight=3,
        alone=True,
        example="未经许可，不得转载",
        counter_example="保护区规定，未经许可不得进入核心区。",
    ),
    Rule(
        id="notice.reprint",
        label="notice",
        cues="转载 引用 开白",
        pattern=(
            r"(?:转载|引用)(?:或|和|及|引用|合作|本文|文章|此文|内容|使用|、|,|时|者|的|均|本公众号|请|"
            r"须|需)*(?:注明|联系|标明|保留|获得授权|获授权|取得|授权|后台|添加|征得|私信|回复|留言|"
            r"标注|说明|告知|附上)|转载[^,。]{0,8}经[^,。]{0,8}(?:同意|授权|许可)|转载开白|开白"
        ),
        weight=3,
        example="转载请注明出处",
        counter_example="这篇旧文后来被多家报纸转载，他却没有收到一分稿费。",
    ),
    Rule(
        id="notice.from-net",
        label="notice",
        cues="网络 互联网 网上 公开 网友",
        pattern=(
            r"(?:图片?|文章|素材|内容|文字|资料|视频|文中|配图|插图|封面|音频|图文|本文|"
            r"推文)[^。,!]{0,16}?(?:来源于?|来自于?|源自于?|源于|取自|转载自|整理自|综合自)(?:于|"
            r":)?(?:网络|互联网|网上|公开|网友)"
        ),
        weight=2.5,
        example="文中图片来源于网络",
        counter_example="视频里的笑声来自隔壁的院子。",
    ),
    Rule(
        id="notice.infringe",
        label="notice",
        cues="侵权 侵犯 版权 权益 异议",
        pattern=(
            r"(?:侵权|侵犯|版权(?:问题|争议)?|权益|异议)(?:问题|之处|行为|争议|等|您的?|了|或|,|者|"
            r"版权|权益|的|作者|合法)*[^。,]{0,6}?,?(?:请|敬请|可|烦请|麻烦|务必|予以)*(?:及时|立即|"
            r"尽快|第一时间|速|与|后台|直接|来信|您|本)*(?:联系|告知|删除|删|私信|通知|留言|处理|联络)"
        ),
        weight=2.8,
        alone=True,
        example="如有侵权，请联系删除",
        counter_example="消费者权益受到侵害时，可以向当地的消协投诉。",
    ),
    Rule(
        id="notice.view",
        label="notice",
        cues="观点 立场 意见 看法 投资 建议 依据 参考 交流 学习 操作 推荐 承诺 买卖 入市 仅供 有风险 交易",
        pattern=(
            r"(?:仅|只|不|并不|均不|纯属|不得)(?:代表|构成|作为|供|用于|系|视为|涉及|是)(?:作者|本号|"
            r"本公众号|本平台|本人|个人|平台|我们|任何|官方|学习|交流|参考|大家|读者|,|、|之?用|和|与|"
            r"本|媒体|对)*(?:观点|立场|意见|看法|投资|建议|依据|参考|交流|学习|操作|推荐|承诺)|(?:不|"
            r"并不|均不|未必)代表[^,。]{0,16}(?:观点|立场|意见|看法)|作者独立观点|(?:据此|由此)(?:买卖|"
            r"操作|投资|入市)|仅供(?:您|大家|读者)?(?:参考|学习|交流|娱乐|阅读|欣赏|研究)|(?:市场|投资|"
            r"股市|入市)有风险|不(?:构成|作为)(?:任何)?(?:投资|操作|买卖|交易)|个人观点$"
        ),
        weight=2.2,
        example="本文仅代表作者个人观点，不构成投资建议",
        counter_example="这组数字只代表抽样的三百户人家。",
    ),
    Rule(
        id="notice.blame",
        label="notice",
        cues="承担 负责 担责 责任 用于 无关",
        pattern=(
            r"(?:一切|任何|由此|直接|间接|全部|所有|产生|造成|引起)(?:的|后果|损失|或|及|和|与|法律|"
            r"责任|纠纷|直接|间接|不良|,|、|均|由|其|此|者|而|造成|产生)*(?:使用者|本人|自行|自己|用户|"
            r"行为人|操作者)(?:本人)?(?:自行)?(?:承担|负责|担责)|(?:概不|不承担|"
            r"不负)(?:任何)?(?:法律)?(?:责任|负责)|(?:切勿|请勿|不得)(?:将其)?用于(?:非法|违法)|"
            r"与(?:本号|本公众号|作者|本平台|文章作者)无关"
        ),
        weight=2,
        own=False,
        example="由此产生的一切后果由使用者本人承担",
        counter_example="他说，这件事的后果要由整条街的人来慢慢消化。",
    ),
    Rule(
        id="notice.licensed",
        label="notice",
        cues="授权 许可 同意 传递",
        pattern=(
            r"(?:已获|已经|经|获得?)[^。,]{0,14}(?:授权|许可|同意)(?:转载|发布|发表|使用|编译|推送|"
            r"刊发)|由[^,。]{1,16}授权[^,。]{1,16}(?:发表|发布|转载|刊发)|授权转载|"
            r"^(?:本文)?已?(?:获得?|经)(?:作者|原作者)?授权$|(?:转载|发布)(?:已获|已得|"
            r"经)[^。,]{0,8}授权|出于传递(?:更多)?信息|传递(?:更多)?信息之目的"
        ),
        weight=2.5,
        example="本文已获作者授权转载",
        counter_example="公司获得授权，可以在三个省份生产这款水泵。",
    ),
    Rule(
        id="notice.copyright",
        label="notice",
        cues="© copyright reserved powered",
        pattern=r"(?:©|copyright|allrightsreserved|poweredby)",
        weight=2,
        example="© 2020 小城慢读",
        counter_example="他研究著作权法三十年，写过两本教科书。",
    ),
    # -- sells something ------------------------------------------------------------------------------------------
    Rule(
        id="ad.buy",
        label="ad",
        cues="立即 马上 赶紧 赶快 速来 点击 戳 长按 火热 火爆 抢先 即刻 链接 入口 通道 二维码",
        pattern=(
            r"(?:立即|马上|赶紧|赶快|速来|点击|戳|长按|火热|火爆|抢先|即刻)(?:下方|上方|图片|链接|"
            r"小程序|卡片|这里|即可|海报|阅读原文|,)*(?:购买|下单|抢购|报名|订购|选购|预约|领取|加入|"
            r"体验|试听|入手|抢|购票|预订|咨询|开通)|(?:购买|下单|报名|抢购|订购|领取)(?:链接|入口|"
            r"通道|二维码|戳)"
        ),
        weight=1.5,
        own=False,
        example="点击下方小程序立即购买",
        counter_example="他打算等雨停了再去镇上买化肥。",
    ),
    Rule(
        id="ad.price",
        label="ad",
        cues="价 限时 秒杀 拼团 早鸟 仅需 只要 减 券 续费 无理由 包邮 先到先得 名额 手慢无 元/",
        pattern=(
            r"原价|现价|特价|限时|优惠价|秒杀|拼团|到手价|早鸟|团购价|仅需\d|只要\d|立减|满减|每满|"
            r"券后|优惠券|代金券|免费领|领券|续费|涨价|无理由|包邮|先到先得|名额有限|手慢无|\d+元/"
        ),
        weight=1,
        own=False,
        example="限时特惠，先到先得",
        counter_example="南瓜的收购价比去年每斤低了两毛。",
    ),
    Rule(
        id="ad.course",
        label="ad",
        cues=(
            "训练营 集训 特训 急救 冲刺 保命 押题 密训 精品 大师 课程 系列课 公开课 直播课 小班课 网课 开课 专栏 星球 "
            "社群 新书 小册 店铺 旗舰店 专营店 小店 商店 商城 橱窗 上线 来袭 开启 开售 开抢 首发 上架 已报名 无需购买 "
            "购买此 报名学习"
        ),
        pattern=(
            r"(?:训练营|特训营|集训营|急救班|冲刺班|课程|系列课|公开课|直播课|专栏|小班课|网课|精品课|"
            r"知识星球|星球|社群|新书|小册|店铺|旗舰店|专营店|商城|小店|橱窗|商店)(?:正式|全新|火热|"
            r"限时|开始|已经|现已|现在|今天|,|里面|目前|即将|第.期|也|都)*(?:上线|开课|开售|招生|报名|"
            r"开启|上架|开营|营业|发售|开团|返场|优惠|涨价|推出|特惠|预售|招募|欢迎|购买|有售|会员)|"
            r"我的(?:知识)?星球|(?:急救|冲刺|保命|押题|密训|集训|特训|精品|大师)(?:班|课|营)|(?:正式|"
            r"火热|全新|重磅|震撼)(?:上线|来袭|开启|开售|开抢|开课|首发|上架)|(?:已报名|无需购买|"
            r"购买此)|加入(?:我的)?(?:知识)?星球|小商店|报名学习"
        ),
        weight=1.5,
        own=False,
        example="写作训练营第三期正式开营",
        counter_example="学校把课程表贴在了每间教室的门上。",
    ),
    Rule(
        id="ad.member",
        label="ad",
        cues="会员 付费 年费 /年 星友 群友 圈友 限 权益 退款率 私信我 备注: 拉你 深度答疑 一对一 1对1 1v1",
        pattern=(
            r"会员群|付费(?:群|会员|用户)|会员费|年费|元/年|\d+/年|星友|群友|圈友|群会员|限\d+(?:人|"
            r"名)|(?:专属|会员|入群|加入)权益|退款率|私信我|备注[:]|拉你(?:进|入)|深度答疑|一对一|1对1|"
            r"1v1"
        ),
        weight=1.2,
        own=False,
        example="付费会员每年 99 元/年，扫码备注：入会",
        counter_example="理事会有四十名会员，每季度开一次会。",
    ),
    Rule(
        id="ad.plug",
        label="ad",
        cues="推荐 安利 广告 插播 好消息 推广 赞助 福利 资料 免费 送书 赠书",
        pattern=(
            r"(?:推荐|安利|打个?广告|插播)(?:一下|给大家|大家|个|一波|一则|一条|,)*(?:我的|我们的|"
            r"自己的|本号|广告|小课|星球|新书|小册|课程)|还有一个好消息|^(?:广告|推广|赞助|福利|"
            r"商务推广|AD|好物推荐|商品推荐)$|^[^,。]{1,6}(?:福利|送书|赠书)$|(?:福利|资料)(?:时间|"
            r"来了|领取|放送|专区|获取)|免费(?:领取|赠送|送|获取|试听)"
        ),
        weight=1.5,
        example="最后日常推荐一下我的新书",
        counter_example="村支书给我推荐了一条更近的山路。",
    ),
)

NAME_RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule(
            id="intro.name",
            label="account-intro",
            cues="",
            pattern="",
            weight=2,
            example="a line that is the account's name",
            counter_example="the name in a sentence",
        ),
        Rule(
            id="intro.mention",
            label="account-intro",
            cues="",
            pattern="",
            weight=1,
            example="a short line that holds the account's name",
            counter_example="a paragraph that does",
        ),
        Rule(
            id="intro.is",
            label="account-intro",
            cues="",
            pattern="",
            weight=2,
            leads=True,
            example="a line that begins with the account's name and says what it is",
            counter_example="a line that begins with it and says what it did",
        ),
        Rule(
            id="intro.motto",
            label="account-intro",
            cues="",
            pattern="",
            weight=3,
            example="a line that is the account's 功能介绍",
            counter_example="a line that shares a word with it",
        ),
        Rule(
            id="intro.alias",
            label="account-intro",
            cues="",
            pattern="",
            weight=2.5,
            example="a short line that holds the account's 微信号",
            counter_example="a line with another account's",
        ),
    )
}
"""Rules made for each post from what is known of its account; they have no pattern of their own."""

OTHER_REASONS: Final[Mapping[str, str]] = {
    "chrome.widget": "the platform's own interface inside the body",
    "chrome.interface": "words of the platform's interface",
    "chrome.signature": "the account's name over a tip dialog",
    "chrome.clock": "a player's clock",
    "chrome.empty-picture": "a picture or link without address",
    "meta.header": "a line that states title, account or date",
    "credit.source": "a line that says where the post is from",
    "credit.author": "a credit line",
    "credit.reporter": "a credit line",
    "credit.photographer": "a credit line",
    "credit.editor": "a credit line",
    "credit.reviewer": "a credit line",
    "credit.proofreader": "a credit line",
    "credit.producer": "a credit line",
    "credit.contributor": "a credit line",
    "credit.designer": "a credit line",
    "credit.other": "a credit line",
    "related.run": "a title in a list under a heading such as 往期推荐",
    "related.links-only": "at an edge of the post, nothing but a link to another post",
    "related.announced": "announces links to other posts",
    "intro.section": "stands under a heading such as 关于我们",
    "contact.section": "stands under a heading such as 投稿须知",
    "notice.section": "stands under a heading such as 版权声明",
    "share.section": "stands under a heading such as 互动话题",
    "ad.section": "stands under a heading such as 福利领取",
    "edge.between": "a short line among furniture at an edge of the post",
    "edge.marks": "marks among furniture at an edge of the post",
    "edge.masthead": "set off over the account's own lines, under a picture or a rule",
    "edge.gap": "enclosed by furniture at the end of the post",
    "ornament.end": "an end mark",
    "ornament.divider": "a divider",
    "ornament.marks": "marks beside furniture",
    "qr.picture": "a picture beside a prompt to scan it",
}
"""Why a piece went, for reasons that are no row of wording: place, neighbours, structure."""

_OLD = (
    "(?:往期|历史|近期|最近|过往|往日|以往|近日|本周|昨日|上期|前期|更多|精彩|精选|热门|热点|热文|相关|"
    "延伸|扩展|拓展|推荐|经典|优质|原创|好文|必读|荐读|干货|爆款|系列|重磅|其他|其它|编辑|小编|为你|"
    "为您|今日|猜你喜欢|你可能|也许|还喜欢|感兴趣|的|本号|我们|历届|文章|推文|内容|点击|阅读|回顾|相|"
    "关|完整|专题|同类|深度|大家都在看|朋友都在看|精华|热|文)"
)
_LIST = (
    "(?:推荐|回顾|阅读|文章|推文|内容|链接|好文|精选|荐读|合集|目录|专题|系列|集锦|推送|资讯|原创|好物|"
    "热文|干货|文推荐|推介|直达|导读|延伸|一览|参考|更多|喜欢|在看|看过|荐文|热门|精彩|经典|爆款|必看|"
    "必读|美文|传送门|索引|汇总|导航|速递|速览|新闻|视频|阅读更多|往期)"
)

FENCES: Final[tuple[Fence, ...]] = (
    Fence(
        id="related.heading",
        label="related-links",
        pattern=(
            rf"(?:[\d.、]*)(?:{_OLD}{{1,4}}{_LIST}{{1,3}}|推荐|往期|阅读更多|查看更多|更多|大家都在看|"
            r"猜你喜欢|传送门|热文)(?:[:|,(!/>]+(?:点击|戳|直接|下方|下列|上方|图片|标题|蓝字|蓝色字?|"
            r"即可|可|查看|阅读|相关|文章|跳转|进入|链接|直达|!|,)*[)]?)?"
        ),
        lines=40,
        length=70,
        example="往期精彩推荐：",
        counter_example="推荐算法的三次转向",
    ),
    Fence(
        id="related.named",
        label="related-links",
        pattern=(
            r"[^,。和与]{0,12}(?:相关(?:内容|文章|推文|阅读)?链接|(?:往期|历史|精彩|推荐|更多|热门|"
            r"相关|好文|原创|系列)(?:文章|推文|内容|好文|阅读|回顾|推荐|精选|链接)|推荐阅读|延伸阅读|"
            r"扩展阅读|精彩回顾|好文|资讯|原创文)[^,。的和与]{0,6}|(?:点击|戳)[^。]{0,10}(?:阅读|查看|"
            r"回顾)[^。]{0,14}(?:文章?|原创|往期|系列|内容)?"
        ),
        lines=40,
        length=70,
        example="【小城慢读好文】",
        counter_example="这篇文章推荐了三条路线",
    ),
    Fence(
        id="intro.heading",
        label="account-intro",
        pattern=(
            r"(?:关于|认识|了解)(?:我们|本号|本公众号|作者|公众号|小编|主编|平台)|(?:公众号|作者|平台|"
            r"公司|团队|机构|账号|主编|本号|订阅号|企业|实验室|品牌)(?:介绍|简介|名片)|about(?:us|me)?"
        ),
        lines=8,
        length=420,
        example="关于我们",
        counter_example="关于我们这一代人的三个问题",
    ),
    Fence(
        id="contact.heading",
        label="contact",
        pattern=(
            r"(?:投稿|来稿|征稿|约稿)(?:须知|要求|指南|说明|方式|启事)?|(?:商务|广告|媒体|"
            r"内容)合作(?:方式|联系|咨询)?|合作(?:方式|联系|咨询)|联系(?:我们|方式|小编|作者)|"
            r"加入(?:我们|社群|群聊|交流群)|进群(?:方式|须知)?|(?:读者|交流|粉丝)群|"
            r"加入[^,。]{1,10}(?:社区|社群|交流群|圈子)"
        ),
        lines=15,
        length=160,
        example="投稿须知",
        counter_example="联系我们的那条小路",
    ),
    Fence(
        id="notice.heading",
        label="notice",
        pattern=(
            r"(?:版权|免责|原创|转载|法律|侵权|重要|特别|郑重)?(?:声明|申明)(?:与免责)?|版权(?:说明|"
            r"信息)|免责(?:条款|说明)|转载(?:须知|说明)|风险提示"
        ),
        lines=4,
        length=420,
        example="免责声明",
        counter_example="联合声明的三处措辞",
    ),
    Fence(
        id="ad.heading",
        label="ad",
        pattern=(
            r"(?:为什么|为何)(?:值得|要|推荐)?(?:加入|购买|选择)[^,。]{0,8}|(?:会员|入群|加入|专属|"
            r"群)?(?:权益|门槛|福利)|(?:适合|面向)(?:人群|谁|哪些人)|(?:课程|专栏|训练营)(?:介绍|大纲|"
            r"安排|亮点|特色|内容|优惠|价格)|(?:购买|报名|加入|订阅|入群|领取)(?:须知|方式|流程|方法|"
            r"通道|入口|链接)|(?:新人|限时|粉丝|专属)?(?:优惠券?|福利)(?:领取)?|福利领取|还有一个好消息"
        ),
        lines=12,
        length=160,
        example="为什么值得加入",
        counter_example="选择加入的三户人家",
    ),
    Fence(
        id="share.heading",
        label="share-prompt",
        pattern=(
            r"(?:今日|本期|互动|留言|每日|文末|有奖|粉丝|读者)(?:互动|话题|留言|福利|讨论|赠书|抽奖|"
            r"送书|有礼|问答)+(?:时间|讨论|专区)?"
        ),
        lines=3,
        length=120,
        example="互动话题",
        counter_example="今日话题榜",
    ),
)

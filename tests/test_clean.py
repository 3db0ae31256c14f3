"""What cleaning takes from a body and what it leaves: furniture at the edges and inside, and the traps."""

from dataclasses import replace

import pytest

from wxarchive.blocks import Block, Body, Container, Span, plain_block
from wxarchive.clean import About, Cleaned, clean_body, uncut
from wxarchive.records import Image, Media

TEXT = (
    "清晨的镇子还在雾里，码头上的灯一盏一盏灭下去，卖豆腐的老人推着车从石桥那头走过来，车轮压在石板上，声音传得很远。",
    "学校建在半山腰，教室的窗户对着一片竹林。孩子们早读的时候，风从竹林里吹过来，把书页翻得哗哗响，老师也不去管它。",
    "后来路修通了，进城只要四十分钟，许多人家搬去了县城，学校的孩子一年比一年少，到去年秋天，全校只剩下十七个学生。",
)
ABOUT = About(
    nickname="山前小筑", alias="shanqianxiaozhu", description="写给山里人看的小事", title="石桥与竹林"
)
POST = "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=100000001&idx=1&sn=00000000000000000000000000000000"


def linked(text: str, url: str = POST) -> Block:
    return Block(text=text, spans=(Span(text, "", url),), link_chars=len(text))


def picture(name: str) -> Block:
    return Block(spans=(Span(image=Image(url=f"https://mmbiz.qpic.cn/{name}/640")),))


def card(name: str) -> Block:
    return Block(kind="media", media=Media(type="account_card", title=name))


def body_of(*parts: str | Block) -> Body:
    return Body(tuple(plain_block(part) if isinstance(part, str) else part for part in parts))


def clean(*parts: str | Block, about: About = ABOUT) -> Cleaned:
    body = body_of(*parts)
    cleaned = clean_body(body, about)
    assert uncut(cleaned) == body.text
    return cleaned


def lines_of(*parts: str | Block, about: About = ABOUT) -> list[str]:
    text = clean(*parts, about=about).body.text
    return text.split("\n") if text else []


def titled(title: str) -> About:
    return replace(ABOUT, title=title)


# -- what goes ------------------------------------------------------------------------------------------------------


def test_prompts_at_both_ends_go_with_their_rules_and_places() -> None:
    cleaned = clean(
        "点击上方蓝字，关注我们", *TEXT, "长按识别二维码，关注山前小筑", "点赞、在看、转发，一个都不能少"
    )
    assert cleaned.body.text == "\n".join(TEXT)
    assert [(piece.label, piece.text, piece.at) for piece in cleaned.removed] == [
        ("follow-prompt", "点击上方蓝字，关注我们\n", 0),
        ("qr-prompt", "\n长按识别二维码，关注山前小筑", len(cleaned.body.text)),
        ("share-prompt", "\n点赞、在看、转发，一个都不能少", len(cleaned.body.text)),
    ]
    assert len(cleaned.confidences) == 3
    assert all(0 < confidence <= 1 for confidence in cleaned.confidences)


def test_a_body_without_furniture_is_left_alone() -> None:
    body = body_of(*TEXT, "2021年3月4日")
    cleaned = clean_body(body, ABOUT)
    assert cleaned.body == body
    assert cleaned.removed == ()
    assert cleaned.source is None
    assert cleaned.credits == {}


def test_words_set_apart_by_spaces_marks_and_old_characters_are_read() -> None:
    assert lines_of(*TEXT, "▲ 长 按 二 维 码 · 關 注 我 們 ▲", "【掃碼】“加入”讀者群 👇👇") == list(TEXT)


def test_slogans_between_prompts_go_and_sentences_between_them_stay() -> None:
    kept = lines_of(*TEXT, "长按二维码关注我们", "山里的小事", "慢慢说", "投稿邮箱：hello@example.com")
    assert kept == list(TEXT)
    sentence = "这座桥修于清末，桥头的碑上刻着捐款人的名字，最末一个是镇上的铁匠，他捐了两吊钱和三十斤铁。"
    assert sentence in lines_of(*TEXT, "长按二维码关注我们", sentence, "投稿邮箱：hello@example.com")


def test_the_account_names_itself_in_its_footer() -> None:
    kept = lines_of(*TEXT, "山 前 小 筑", "写给山里人看的小事", "微信号：shanqianxiaozhu", "长按关注")
    assert kept == list(TEXT)


def test_titles_under_a_heading_go_with_it() -> None:
    kept = lines_of(*TEXT, "往期精彩推荐", "1. 旧书店的最后一个冬天", "2. 山那边的小学", "3. 铁匠铺")
    assert kept == list(TEXT)


def test_a_related_list_before_the_body_goes_if_it_is_links() -> None:
    titles = [linked("旧书店的最后一个冬天"), linked("山那边的小学")]
    assert lines_of("本号相关内容链接（点击下方蓝色字，可直接阅读）：", *titles, *TEXT) == list(TEXT)


def test_linked_titles_at_the_end_go_without_a_heading() -> None:
    cleaned = clean(*TEXT, linked("旧书店的最后一个冬天"), linked("山那边的小学"))
    assert cleaned.body.text == "\n".join(TEXT)
    assert {piece.rule for piece in cleaned.removed} == {"related.links-only"}


def test_sections_of_the_account_go_to_the_end() -> None:
    kept = lines_of(
        *TEXT,
        "关于我们",
        "山前小筑由几位返乡青年创办于2015年，致力于记录乡村生活。",
        "投稿须知",
        "1）稿件必须原创，禁止抄袭；",
        "2）字数三千以内，附照片；",
        "投稿邮箱：hello@example.com",
    )
    assert kept == list(TEXT)


def test_a_short_ask_in_the_middle_goes_with_what_asks_beside_it() -> None:
    kept = lines_of(*TEXT, "未经许可，不得转载", "转载请联系后台", *TEXT)
    assert kept == [*TEXT, *TEXT]


def test_only_the_asking_end_of_a_paragraph_goes() -> None:
    cleaned = clean(*TEXT, f"{TEXT[0]}更多故事，点击阅读原文查看。")
    assert cleaned.body.text.split("\n")[-1] == TEXT[0]
    assert cleaned.removed[0].label == "read-original"


def test_a_follow_ask_dressed_as_question_and_answer_goes() -> None:
    assert lines_of("问题：怎样每天读到这样的故事？", "答案：点击上边的《山前小筑》即可。", *TEXT) == list(
        TEXT
    )


def test_a_standing_notice_goes_whole() -> None:
    notice = (
        "免责声明：本号所载信息来自公开资料，不构成任何投资建议，据此操作风险自负，如有侵权请联系我们删除。"
    )
    assert lines_of(*TEXT, notice) == list(TEXT)


def test_ornaments_go_and_what_numbers_a_section_stays() -> None:
    kept = lines_of("01", TEXT[0], "▽▽▽▽", "02", TEXT[1], "— END —")
    assert kept == ["01", TEXT[0], "02", TEXT[1]]


def test_widgets_of_the_page_go_as_chrome() -> None:
    clock = Block(text="石桥与竹林 来自山前小筑 00:00 06:40", spans=(Span("x"),), widget="js_audio_frame")
    cleaned = clean(clock, *TEXT)
    assert cleaned.body.text == "\n".join(TEXT)
    assert cleaned.removed[0].label == "chrome"


# -- pictures, cards ------------------------------------------------------------------------------------------------


def test_pictures_beside_prompts_go_and_say_what_they_were() -> None:
    parts = (*TEXT, picture("view"), "长按二维码关注我们", picture("code"), "欢迎转发分享给更多朋友")
    cleaned = clean(*parts)
    assert [image.role for image in cleaned.images] == ["body", "qr"]
    assert [image.url for image in cleaned.body.images] == ["https://mmbiz.qpic.cn/view/640"]


def test_a_picture_at_the_end_goes_with_the_prompt_before_it() -> None:
    cleaned = clean(*TEXT, "长按二维码关注我们", picture("code"))
    assert [image.role for image in cleaned.images] == ["qr"]
    assert cleaned.body.images == ()


def test_a_picture_between_text_and_a_prompt_stays() -> None:
    cleaned = clean(*TEXT, picture("view"), "点个在看再走吧")
    assert [image.role for image in cleaned.images] == ["body"]


def test_account_cards_at_the_edges_go_and_one_in_the_text_stays() -> None:
    cleaned = clean(card("山前小筑"), *TEXT, card("别的账号"), *TEXT, "喜欢就点个在看", card("山前小筑"))
    assert [medium.title for medium in cleaned.body.media] == ["别的账号"]


def test_a_line_that_continued_a_removed_one_begins_a_paragraph() -> None:
    cleaned = clean("点击上方蓝字，关注我们", plain_block(TEXT[0], joined=True), *TEXT)
    assert not cleaned.body.blocks[0].joined


# -- traps: what wording alone gets wrong ----------------------------------------------------------------------------


def test_a_post_about_the_star_feature_keeps_its_steps() -> None:
    steps = (
        "公众号的星标功能藏得有点深，很多人用了几年也没有找到。",
        "打开公众号主页，点击右上角的三个点，选择“设为星标”。",
        "设为星标之后，公众号的名称旁边会多出一颗黄色的星。",
        "在公众号列表里，加了星标的总是排在最前面。",
        "取消星标的方法也一样，再点一次就可以。",
    )
    assert lines_of(*steps, about=titled("公众号星标功能怎么用")) == list(steps)


def test_steps_of_a_registration_stay() -> None:
    about = titled("周末徒步古道报名")
    steps = (
        "报名方式：",
        "1、转发本推送至朋友圈",
        "2、添加领队微信：lingdui01，备注“古道”",
        "3、扫描下方二维码进入活动群",
        "免责声明",
        "1、本活动为非营利性自助活动，参加者须年满18周岁。",
        "2、活动中发生的意外由参加者自行承担责任。",
    )
    assert lines_of(*TEXT, *steps, about=about) == [*TEXT, *steps]


def test_a_first_paragraph_that_cites_earlier_posts_stays() -> None:
    lede = Block(
        text="之前的推文里说过石桥（见往期推文《石桥上的人》），今天接着说竹林，它比石桥还要老。",
        spans=(
            Span("之前的推文里说过石桥（见往期推文"),
            Span("《石桥上的人》", "", POST),
            Span("），今天接着说竹林，它比石桥还要老。"),
        ),
        link_chars=8,
    )
    assert lines_of(lede, *TEXT) == [lede.text, *TEXT]


def test_links_that_a_sentence_announces_in_the_text_stay() -> None:
    parts = (TEXT[0], "这件事我写过两次：", linked("旧书店的最后一个冬天"), linked("山那边的小学"), *TEXT)
    assert len(lines_of(*parts)) == len(parts)


def test_references_behind_the_follow_ask_stay() -> None:
    references = (
        Block(kind="heading", level=2, text="参考资料", spans=(Span("参考资料"),)),
        plain_block("县志办公室编：《石桥志》第三卷，第四十二页，https://example.com/bridge/3/42"),
        plain_block("竹林保护协会：《竹林的病害与防治手册》，https://example.com/bamboo/handbook"),
    )
    kept = lines_of(*TEXT, "喜欢的话，点个在看再走吧", *references)
    assert kept == [*TEXT, *(block.text for block in references)]


def test_code_is_never_touched() -> None:
    code = Block(kind="code", text="---\nname: 关注我们\n---\nend", language="yaml")
    assert lines_of(*TEXT, code, TEXT[0]) == "\n".join([*TEXT, code.text, TEXT[0]]).split("\n")


def test_a_bare_end_is_a_keyword() -> None:
    program = ("mata", "x = 1", "end", "list x", "end")
    assert lines_of(*TEXT, *program, TEXT[1]) == [*TEXT, *program, TEXT[1]]


def test_the_end_of_a_petition_stays() -> None:
    signed = ("申请人：某某某", "2018年3月4日")
    assert lines_of(*TEXT, *signed) == [*TEXT, *signed]
    assert lines_of(*TEXT, *signed, "长按二维码关注我们") == [*TEXT, *signed]


def test_telephone_and_address_of_a_public_notice_stay() -> None:
    about = titled("关于政务服务中心周六照常办事的公告")
    notice = ("咨询电话：0000-1234567", "地址：政务服务中心一楼", "特此公告。", "2023年5月6日")
    footer = ("来源：县行政审批局", "点击下方名片，关注我们")
    cleaned = clean(*TEXT, *notice, *footer, about=about)
    assert cleaned.body.text.split("\n") == [*TEXT, *notice]
    assert cleaned.source == "县行政审批局"


def test_a_telephone_alone_at_the_end_stays_and_between_prompts_goes() -> None:
    assert "电话：0000-1234567" in lines_of(*TEXT, "电话：0000-1234567")
    kept = lines_of(*TEXT, "商务合作请加微信", "电话：0000-1234567", "长按二维码关注我们")
    assert kept == list(TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "软件获取方式：关注本号，在后台回复 0110",
        "“感谢您的关注，我们会尽快联系您。”",
        "第三步：扫描对方提供的收款二维码，核对姓名后确认",
        "记得给文末的投票投上一票，看看谁家的豆腐最好吃",
        "希望大家多多支持家乡的农产品。",
        "有网友留言：“这样的老师值得点赞！”",
        "投诉举报电话：12345",
        "以上，就是那一年的全部。",
        "参考文献：[1] 县志办公室.石桥志[M].2003.",
    ],
)
def test_lines_that_only_sound_like_furniture_stay(line: str) -> None:
    assert line in lines_of(*TEXT, line)
    assert line in lines_of(*TEXT, line, *TEXT)


def test_most_of_a_post_is_never_taken_for_its_edge() -> None:
    short = [f"第{n}天，走到了一个小村子，村里的人都很和气" for n in range(1, 12)]
    assert [line for line in lines_of(*short, "扫码关注我们") if line in short] == short


def test_a_text_post_keeps_its_thanks() -> None:
    lines = ("这个号搬家了，以后还在这里写。", "感谢大家的关注，我会继续写山里的故事。")
    assert lines_of(*lines, about=replace(ABOUT, kind="text")) == list(lines)


# -- text dumps ------------------------------------------------------------------------------------------------------

DUMP = About(nickname="山前小筑", form="dump")


def test_a_glued_dump_is_cut_at_the_right_character() -> None:
    text = "".join(TEXT)
    glued = f"{text}来源：小镇广播站编辑：许文长按二维码关注我们获得更多精彩内容！预览时标签不可点微信扫一扫关注该公众号知道了"
    cleaned = clean(glued, about=DUMP)
    assert cleaned.body.text == text
    assert cleaned.source == "小镇广播站"
    assert cleaned.credits == {"editor": ("许文",)}
    assert [piece.label for piece in cleaned.removed] == ["credit", "credit", "qr-prompt", "chrome"]


def test_the_interface_at_the_end_of_a_dump_goes_in_any_language() -> None:
    chinese = (
        "前往“发现”-“看一看”浏览“朋友在看”",
        "已发送发送中",
        "微信扫一扫",
        "关注该公众号",
        "取消 允许",
        "，轻点两下取消赞",
    )
    english = (
        "Scan to Follow",
        "Got It",
        "Scan with Weixin to use this Mini Program",
        "Cancel",
        "Allow",
        "Close",
        "Like",
    )
    assert lines_of(*TEXT, *chinese, about=DUMP) == list(TEXT)
    assert lines_of(*TEXT, *english, about=DUMP) == list(TEXT)


def test_titles_of_other_posts_inside_the_interface_go_with_it() -> None:
    interface = (
        "喜欢此内容的人还喜欢",
        "旧书店的最后一个冬天",
        "不喜欢",
        "不看的原因",
        "确定",
        "内容低质",
        "写留言",
        "暂无留言",
    )
    assert lines_of(*TEXT, *interface, about=DUMP) == list(TEXT)


def test_a_dump_that_speaks_of_scanning_keeps_it() -> None:
    text = "打开微信扫一扫，对准商家的二维码，就可以付款。老人们起初不会用，后来也都学会了，集市上再没有人找不开零钱。"
    assert lines_of(text, *TEXT, text, "微信扫一扫关注该公众号", about=DUMP) == [text, *TEXT, text]


def test_markdown_marks_and_links_of_a_dump_are_read() -> None:
    kept = lines_of(
        *TEXT,
        "**** ",
        "**往期精彩推荐**",
        f"[1.旧书店的最后一个冬天]({POST})",
        f"[2.山那边的小学]({POST})",
        "#",
        "**长按二维码，关注我们**",
        "![](https://mmbiz.qpic.cn/code/640)",
        about=DUMP,
    )
    assert kept == list(TEXT)


def test_rows_of_a_markdown_table_stay() -> None:
    table = ("| 站名 | 里程 |", "|------|------|", "| 石桥 | 3 |")
    assert lines_of(*TEXT, *table, about=DUMP) == [*TEXT, *table]


def test_header_lines_that_parsing_read_are_meta() -> None:
    header = replace(plain_block("微信号 shanqianxiaozhu"), widget="dump-meta")
    cleaned = clean(header, *TEXT, about=DUMP)
    assert cleaned.body.text == "\n".join(TEXT)
    assert [(piece.rule, piece.label) for piece in cleaned.removed] == [("meta.header", "meta")]


# -- lines that company, place or a twin makes furniture --------------------------------------------------------------


def test_a_row_of_names_with_addresses_goes_with_the_heading_over_it() -> None:
    team = ("采编团队", "周一山 zys@example.com", "林小满 lxm@example.com", "许文 xw@example.com")
    assert lines_of(*TEXT, *team) == [*TEXT]
    assert lines_of(*TEXT, *team[:2], TEXT[0]) == [*TEXT, *team[:2], TEXT[0]], "one is no row"
    notice = clean(*TEXT, *team, about=titled("关于志愿者招募的通知"))
    assert "zys@example.com" in notice.body.text, "of a notice it is the matter"


def test_a_mail_address_as_the_last_line_goes_and_one_inside_stays() -> None:
    assert lines_of(*TEXT, "hello@example.com") == [*TEXT]
    assert lines_of(*TEXT[:2], "hello@example.com", TEXT[2]) == [*TEXT[:2], "hello@example.com", TEXT[2]]


def test_a_prompt_that_stands_at_the_end_goes_in_the_text_too() -> None:
    prompt = "点赞在看，让更多人看到"
    assert lines_of(*TEXT[:2], prompt, TEXT[2], TEXT[0], TEXT[1], "编辑：周一山", prompt) == [
        *TEXT,
        *TEXT[:2],
    ]


def test_links_that_a_colon_announces_go_wherever_they_stand() -> None:
    listed = ("本专题已刊发文章：", linked("石桥往事"), linked("竹林与风"))
    assert lines_of(TEXT[0], *listed, *TEXT[1:]) == [*TEXT]


def test_titles_with_columns_names_go_behind_links_of_the_same_form() -> None:
    titles = ("【活动】我馆年度总结会召开", "【提醒】警惕！冒充客服的电话又来了", "【活动】石桥论坛成功举办")
    links = (linked("【活动】春日读书会侧记"), linked("【视频】石桥的四季"))
    assert lines_of(*TEXT, "END", *links, *titles) == [*TEXT]
    assert lines_of(*TEXT, *titles) == [*TEXT, *titles], "without a link they may be news"


def test_a_section_of_terms_goes_to_its_end_however_long() -> None:
    terms = (
        "法律声明",
        "特别提示",
        "本公众号不是本所研究报告的发布平台，所载内容仅供参考，不构成投资建议。",
        "本公众号仅面向本所客户，任何不符合前述条件的订阅者，请自行评估接收内容的适当性。",
        "一般声明",
        "本公众号仅转发本所已发布报告的部分观点，订阅者须阅读报告全文才能了解其假设。",
        "本资料较之正式发布的报告存在延时，可能因情势变更而不再准确。",
        "在法律许可的情况下，本所可能与本资料中提及的公司建立业务关系。",
        "本公众号所载内容的版权归本所所有，未经书面许可，任何机构或个人不得转载。",
    )
    assert lines_of(*TEXT, TEXT[0], TEXT[1], *terms) == [*TEXT, *TEXT[:2]]


def test_captions_of_codes_behind_a_prompt_to_scan_go() -> None:
    captions: list[Block] = []
    for number, words in enumerate(
        ("石桥求职", "直通车", "竹林大讲堂", "周末开讲", "百校千人", "云端大招聘", "渡口直播间", "每周一场")
    ):
        captions += [picture(str(number))] if number % 2 == 0 else []
        captions.append(replace(plain_block(words), centred=True))
    assert lines_of(*TEXT, "长按识别二维码，关注山前小筑", *captions) == [*TEXT]
    told = lines_of(*TEXT, "长按识别二维码，关注山前小筑", *captions, TEXT[0])
    assert "百校千人" in told, "a paragraph behind them makes them the text's"


def test_a_heading_whose_section_went_goes_too() -> None:
    heading = replace(plain_block("写在最后"), kind="heading")
    assert lines_of(*TEXT, TEXT[0], heading, "欢迎加入我们的读者交流群", "添加小助手微信，备注进群") == [
        *TEXT,
        TEXT[0],
    ]
    assert lines_of(*TEXT, heading, TEXT[0], "长按识别二维码，关注我们") == [*TEXT, "写在最后", TEXT[0]]


def test_a_sentence_set_over_several_lines_keeps_the_one_that_sounds_like_a_prompt() -> None:
    sentence = ("凡进入镇区的人员，", "请长按识别二维码，", "提前填写登记表，", "交由工作人员核对。")
    assert lines_of(*TEXT[:2], *sentence, TEXT[2]) == [*TEXT[:2], *sentence, TEXT[2]]


def test_what_describes_readers_is_no_ask() -> None:
    greeting = "祝福关注公众号的老师们节日快乐，也祝同学们节日快乐！"
    assert lines_of(greeting, *TEXT) == [greeting, *TEXT]


def test_a_heading_at_the_head_is_no_slogan() -> None:
    heading = replace(plain_block("打包软连接文件"), kind="heading")
    assert lines_of("点击上方蓝字，关注我们", heading, *TEXT)[0] == "打包软连接文件"


def test_terms_at_the_head_of_a_dump_go_though_a_converter_broke_their_sentences() -> None:
    broken = ("**【文章说明】**", "- **目的**", "：本文内容仅为技术研究", "目的而创作。", "- **红线**")
    broken += ("：严禁将本文知识用于任何**未授权**", "的非法活动。", "**责任**", "：滥用所引发的**后果自负**")
    broken += ("，与本公众号及作者无关。",)
    about = replace(ABOUT, form="dump")
    assert lines_of(*broken, *TEXT, TEXT[0], about=about) == [*TEXT, TEXT[0]]


def test_pictures_right_before_the_interface_of_a_dump_are_the_posts() -> None:
    images = "![](https://mmbiz.qpic.cn/mmbiz_png/x/640)"
    interface = (
        "预览时标签不可点",
        "微信扫一扫",
        "关注该公众号",
        "继续滑动看下一个",
        "轻触阅读原文",
        "知道了",
    )
    cleaned = lines_of(*TEXT, "更多阅读", images, *interface, about=replace(ABOUT, form="dump"))
    assert images in cleaned
    assert not set(interface) & set(cleaned)


# -- behind the credits, in boxes ------------------------------------------------------------------------------------


def boxed(number: int, *lines: str) -> list[Block]:
    return [replace(plain_block(line), inside=(Container("box", number),)) for line in lines]


CREDITS = ("文字：周一山", "编辑：林小满", "审核：许文")


def test_what_stands_behind_the_closing_credits_goes_if_it_holds_addresses() -> None:
    visit = (
        "参观信息",
        "开放时间：9:00—17:00",
        "周一全天闭馆",
        "地址：石桥镇竹林路1号",
        "咨询电话：0000-3350000",
    )
    assert lines_of(*TEXT, TEXT[0], TEXT[1], *CREDITS, *visit) == [*TEXT, *TEXT[:2]]
    exhibition = clean(*TEXT, TEXT[0], TEXT[1], *CREDITS, *visit, about=titled("竹林特展开幕预告"))
    assert "闭馆" not in exhibition.body.text, "the credits close the matter of an announcement too"
    inside = clean(*TEXT[:2], *visit, TEXT[2], TEXT[0], *CREDITS, about=titled("竹林特展开幕预告"))
    assert "地址：石桥镇竹林路1号" in inside.body.text


def test_a_paragraph_behind_the_credits_stays() -> None:
    assert lines_of(*TEXT, TEXT[0], *CREDITS, TEXT[1], "电话：0000-3350000")[-2:] == [
        TEXT[1],
        "电话：0000-3350000",
    ]


def test_links_behind_the_credits_go_whatever_stands_over_them() -> None:
    listed = ("你没听过的好声音", linked("石桥往事"), linked("竹林与风"), "听见山里的夜晚")
    assert lines_of(*TEXT, TEXT[0], *CREDITS, *listed)[:4] == [*TEXT, TEXT[0]]
    assert not {"石桥往事", "竹林与风"} & set(lines_of(*TEXT, TEXT[0], *CREDITS, *listed))
    told = (TEXT[0], linked("石桥往事"), linked("竹林与风"), TEXT[1])
    assert lines_of(*TEXT, *told)[3:] == [TEXT[0], "石桥往事", "竹林与风", TEXT[1]], (
        "among text they are its own"
    )


def test_in_a_box_of_furniture_the_short_lines_go_with_the_others() -> None:
    shop = boxed(7, "山前小筑", "一片叶子，三年守候", "石桥店｜竹林路1号", "营业时间10:00-21:00")
    assert lines_of(*TEXT, TEXT[0], *shop) == [*TEXT, TEXT[0]]
    story = boxed(8, "山里的一天", "一片叶子，三年守候", "清晨六点，雾还没有散")
    assert lines_of(*TEXT, *story) == [*TEXT, *(block.text for block in story)]


def test_a_reporter_in_brackets_behind_the_last_sentence_is_a_credit() -> None:
    cleaned = clean(*TEXT[:2], TEXT[2] + "（记者 周一山 通讯员 林小满）")
    assert cleaned.body.text == "\n".join(TEXT)
    assert cleaned.credits == {"reporter": ("周一山",), "contributor": ("林小满",)}


def test_editors_in_brackets_and_sources_summed_up_are_credits() -> None:
    cleaned = clean(*TEXT[:2], TEXT[2] + "（编辑：林小满）", "（综合石桥广播站、县志办）")
    assert cleaned.body.text == "\n".join(TEXT)
    assert cleaned.credits["editor"] == ("林小满",)
    assert cleaned.source == "石桥广播站、县志办"


def test_a_box_of_addresses_behind_a_signature_goes() -> None:
    signed = ("石桥社区卫生站", "2020年5月8日")
    foot = boxed(
        3, "您身边的健康守门人", "地址：石桥镇建业路7号", "出诊电话：0000-8260000", "乘车路线：13路到石桥站"
    )
    about = titled("关于调整接种时间的通知")
    assert clean(*TEXT, TEXT[0], *signed, *foot, about=about).body.text == "\n".join(
        [*TEXT, TEXT[0], *signed]
    )


def test_a_handle_row_of_the_account_goes_from_an_announcement_too() -> None:
    about = titled("石桥音乐会门票开抢")
    row = ("微博：@山前小筑", "小红书：山前小筑", "演出邀约：booking@example.com")
    assert clean(*TEXT, TEXT[0], *row, about=about).body.text == "\n".join([*TEXT, TEXT[0]])


def test_a_quoted_notice_that_the_text_speaks_of_stays() -> None:
    quoted = "“本文转载自网络，版权归原作者所有，如有侵权请联系删除”——这样的声明几乎成了文末的标配。"
    assert lines_of(quoted, *TEXT) == [quoted, *TEXT]


def test_labels_set_wide_are_read() -> None:
    cleaned = clean(*TEXT, "编    辑：周一山", "来　　源：石桥广播站")
    assert cleaned.credits == {"editor": ("周一山",)}
    assert cleaned.source == "石桥广播站"


def test_a_picture_placeholder_is_no_credit() -> None:
    assert lines_of(*TEXT[:2], "[图片]", "【石桥的清晨】", TEXT[2]) == [
        *TEXT[:2],
        "[图片]",
        "【石桥的清晨】",
        TEXT[2],
    ]


def test_the_motto_of_a_copied_profile_card_goes() -> None:
    card_of_the_account = ("山前小筑", "十年山里人，只说山里事。", "412篇原创内容", "公众号")
    about = replace(ABOUT, form="dump")
    assert lines_of(*TEXT, *card_of_the_account, TEXT[0], about=about) == [*TEXT, TEXT[0]]


def test_of_an_announcement_the_last_box_with_name_and_hours_goes() -> None:
    card_at_the_end = boxed(
        9, "山前小筑 SHANQIAN", "开放时间：9:00—17:00", "总服务台：0000-6677001", "竹林站B口步行300米"
    )
    about = titled("竹林特展览预告")
    assert clean(*TEXT, TEXT[0], *card_at_the_end, about=about).body.text == "\n".join([*TEXT, TEXT[0]])


def test_the_word_to_send_goes_with_the_ask_over_it() -> None:
    word = "666，领取本馆整理的旧地图资料，也让你的朋友圈多一位爱走山路的人。"
    asks = ("长按图片加我微信，拉你进交流群", "关注公众号，发送消息：", word, "看完文章，请点在看和赞")
    assert lines_of(*TEXT, *asks) == [*TEXT]
    assert lines_of(*TEXT, word) == [*TEXT, word]

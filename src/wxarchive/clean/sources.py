"""Other spellings of known organisations in 来源 lines: the only ones that are unified, each because it stands here.

An app, a WeChat account or a microblog of an organisation is the organisation; its website is often another newsroom
with another name (新华网 is not 新华社) and stays itself. To add one: its name as it calls itself, then the spellings.
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["SOURCE_ALIASES"]

_CHANNELS: Final = (
    "微信",
    "微信公众号",
    "公众号",
    "官微",
    "官方微信",
    "官方微博",
    "微博",
    "客户端",
    "App",
    "APP",
    "视频号",
)
_WITH_CHANNELS: Final = (
    "人民日报 新华社 央视新闻 光明日报 经济日报 中国青年报 法治日报 工人日报 农民日报 解放军报 科技日报 澎湃新闻 新京报 南方周末 "
    "中国新闻网 第一财经 财新网 界面新闻 北京日报 解放日报 南方日报 新华日报 浙江日报 健康时报 中国教育报 共青团中央"
)
_OTHER: Final = {
    "新华社": "新华社电 新华通讯社",
    "中国新闻社": "中新社",
    "中国新闻网": "中新网",
    "央视新闻": "央视新闻微信公号 CCTV央视新闻",
    "中央广播电视总台": "央广总台 中央广电总台",
    "中国青年报": "中青报",
    "光明日报": "光明日报社",
    "人民日报": "人民日报社",
    "共青团中央": "团中央",
    "中央纪委国家监委网站": "中纪委网站 中央纪委监委网站",
}

SOURCE_ALIASES: Final[Mapping[str, str]] = {
    **{f"{name}{channel}": name for name in _WITH_CHANNELS.split() for channel in _CHANNELS},
    **{f"@{name}": name for name in _WITH_CHANNELS.split()},
    **{alias: name for name, aliases in _OTHER.items() for alias in aliases.split()},
}
"""Spelling → the organisation's name."""

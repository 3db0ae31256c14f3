"""Where each field of a post is written: the table of witnesses, tried in this order.

A witness is ``source:name``. Sources: ``cgi`` a path in ``cgiDataNew``, ``var`` a name that a script assigns, ``meta``
a ``<meta>``, ``dom`` the text of the element with an id, ``css`` the text of a selector's n-th match (``selector@n``),
``link`` a parameter of the post's own link as the page states it, ``url`` a parameter of the address that the page was
asked for, ``error`` a path in the ``cgiData`` of a page that is no post.

A template that changes costs a field one witness: the next one speaks. Facts: reference of the pages, sections 1 and
2; each was checked on pages of every template.
"""

from typing import Final

WITNESSES: Final[dict[str, tuple[str, ...]]] = {
    "biz": (
        "cgi:bizuin",
        "var:biz",
        "var:appuin",
        "link:__biz",
        "url:__biz",
    ),
    "mid": ("cgi:mid", "var:mid", "var:appmsgid", "link:mid", "url:mid"),
    "idx": ("cgi:idx", "var:idx", "link:idx", "url:idx"),
    "sn": ("cgi:sn", "var:sn", "link:sn", "url:sn"),
    "title": (
        "cgi:title",
        "dom:activity-name",
        "dom:activity_name",
        "var:msg_title",
        "var:title",
        "meta:og:title",
        "meta:twitter:title",
        "css:.rich_media_title@0",
        "var:video_title",
    ),
    "nickname": (
        "cgi:nick_name",
        "var:nickname",
        "var:nick_name",
        "dom:js_name",
        "dom:post-user",
        "css:.profile_nickname@0",
        "error:nick_name",
    ),
    "user_name": ("cgi:user_name", "var:user_name", "var:username", "error:user_name"),
    "alias": ("cgi:alias", "css:.profile_inner .profile_meta_value@0", "var:alias"),
    "description": ("cgi:signature", "css:.profile_inner .profile_meta_value@1", "var:signature"),
    "ct": (
        "cgi:ori_create_time",
        "cgi:create_timestamp",
        "var:ct",
        "var:create_time",
        "var:ori_create_time",
        "cgi:ori_send_time",
        "var:oriCreateTime",
    ),
    "shown_date": (
        "cgi:create_time",
        "var:createTime",
        "var:publish_time",
        "dom:post-date",
        "dom:publish_time",
    ),
    "author": (
        "cgi:author",
        "var:author",
        "dom:js_author_name_text",
        "dom:js_author_name",
        "meta:author",
        "meta:og:article:author",
        "css:#meta_content > .rich_media_meta_text:not(#post-date):not(#publish_time)"
        ":not(.rich_media_meta_nickname):not(#copyright_logo)@0",
        "css:.rich_media_meta_list > .rich_media_meta_text:not(#post-date):not(#publish_time)"
        ":not(.rich_media_meta_nickname):not(#copyright_logo)@0",
    ),
    "digest": ("cgi:desc", "var:msg_desc", "meta:og:description", "meta:description"),
    "cover_url": ("cgi:cdn_url", "var:msg_cdn_url", "var:cdn_url", "meta:og:image", "meta:twitter:image"),
    "avatar_url": (
        "var:ori_head_img_url",
        "cgi:ori_head_img_url",
        "var:hd_head_img",
        "cgi:hd_head_img",
        "cgi:round_head_img",
        "var:round_head_img",
    ),
    "link": ("cgi:link", "var:msg_link", "meta:og:url", "meta:twitter:url"),
    "source_url": ("cgi:source_url", "var:msg_source_url", "var:source_link"),
    "item_show_type": (
        "cgi:item_show_type",
        "var:item_show_type",
        "var:real_item_show_type",
    ),
    "copyright_stat": ("cgi:copyright_info.copyright_stat", "var:_copyright_stat", "var:copyright_stat"),
    "ip_location": (
        "cgi:ip_wording.province_name",
        "var:ip_wording.provinceName",
        "cgi:ip_wording.country_name",
        "var:ip_wording.countryName",
        "dom:js_ip_wording",
    ),
    "is_pay_subscribe": (
        "cgi:is_pay_subscribe",
        "cgi:pay_subscribe_info.is_pay_subscribe",
        "var:is_pay_subscribe",
    ),
}

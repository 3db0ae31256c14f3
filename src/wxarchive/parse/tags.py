"""What the elements of a post's body mean: tables only.

Sources: the HTML standard for block and void elements; WeChat's editor for the custom ones (reference:
``mpvoice``, ``mp-common-*``, ``qqmusic`` and the like stand for a player or card that a script draws).
"""

from typing import Final

BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search "
    "section summary table tbody td tfoot th thead tr ul foreignobject".split()
)
VOID_TAGS: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen".split()
)
# Content that is no text of the post: code for machines, or controls.
SKIPPED_TAGS: Final = frozenset(
    "script style noscript template textarea select button title desc metadata defs audio video object "
    "canvas map head mpcpc mp-style-type".split()
)
# Their content is raw text in serialised HTML: it must be cut out before tags are looked for.
RAW_TEXT_TAGS: Final = ("script", "style", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext")

MARKS: Final = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "cite": "i",
    "u": "u",
    "ins": "u",
    "s": "s",
    "strike": "s",
    "del": "s",
    "code": "c",
    "tt": "c",
    "kbd": "c",
    "samp": "c",
    "sub": "v",
    "sup": "^",
}
HEADINGS: Final = {f"h{n}": n for n in range(1, 7)}

# Elements that stand for something embedded: tag → (media type, attributes of title, author, id, duration in ms, url).
MEDIA_TAGS: Final[dict[str, tuple[str, dict[str, tuple[str, ...]]]]] = {
    "mpvoice": (
        "audio",
        {
            "title": ("name",),
            "author": ("author",),
            "id": ("voice_encode_fileid",),
            "duration_ms": ("play_length",),
        },
    ),
    "mp-common-mpaudio": (
        "audio",
        {
            "title": ("name", "data-name"),
            "author": ("author", "data-author"),
            "id": ("voice_encode_fileid",),
            "duration_ms": ("play_length",),
        },
    ),
    "qqmusic": (
        "music",
        {
            "title": ("music_name",),
            "author": ("singer",),
            "id": ("mid", "musicid"),
            "duration_ms": ("play_length",),
            "url": ("play_url", "otherid"),
        },
    ),
    "mp-common-qqmusic": (
        "music",
        {
            "title": ("music_name", "data-music_name"),
            "author": ("singer", "data-singer"),
            "id": ("mid", "musicid"),
            "duration_ms": ("play_length",),
        },
    ),
    "mp-common-videosnap": (
        "videosnap",
        {"title": ("data-desc",), "author": ("data-nickname",), "id": ("data-id",), "url": ("data-url",)},
    ),
    "mp-miniprogram": (
        "miniprogram",
        {
            "title": ("data-miniprogram-title",),
            "author": ("data-miniprogram-nickname",),
            "id": ("data-miniprogram-appid",),
        },
    ),
    "mp-common-miniprogram": (
        "miniprogram",
        {
            "title": ("data-miniprogram-title",),
            "author": ("data-miniprogram-nickname",),
            "id": ("data-miniprogram-appid",),
        },
    ),
    "mp-weapp": (
        "miniprogram",
        {
            "title": ("data-miniprogram-title",),
            "author": ("data-miniprogram-nickname",),
            "id": ("data-miniprogram-appid",),
        },
    ),
    "mpcps": (
        "product",
        {"title": ("data-title", "title"), "id": ("data-pid", "data-productid", "data-uid")},
    ),
    "mp-common-product": ("product", {"title": ("data-title",), "id": ("data-productid", "data-pid")}),
    "mp-common-cpsad": ("product", {"title": ("data-title",), "id": ("data-pid",)}),
    "mp-common-profile": (
        "account_card",
        {"title": ("data-nickname",), "author": ("data-signature",), "id": ("data-id",)},
    ),
    "mpprofile": (
        "account_card",
        {"title": ("data-nickname",), "author": ("data-signature",), "id": ("data-id",)},
    ),
    "mp-common-vote": ("vote", {"title": ("data-title",), "id": ("data-voteid", "data-supervoteid")}),
}

# Classes of the platform's own interface that scripts draw inside the body of a page a browser saved.
WIDGET_CLASSES: Final = frozenset(
    "js_audio_frame share_audio_context audio_area audio_card db_audio qqmusic_area js_music_area "
    "music_card wx_profile_card wx_profile_card_inner appmsg_card_context js_cmt_mod mpda_bottom_container "
    "mpda_card js_ad_inner weapp_card_bd_wrp weapp_display_element js_weapp_display_element vote_area "
    "js_mpvedio_wrapper js_mpvideo_player feed-wrapper wx_video_play_opr wx_video_progress_wrp "
    "js_inner_video_player video_card_context mid-page-wrapper "
    "code-snippet__line-index js_page_tip context_menu".split()
)
# Line numbers beside code: dropped without trace, they are not text.
DROPPED_CLASSES: Final = frozenset({"code-snippet__line-index"})

# The editor's small smileys are pictures with the smiley's name as alternative text.
EMOJI_CLASS_WORDS: Final = ("icon_emotion", "wx_emoji", "emoji", "qqface", "icon_smiley")

# Alternative texts that say nothing.
EMPTY_ALTS: Final = frozenset({"图片", "image", "cover_image", "undefined", "null", "img", "photo", "pic"})

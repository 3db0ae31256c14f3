"""A rendered post with its pictures had from files instead of the web."""

import re
from html import escape, unescape
from typing import Final

from wxarchive.media import FOLDER, media_key
from wxarchive.records import Post
from wxarchive.render.markdown import link_target

__all__ = ["held_files", "with_local_pictures"]

_IMG_SOURCE: Final = re.compile(r'(<img src=")([^"]*)(")')
_MARKDOWN_SOURCE: Final = re.compile(
    r"(!\[(?:\\.|[^\]\\\n]){0,2000}\]\()(<[^<>\n]*>|[^()\s<>]+(?:\([^()\s]*\)[^()\s]*)*)(\))"
)


def held_files(post: Post) -> dict[str, str]:
    """The files that are held of the post's pictures and sound, by their identity."""
    held = {media_key(image.url, post.id): image.file for image in post.images}
    held |= {f"media:{item.id}": item.file for item in post.media}
    return {key: file for key, file in held.items() if file and file.startswith(FOLDER + "/")}


def with_local_pictures(post: Post, folder: str = "") -> Post:
    """The post with held pictures as files in its HTML and Markdown; ``folder`` is put before their paths.

    Pictures that are not held keep their address.
    """
    files = held_files(post)
    if not files:
        return post

    def in_html(found: re.Match[str]) -> str:
        file = files.get(media_key(unescape(found[2]), post.id))
        return found[0] if file is None else f"{found[1]}{escape(folder + file)}{found[3]}"

    def in_markdown(found: re.Match[str]) -> str:
        file = files.get(media_key(_plain(found[2]), post.id))
        return found[0] if file is None else f"{found[1]}{link_target(folder + file)}{found[3]}"

    return post.with_changes(
        html=_IMG_SOURCE.sub(in_html, post.html), markdown=_MARKDOWN_SOURCE.sub(in_markdown, post.markdown)
    )


def _plain(target: str) -> str:
    """What a link's target says, without what makes it one."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", target.removeprefix("<").removesuffix(">"))

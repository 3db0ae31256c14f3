"""An export that is a folder: a file for each post, and an index that lists them in their order."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from wxarchive.export.files import staged_folder
from wxarchive.export.names import FileNames
from wxarchive.export.options import ExportOptions, as_exported
from wxarchive.records import Post
from wxarchive.render.local import held_files, with_local_pictures

__all__ = ["Pages", "write_pages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How a folder format writes its parts."""

    ending: str
    """Of all its files: ``.md``."""
    to_text: Callable[[Post], str]
    index_head: str
    index_entry: Callable[[Post, str], str]
    """A post and the name of its file → its line in the index."""
    index_foot: Callable[[int], str]
    """The number of posts → the index's end."""


def write_pages(posts: Iterable[Post], target: Path | TextIO, options: ExportOptions, pages: Pages) -> int:
    """Write a file for each post and ``index``; return their number without the index."""
    count = 0
    names = FileNames("index")
    with (
        staged_folder(target, force=options.force) as folder,
        _open(folder / f"index{pages.ending}") as index,
    ):
        index.write(pages.index_head)
        for post in posts:
            name = names.claim(post) + pages.ending
            post = _with_files(post, options, folder)
            with _open(folder / name) as file:
                file.write(pages.to_text(as_exported(post, options)))
            index.write(pages.index_entry(post, name))
            count += 1
        index.write(pages.index_foot(count))
    return count


def _with_files(post: Post, options: ExportOptions, folder: Path) -> Post:
    """The post with its held pictures and sound beside it; what the archive's folder lacks stays on the web."""
    if options.media is None:
        return post
    lost = set()
    for file in held_files(post).values():
        target = folder / file
        if target.exists():
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(options.media / file, target)
        except FileNotFoundError:
            lost.add(file)
    if lost:
        images = tuple(replace(item, file=None) if item.file in lost else item for item in post.images)
        media = tuple(replace(item, file=None) if item.file in lost else item for item in post.media)
        post = post.with_changes(images=images, media=media)
    return with_local_pictures(post)


def _open(path: Path) -> TextIO:
    return path.open("x", encoding="utf-8", errors="replace", newline="\n")

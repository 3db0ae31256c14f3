"""``wxarchive backup``, ``restore``, ``merge`` and ``forget``: copies of archives, and what is in them."""

from pathlib import Path
from typing import Annotated

import typer

from wxarchive.cli.options import ArchiveOption, JsonOption, QuietOption, archive_folder
from wxarchive.errors import InputError

__all__ = ["backup", "forget", "merge", "restore"]


def backup(
    target: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder for the copy.")],
    archive: ArchiveOption = None,
    copy: Annotated[
        bool,
        typer.Option("--copy", help="Copy pictures too, where a link would do: a disk may fail as a whole."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Copy the archive to a new folder, as it is at one moment, also while something is being fetched.

    The copy is an archive like any other. Pictures are linked, not copied, where the file system allows it.

    Examples:

      wxarchive backup /mnt/backup/posts-2026-05-01

      wxarchive backup ../posts-before-trying-something
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        files = opened.back_up(
            target, links=not copy, progress=lambda done, total: output.show_progress(done, total, "files")
        )
        posts = opened.count_posts()
    output.say(f"{posts:,} posts and {files:,} files are backed up to {target}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A backup: its folder.")],
    archive: ArchiveOption = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Put it in the place of an archive that is there, which is set aside."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Put a backup back as the archive. One that is there is set aside under another name, never removed.

    Examples:

      wxarchive restore /mnt/backup/posts-2026-05-01

      wxarchive restore ../posts-before-trying-something --force
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    target = archive_folder(archive)
    with Archive(source) as opened:
        aside, files = opened.restore_to(
            target, force=force, progress=lambda done, total: output.show_progress(done, total, "files")
        )
        posts = opened.count_posts()
    if aside is not None:
        output.say(f"the archive that was there is now {aside}")
    output.say(f"{posts:,} posts and {files:,} files are restored to {target}")


def merge(
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The folder of the other archive.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take over all that another archive holds; that one is not changed.

    Captures unite, and versions take their places by the time at which they were seen. What was forgotten here stays
    forgotten. Of a damaged archive, all is taken that can be read. Exit code 9 where something could not be.

    Examples:

      wxarchive merge /mnt/colleague/posts

      wxarchive merge ./damaged --archive ./new
    """
    from wxarchive import Archive
    from wxarchive.merging import merge as merge_archives
    from wxarchive.output import Output

    output = Output(json=json, quiet=quiet)
    with Archive(other) as source, Archive(archive_folder(archive), create=True) as opened:
        done = merge_archives(opened, source, progress=lambda seen: output.show_count(seen, "captures"))
    raise typer.Exit(output.merged(done))


def forget(
    post: Annotated[str, typer.Argument(metavar="ID", help="A post's id, its number in list, or its link.")],
    archive: ArchiveOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without this it is only said what would go.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Remove a post for good: its pages, versions, text, links, and pictures that no other post shows.

    A tombstone stays in the chain, so that the archive can still be verified; it tells when something was forgotten,
    not what. Backups, exports and other archives are not reached.

    Examples:

      wxarchive forget 3

      wxarchive forget 3 --yes
    """
    from wxarchive import Archive
    from wxarchive.output import Output

    output = Output(quiet=quiet)
    with Archive(archive_folder(archive)) as opened:
        history = opened.get_history(post)
        versions, captures = len(history.versions), len(history.observations)
        if not yes:
            raise InputError(
                f"would be gone for good, with {versions:,} versions and {captures:,} captures",
                subject=f"{history.post_id} {history.title or ''}".rstrip(),
                hint="add --yes to do it; make a backup first if in doubt",
            )
        gone = opened.forget(history.post_id)
    output.say(f"forgotten: {gone.captures:,} captures, {gone.pages:,} pages, {len(gone.files):,} files")

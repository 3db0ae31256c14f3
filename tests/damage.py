"""Damage for tests: one bit flipped somewhere in what an archive keeps of captures, media, chain or index.

As a command it flips many, each in a copy of its own: ``python tests/damage.py --flips 200``. A flip must be named by
verify, unless it hit a byte that means nothing (space that no row uses, or when a picture was last
asked for); what is not damaged must still read.
"""

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from samples import NOW, make_page, make_post, make_text
from wxarchive.errors import StoreError
from wxarchive.han import fold, tokens
from wxarchive.pipeline import import_files
from wxarchive.query import COLUMNS
from wxarchive.store import Archive

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PLACES = {
    "captures": ("captures", "bodies", "page_references", "reference_copies", "sqlite_autoindex_bodies_1"),
    "chain": ("chain", "chain_digest"),
    "index": ("posts_fts_data", "posts_fts_idx", "posts_fts_docsize", "posts_fts_config"),
    "media": ("media", "media_addresses"),
    "posts": ("posts", "versions"),
}
# What is noted of pictures beside what they are: when, how often and why not. No sum is kept of that.
BOOKKEEPING = {
    "media": "sha256, file, type, size",
    "media_addresses": "key, url, kind, post_id, state, sha256",
}
PNG = b"\x89PNG\r\n\x1a\n"


def make_template(chance: random.Random, size: int) -> bytes:
    """What pages of one template have in common: scripts, as far as packing is concerned."""
    line = "function f{}(a,b){{var c=a.getElementById('{}');return c&&c.style.{}||b[{}]}}\n"
    count = size // len(line.format(*[10**5] * 4)) + 1
    numbers = iter(chance.choices(range(10**5, 10**6), k=4 * count))
    return "".join(line.format(*values) for values in zip(*[numbers] * 4, strict=True)).encode()


def make_big_page(template: bytes, chance: random.Random, text: str = "") -> bytes:
    """A page of a template, with a text and some numbers of its own."""
    own = make_text(chance, 200) + text
    head = f"<html><script>var nonce = '{chance.random()}';</script><p>{own}</p><script>".encode()
    return head + template + f"</script><i>{chance.random()}</i></html>".encode()


def fill(folder: Path) -> None:
    """An archive with all that there is to damage: pages, references, versions, pictures, something forgotten."""
    chance = random.Random(7)
    templates = [make_template(chance, 600_000) for _ in range(2)]
    with Archive(folder, create=True, clock=lambda: NOW) as archive:
        names = (
            "article-a-notice",
            "article-c-2023",
            "picture-2025",
            "deleted-zh",
            "text-2025",
            "article-b-no-sn",
        )
        for _ in import_files(archive, [FIXTURES / "pages" / f"{name}.html" for name in names]):
            pass
        for number in range(8):
            body = make_big_page(templates[number % 2], chance)
            archive.save(make_page(body), state="post", post=make_post(number, make_text(chance, 100)))
        for day in (1, 2):
            body = make_big_page(templates[0], chance)
            page = make_page(body, fetched_at=NOW + timedelta(days=day))
            archive.save(page, state="post", post=make_post(1, f"改{day}"))
        archive.save(make_page(b"gone"), state="deleted", post=None, addresses=[make_post(2).url or ""])
        for number in range(3):
            data = PNG + chance.randbytes(500)
            archive.save_media(
                data, url=f"https://mmbiz.qpic.cn/mmbiz_png/a{number}/640", post_id=make_post(1).id
            )
        archive.forget(make_post(7).id)


@dataclass(frozen=True)
class Flip:
    """A bit that was flipped: in a table's page of the database, or in a file."""

    place: str
    where: str


def flip_one(folder: Path, place: str, chance: random.Random) -> Flip:
    """Flip one bit of an archive; of media, in the database or in a file."""
    files = sorted(path for path in (folder / "media").rglob("*") if path.is_file())
    if place == "media" and files and chance.random() < 0.5:
        file = chance.choice(files)
        _flip(file, chance.randrange(file.stat().st_size), chance)
        return Flip(place, file.name)
    database = folder / "archive.db"
    with closing(sqlite3.connect(database)) as connection:
        marks = ", ".join("?" * len(PLACES[place]))
        pages = connection.execute(
            f"SELECT name, pgoffset, pgsize FROM dbstat WHERE name IN ({marks})", PLACES[place]
        ).fetchall()
    table, offset, size = chance.choice(pages)
    at = offset + chance.randrange(size)
    _flip(database, at, chance)
    return Flip(place, f"{table} at {at}")


def _flip(file: Path, at: int, chance: random.Random) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        (byte,) = opened.read(1)
        opened.seek(at)
        opened.write(bytes([byte ^ 1 << chance.randrange(8)]))
        opened.flush()
        os.fsync(opened.fileno())


def meaning(folder: Path) -> Any:
    """All that the database says (but for bookkeeping), and whether SQLite finds it sound; the same for two means nothing was damaged."""
    said: list[Any] = []
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.text_factory = bytes
        said.append(answers(connection))
        tables = ("meta", "addresses", *PLACES["chain"][:1], *PLACES["posts"], *PLACES["captures"][:4])
        for table in (*tables, *BOOKKEEPING):
            columns = BOOKKEEPING.get(table, "*")
            try:
                said.append(connection.execute(f"SELECT {columns} FROM {table}").fetchall())
            except sqlite3.DatabaseError as error:
                said.append(str(error))
        with suppress(sqlite3.DatabaseError):
            said.append(connection.execute("PRAGMA integrity_check").fetchall())
    return said


def answers(connection: sqlite3.Connection) -> Any:
    """What the index answers to each token that the texts have: the posts, and how well they fit."""
    try:
        columns = ", ".join(COLUMNS.values())
        texts = [text for row in connection.execute(f"SELECT {columns} FROM posts") for text in row if text]
        asked = {token for text in texts for token in tokens(fold(text.decode("utf-8", "replace"))).split()}
        sql = "SELECT rowid, bm25(posts_fts), rank FROM posts_fts WHERE posts_fts MATCH ? ORDER BY rowid"
        return [connection.execute(sql, (f'"{token}"',)).fetchall() for token in sorted(asked)]
    except sqlite3.DatabaseError as error:
        return str(error)


def read_all(folder: Path) -> dict[str, Any]:
    """Each post by its id, as it reads: its text, or None where it is said to be damaged."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        ids = [row[0] for row in connection.execute("SELECT post_id FROM posts")]
    with Archive(folder) as archive:
        for post_id in ids:
            try:
                found[post_id] = archive.get_post(post_id).text
            except StoreError:
                found[post_id] = None
            with suppress(StoreError):
                found[f"{post_id} raw"] = archive.get_raw(post_id)
    return found


@dataclass(frozen=True)
class Verdict:
    """What became of a flip: ``named`` by verify, ``slack`` (it changed nothing), or ``missed``."""

    what: str
    flip: Flip
    wrong: tuple[str, ...] = ()
    """Posts that read as something else than they were, without a word."""


def judge(sound: Path, place: str, chance: random.Random, before: Any, texts: dict[str, Any]) -> Verdict:
    """Flip a bit in a copy of an archive, and see whether it is named and the rest still reads."""
    with tempfile.TemporaryDirectory() as place_of_copy:
        folder = Path(place_of_copy) / "copy"
        shutil.copytree(sound, folder)
        flip = flip_one(folder, place, chance)
        try:
            with Archive(folder) as archive:
                named = bool(archive.verify().findings)
        except StoreError:
            named = True  # it cannot even be opened, and says so
        what = (
            "named" if named else "slack" if flip.where[0] != "." and meaning(folder) == before else "missed"
        )
        wrong: list[str] = []
        if place not in ("posts", "captures"):
            after = read_all(folder)
            wrong = [name for name, text in texts.items() if after.get(name) != text]
        return Verdict(what, flip, tuple(wrong))


def main() -> int:
    """Flip many bits; fail if one is missed."""
    parser = argparse.ArgumentParser(description="Flip bits in an archive, and see that verify names each.")
    parser.add_argument(
        "--flips", type=int, default=200, help="in each of captures, chain, index, media and posts"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as place:
        sound = Path(place) / "sound"
        fill(sound)
        before, texts = meaning(sound), read_all(sound)
        for name in PLACES:
            chance = random.Random(f"{name} {options.seed}")
            counts: Counter[str] = Counter()
            while counts["named"] + counts["missed"] < options.flips:
                verdict = judge(sound, name, chance, before, texts)
                counts[verdict.what] += 1
                if verdict.what == "missed" or verdict.wrong:
                    failed = True
                    print(f"{verdict.what}: {verdict.flip} {' '.join(verdict.wrong)}", flush=True)
            print(
                f"{name}: {counts['named']} of {options.flips} named; {counts['slack']} more hit unused space"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

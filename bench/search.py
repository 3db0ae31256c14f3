"""What searching costs: the archive's index beside a LIKE scan, FTS5's trigram and unicode61, and tantivy.

    python bench/search.py [--posts 10000,100000] [--folder DIR] [--peers trigram,unicode61,tantivy] [--write docs/benchmarks-search.md]

The posts are those of `bench/corpus.py`. For each number of posts an archive and the peers' indexes are built in
DIR/<number> (a folder in the system's temporary one if none is named); what is there already is used again, with the
times that it took then. Needs the dependency group `bench`.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any, Final, NamedTuple

from corpus import iter_posts, vocabulary

from wxarchive.han import fold, tokens
from wxarchive.pages import Page
from wxarchive.query import COLUMNS as SEARCHED
from wxarchive.query import parse_query
from wxarchive.store import Archive, index
from wxarchive.store import search as reading
from wxarchive.store.conditions import to_plan
from wxarchive.store.newest import iter_numbers
from wxarchive.store.ranking import ranked_at_most

FIELDS: Final = "title, author, nickname, source, text"
LIMIT: Final = 20
PIECES: Final = 60
BANDS: Final = ((0.10, 1.01), (0.01, 0.10), (0.0, 0.01))
COLUMNS: Final = (
    "id,post_id,kind,published_at,published_precision,title,author,nickname,biz,source,copyright,is_paid,state,version,"
    "content_hash,parser_version,capture_id,first_captured_at,credits,albums,media,links,images,removed,text,markdown,html"
)
VALUES: Final = (
    "?,?,'article',?,'second',?,?,?,?,?,'unknown',0,'post',1,'0',1,1,'2026-01-01T00:00:00+08:00','{}','[]','[]','[]',"
    "'[]','[]',?,'',''"
)


class Class(NamedTuple):
    """Words of one sort, and how often each was measured."""

    name: str
    words: list[str]


# ------------------------------------------------------------------------------------------------------------
# Building


def build(folder: Path, posts: int, peers: Sequence[str]) -> dict[str, float]:
    """Make what is not there yet; gives CPU seconds and sizes in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "built.json"
    built: dict[str, float] = json.loads(notes.read_text()) if notes.is_file() else {}
    steps: list[tuple[str, Callable[[], Mapping[str, float]]]] = [
        ("text", lambda: write_posts(folder / "archive", posts)),
        ("index", lambda: build_index(folder / "archive")),
    ]
    builders: dict[str, Callable[[], Mapping[str, float]]] = {
        "trigram": lambda: build_peer(folder, "trigram", "trigram"),
        "unicode61": lambda: build_peer(folder, "unicode61", "unicode61 remove_diacritics 0"),
        "tantivy": lambda: build_tantivy(folder),
    }
    steps += [(name, builders[name]) for name in peers]
    for name, step in steps:
        if f"{name}_cpu" in built:
            continue
        begin, cpu = perf_counter(), process_time()
        sizes = step()
        built |= {f"{name}_cpu": process_time() - cpu, f"{name}_wall": perf_counter() - begin, **sizes}
        notes.write_text(json.dumps(built, indent=1))
        say(f"{posts:,}: {name} built in {built[f'{name}_wall']:.0f} s")
    return built


def write_posts(folder: Path, posts: int) -> dict[str, float]:
    if folder.exists():
        shutil.rmtree(folder)
    size = 0
    with Archive(folder, create=True) as archive:
        # The page that all posts are said to be read from.
        archive.save(Page(body=b"corpus", origin="import", fetched_at=None), state="unknown", post=None)
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for post in iter_posts(posts):
            biz = post.post_id.split(":")[0]
            connection.execute(
                f"INSERT INTO posts ({COLUMNS}) VALUES ({VALUES})",
                (post.number, post.post_id, post.published_at, post.title, post.author, post.nickname, biz, post.source, post.text),
            )  # fmt: skip
            size += len((post.title + post.text).encode())
            if post.number % 5000 == 0:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
        connection.execute("COMMIT")
    return {"text_bytes": size}


def build_index(folder: Path) -> dict[str, float]:
    with Archive(folder) as archive:
        archive.reindex()
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        sizes = [
            connection.execute(f"SELECT total(length(block)) FROM {table}_data").fetchone()[0]
            for table in ("posts_fts", "posts_characters")
        ]
    return {"index_bytes": sum(sizes), "characters_bytes": sizes[1]}


def restore_index(folder: Path) -> None:
    """Make the index anew where replacing posts in an earlier run left many small pieces in it."""
    with Archive(folder) as archive:
        (pieces,) = archive._reading().execute("SELECT count(DISTINCT segid) FROM posts_fts_idx").fetchone()
        if pieces > PIECES:
            archive.reindex()


def build_peer(folder: Path, name: str, tokenizer: str) -> dict[str, float]:
    """An FTS5 index of the same texts, folded as ours are, as SQLite makes it by itself."""
    file = folder / f"{name}.db"
    file.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as connection,
        closing(sqlite3.connect(folder / "archive" / "archive.db")) as posts,
    ):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute(
            f"CREATE VIRTUAL TABLE peer USING fts5({FIELDS}, content='', tokenize='{tokenizer}')"
        )
        connection.execute("BEGIN")
        for number, *texts in posts.execute(f"SELECT id, {FIELDS} FROM posts ORDER BY id"):
            folded = [fold(text or "") for text in texts]
            connection.execute(
                f"INSERT INTO peer(rowid, {FIELDS}) VALUES (?, ?, ?, ?, ?, ?)", (number, *folded)
            )
            if number % 4000 == 0:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
        connection.execute("COMMIT")
        (size,) = connection.execute("SELECT total(length(block)) FROM peer_data").fetchone()
    return {f"{name}_bytes": size}


def build_tantivy(folder: Path) -> dict[str, float]:
    import tantivy

    place = folder / "tantivy"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    index = tantivy.Index(tantivy_schema(), path=str(place))
    writer = index.writer(200_000_000, 1)
    with closing(sqlite3.connect(folder / "archive" / "archive.db")) as posts:
        for number, *texts in posts.execute(f"SELECT id, {FIELDS} FROM posts ORDER BY id"):
            document = tantivy.Document()
            document.add_integer("number", number)
            document.add_text("text", "\n".join(tokens(fold(text)) for text in texts if text))
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return {"tantivy_bytes": sum(file.stat().st_size for file in place.iterdir())}


def tantivy_schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True, indexed=False)
    builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="position")
    return builder.build()


# ------------------------------------------------------------------------------------------------------------
# Words


def choose_words(connection: sqlite3.Connection, posts: int) -> list[Class]:
    """Words of each length from frequent to rare: as many of more than 10 % of the posts, of 1 to 10 %, and of less."""
    known = vocabulary().words
    chosen = []
    for length, each in ((1, 6), (2, 12), (3, 6), (4, 6)):
        words = [word for word in known if len(word) == length and fold(word) == word]
        found: dict[int, list[str]] = {band: [] for band in range(len(BANDS))}
        if length == 1:
            found[0].append("的")
        chance = Random(f"words {length}")
        for _ in range(4000):
            # Ranks by their logarithm, so that frequent words have their turn.
            word = words[int(len(words) ** chance.random()) - 1]
            count = reading.count_posts(connection, parse_query(word))
            band = next((n for n, (low, high) in enumerate(BANDS) if low <= count / posts < high), 0)
            if count and len(found[band]) < each and word not in found[band]:
                found[band].append(word)
            if all(len(words_of_band) == each for words_of_band in found.values()):
                break
        chosen.append(
            Class(
                f"{length} character{'s' if length > 1 else ''}",
                [word for words_of_band in found.values() for word in words_of_band],
            )
        )
    two = chosen[1].words
    pairs = [f"{one} {other}" for one, other in zip(two[::2], two[::-2], strict=False)]
    chosen.append(Class("two words", pairs[:18]))
    chosen.append(Class("mixed", ["5g", "app 中国", "python*", "pdf", "2024", '"ai" -pm', "gdp OR covid"]))
    return chosen


# ------------------------------------------------------------------------------------------------------------
# Measuring


def best(run: Callable[[], object], rounds: int = 3) -> float:
    """Milliseconds of the best of some rounds."""
    times = []
    for _ in range(rounds):
        begin = perf_counter()
        run()
        times.append((perf_counter() - begin) * 1000)
    return min(times)


def measure(folder: Path, posts: int, peers: Sequence[str]) -> dict[str, Any]:
    """Milliseconds by class and way of searching."""
    with Archive(folder / "archive") as archive:
        connection = archive._reading()
        classes = choose_words(connection, posts)
        like = closing(sqlite3.connect(folder / "archive" / "archive.db"))
        found: dict[str, Any] = {"classes": {}}
        with like as plain:
            tri = sqlite3.connect(folder / "trigram.db") if "trigram" in peers else None
            uni = sqlite3.connect(folder / "unicode61.db") if "unicode61" in peers else None
            tan = open_tantivy(folder) if "tantivy" in peers else None
            for name, words in classes:
                rows: dict[str, list[float]] = {}
                for word in words:
                    query = parse_query(word)
                    plan = reading.to_measured_plan(connection, query)
                    ways: dict[str, Callable[[], object]] = {
                        "search": lambda word=word: archive.search(word, limit=LIMIT),
                        "ranked": lambda query=query: reading.rank(connection, query, LIMIT, 0),
                        "newest": lambda plan=plan: list(iter_numbers(connection, plan, "new", LIMIT)),
                        "count": lambda query=query: reading.count_posts(connection, query),
                    }
                    simple = " " not in word and "*" not in word
                    if tri is not None and simple and len(word) >= 3:
                        ways["trigram"] = lambda word=word: ranked_peer(tri, word)
                    if uni is not None and simple:
                        ways["unicode61"] = lambda word=word: ranked_peer(uni, word)
                    if tan is not None and simple and len(word) > 1:
                        ways["tantivy"] = lambda word=word: tan(word)
                    for way, run in ways.items():
                        rows.setdefault(way, []).append(best(run))
                    if simple and posts <= 100_000:
                        rows.setdefault("like", []).append(best(lambda word=word: scan(plain, word), 1))
                found["classes"][name] = rows
                say(f"{posts:,}: {name} measured")
            for peer in (tri, uni):
                if peer is not None:
                    peer.close()
        found["overlap"] = overlap(connection, classes, posts)
    return found


def ranked_peer(connection: sqlite3.Connection, word: str) -> list[Any]:
    return connection.execute(
        "SELECT rowid FROM peer WHERE peer MATCH ? ORDER BY bm25(peer, 5, 3, 3, 2, 1) LIMIT ?",
        (f'"{word}"', LIMIT),
    ).fetchall()


def scan(connection: sqlite3.Connection, word: str) -> list[Any]:
    """All posts gone through, as a program without an index does."""
    like = f"%{word}%"
    return connection.execute(
        "SELECT id FROM posts NOT INDEXED WHERE text LIKE ? OR title LIKE ? ORDER BY published_at DESC LIMIT ?",
        (like, like, LIMIT),
    ).fetchall()


def open_tantivy(folder: Path) -> Callable[[str], object]:
    import tantivy

    schema = tantivy_schema()
    searcher = tantivy.Index(schema, path=str(folder / "tantivy")).searcher()

    def search(word: str) -> object:
        made = tokens(fold(word)).split()
        # As in the archive: the last character of a run is for what ends there.
        made = made[:-1] or made
        query = (
            tantivy.Query.phrase_query(schema, "text", made)
            if len(made) > 1
            else tantivy.Query.term_query(schema, "text", made[0])
        )
        return searcher.search(query, LIMIT).hits

    return search


def overlap(connection: sqlite3.Connection, classes: Sequence[Class], posts: int) -> dict[str, float]:
    """Of words in less than a twentieth of the posts: how much of the best 20 is that of bm25 over all of them."""
    shares: dict[str, list[float]] = {"exact-rank": [], "bare bm25": []}
    for name, words in classes:
        if "character" not in name:
            continue
        for word in words:
            query = parse_query(word)
            count = reading.count_posts(connection, query)
            if not 0 < count < posts / 20:
                continue
            ours = {number for number, _ in reading.rank(connection, query, LIMIT, 0)[0]}
            exact = {number for number, _ in reading.rank(connection, query, LIMIT, 0, exact_rank=True)[0]}
            plan = to_plan(query)
            bare = connection.execute(
                f"SELECT {plan.key} FROM {plan.source} "
                f"ORDER BY bm25(posts_fts, 5, 3, 3, 2, 1), {plan.key} DESC LIMIT {LIMIT}",
                plan.values,
            ).fetchall()
            shares["exact-rank"].append(len(ours & exact) / len(exact))
            shares["bare bm25"].append(len(ours & {number for (number,) in bare}) / len(bare))
    return {name: statistics.mean(values) if values else 1.0 for name, values in shares.items()}


def measure_replacing(folder: Path, posts: int, times: int = 300) -> dict[str, float]:
    """Milliseconds to store another version of a post, each in a transaction of its own, synced to the disk."""
    spent, spent_cpu = [], []
    with Archive(folder / "archive", create=True) as archive:
        # Other texts than any run before gave it: what is stored already is no replacement.
        (versions,) = archive._reading().execute("SELECT count(*) FROM versions").fetchone()
        chance = Random(f"replacing {versions}")
        texts = {post.number: post for post in iter_posts(times, seed=2 + versions)}
        for number in range(1, times + 1):
            held = archive.get_post(str(chance.randint(1, posts)))
            changed = held.with_changes(text=texts[number].text, raw_sha256=None)
            page = Page(body=os.urandom(64), origin="fetch", fetched_at=datetime.now(UTC))
            begin, cpu = perf_counter(), process_time()
            saved = archive.save(page, state="post", post=changed)
            assert saved.outcome == "changed", "another text makes another version"
            spent.append((perf_counter() - begin) * 1000)
            spent_cpu.append((process_time() - cpu) * 1000)
        indexed = [measure_reindexing(archive, number, texts[number].text) for number in range(1, times + 1)]
    return {
        "index p50": statistics.median(indexed),
        "index p95": quantile(indexed, 0.95),
        "p50": statistics.median(spent),
        "p95": quantile(spent, 0.95),
        "cpu": statistics.median(spent_cpu),
    }


def measure_reindexing(archive: Archive, number: int, text: str) -> float:
    """Milliseconds to give the index another text for a post, synced to the disk; then the right one again."""
    writer = archive._writing()
    columns = ", ".join(SEARCHED.values())
    held = writer.connection.execute(f"SELECT {columns} FROM posts WHERE id = ?", (number,)).fetchone()
    other = (*held[:-1], text)
    begin = perf_counter()
    with writer.transaction():
        index.forget(writer.connection, number, tuple(held))
        index.index(writer.connection, number, other)
    spent = (perf_counter() - begin) * 1000
    with writer.transaction():
        index.forget(writer.connection, number, other)
        index.index(writer.connection, number, tuple(held))
    return spent


def measure_process(folder: Path) -> dict[str, float]:
    """Milliseconds and megabytes of whole processes, the best of ten."""
    typer = "import typer\na = typer.Typer()\na.command()(lambda: None)\ntry:\n    a([])\nexcept SystemExit:\n    pass"
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "import sqlite3": [sys.executable, "-c", "import sqlite3"],
        "a Typer program": [sys.executable, "-c", typer],
        "wxarchive search": [sys.executable, "-m", "wxarchive", "search", "脱贫攻坚 发展", "--archive", str(folder / "archive")],
        "wxarchive search 的": [sys.executable, "-m", "wxarchive", "search", "的", "--archive", str(folder / "archive")],
    }  # fmt: skip
    # As programs that are installed run: with their compiled modules beside them.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run(command: list[str]) -> None:
        subprocess.run(command, capture_output=True, check=True, env=environment)

    found = {}
    for name, command in commands.items():
        run(command)
        found[name] = best(lambda command=command: run(command), 10)
    probe = "import resource,subprocess,sys; subprocess.run(sys.argv[1:], capture_output=True, check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    memory = [
        int(subprocess.run([sys.executable, "-c", probe, *commands[name]], capture_output=True, check=True, text=True).stdout)
        for name in ("wxarchive search", "wxarchive search 的")
    ]  # fmt: skip
    found["memory MB"] = max(memory) / 1024
    return found


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


# ------------------------------------------------------------------------------------------------------------
# Report


def report(posts: int, built: Mapping[str, float], found: Mapping[str, Any], peers: Sequence[str]) -> str:
    """One size's measurements as Markdown."""
    text = built["text_bytes"]
    lines = [
        f"## {posts:,} posts",
        "",
        f"{text / 1e6:,.0f} MB of text; {date_and_machine()}; load average {found['load']:.1f}.",
        "",
    ]
    lines += [
        "| milliseconds, p50 / p95 | " + " | ".join(WAYS.values()) + " |",
        "|---|" + "---:|" * len(WAYS),
    ]
    for name, rows in found["classes"].items():
        cells = [
            f"{statistics.median(rows[way]):.2f} / {quantile(rows[way], 0.95):.2f}" if way in rows else ""
            for way in WAYS
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| ratio or figure | measured | bar |", "|---|---:|---|"]
    for name, value, bar in bars(posts, built, found, peers):
        lines.append(f"| {name} | {value} | {bar} |")
    return "\n".join(lines) + "\n\n"


WAYS: Final = {
    "search": "search, best 20 with excerpts",
    "ranked": "the best 20",
    "newest": "the newest 20",
    "count": "count",
    "like": "LIKE scan",
    "trigram": "trigram, best 20",
    "unicode61": "unicode61, best 20",
    "tantivy": "tantivy, best 20",
}


def bars(
    posts: int, built: Mapping[str, float], found: Mapping[str, Any], peers: Sequence[str]
) -> list[tuple[str, str, str]]:
    two, one = found["classes"]["2 characters"], found["classes"]["1 character"]
    made: list[tuple[str, str, str]] = []
    if "like" in two:
        p50, p95 = statistics.median(two["like"]), quantile(two["like"], 0.95)
        made += [
            ("2 characters: LIKE / search, p50", f"{p50 / statistics.median(two['search']):.0f}", "≥ 100 at 100,000"),
            ("2 characters: LIKE / search, p95", f"{p95 / quantile(two['search'], 0.95):.0f}", "≥ 15 at 100,000"),
            ("2 characters: LIKE / newest, p50", f"{p50 / statistics.median(two['newest']):.0f}", "≥ 1,000 at 100,000"),
        ]  # fmt: skip
    made += [
        ("2 characters: search, p95, ms", f"{quantile(two['search'], 0.95):.1f}", "≤ 120 at 1,000,000"),
        ("1 character: search, p95, ms", f"{quantile(one['search'], 0.95):.1f}", "≤ 200 at 100,000"),
        ("best 20 as by --exact-rank", f"{found['overlap']['exact-rank']:.3f}", "≥ 0.95"),
        ("best 20 as by bm25 without recency", f"{found['overlap']['bare bm25']:.3f}", ""),
        ("posts ranked by bm25 at most", f"{ranked_at_most(posts):,}", ""),
        ("index / text, bytes", f"{built['index_bytes'] / built['text_bytes']:.2f}", "≤ 1.7"),
    ]
    limits = {"trigram": ("≤ 0.7", "≤ 0.8")}
    for peer in peers:
        size, time = limits.get(peer, ("", ""))
        made.append((f"index / {peer}, bytes", f"{built['index_bytes'] / built[f'{peer}_bytes']:.2f}", size))
        made.append((f"build / {peer}, CPU time", f"{built['index_cpu'] / built[f'{peer}_cpu']:.2f}", time))
    made.append(("build, posts a second", f"{posts / built['index_wall']:,.0f}", ""))
    if "process" in found:
        process = found["process"]
        allowed = 4 * process["import sqlite3"] + process["a Typer program"] - process["python"]
        made += [
            ("search as a process / what is allowed", f"{process['wxarchive search'] / allowed:.2f}",
             "≤ 1 (4 × import sqlite3 + Typer's start)"),
            ("search as a process, ms", f"{process['wxarchive search']:.0f}", f"import sqlite3: {process['import sqlite3']:.0f}"),
            ("memory of a search, MB", f"{process['memory MB']:.0f}", "< 100"),
        ]  # fmt: skip
    if "replacing" in found:
        replacing = found["replacing"]
        made += [
            ("replace a post in the index, ms, p50 / p95",
             f"{replacing['index p50']:.1f} / {replacing['index p95']:.1f}", "p50 ≤ 5 at 100,000"),
            ("store another version of a post, ms, p50 / p95", f"{replacing['p50']:.1f} / {replacing['p95']:.1f}", ""),
        ]  # fmt: skip
        made.append(("store another version of a post, CPU ms, p50", f"{found['replacing']['cpu']:.1f}", ""))  # fmt: skip
    return made


def date_and_machine() -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    )


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


METHOD: Final = """\
<!-- Written by `make bench-search`; changes here are lost. -->

# What searching costs

`make bench-search` builds archives of 10,000 and 100,000 posts and measures searches in them, in one run beside: a scan
with `LIKE` through all posts (what a program without an index does; it stops nowhere), FTS5 with its `trigram` and
`unicode61` tokenizers on the same folded texts in the same five columns, and tantivy fed with the same pairs of
characters. `make bench-search N=1000000` does it for a million, without the peers. The peers are installed for this only
(dependency group `bench`).

The posts are made by `bench/corpus.py` from a seed: about 1,650 characters each (log-normal, median 1,360), a vocabulary
of 60,000 words whose frequencies fall by Zipf's law, every post with twelve words of its own, a quarter of the
paragraphs real ones of ../shared/pages where that folder is there; 3 % of the posts in traditional characters, 1 % in
full width. Words to look for are taken by length and frequency: a third each of those in more than a tenth of the posts, in a hundredth to
a tenth, and in less. Each time is the best of three (LIKE: of one), in one process that has the archive open, the page
cache warm; p50 and p95 are over the words of a class. Building is counted in CPU time. Compare ratios, not milliseconds.

A machine that does other work besides makes the milliseconds larger and hardly touches the ratios.

"""


def main() -> int:
    """Build, measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(description="Measure what searching costs.")
    parser.add_argument("--posts", default="10000,100000")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "wxarchive-bench-search")
    parser.add_argument("--peers", default="trigram,unicode61,tantivy", help="none above 100,000 posts")
    parser.add_argument(
        "--write", type=Path, help="put the results into this page, in the place of those of the same size"
    )
    options = parser.parse_args()
    for posts in map(int, options.posts.split(",")):
        peers = [name for name in options.peers.split(",") if name and posts <= 100_000]
        folder = options.folder / str(posts)
        built = build(folder, posts, peers)
        restore_index(folder / "archive")
        found = measure(folder, posts, peers)
        found["process"] = measure_process(folder)
        found["replacing"] = measure_replacing(folder, posts)
        found["load"] = os.getloadavg()[1]
        written = report(posts, built, found, peers)
        sys.stdout.write(written)
        sys.stdout.flush()
        if options.write:
            put(options.write, written)
    return 0


def put(page: Path, written: str) -> None:
    """Write results into the page, keeping those of other sizes."""
    sections: dict[str, str] = {}
    if page.is_file():
        for part in page.read_text(encoding="utf-8").split("\n## ")[1:]:
            sections[part.split("\n", 1)[0]] = "## " + part.rstrip() + "\n\n"
    sections[written.split("\n", 1)[0].removeprefix("## ")] = written
    ordered = sorted(sections.items(), key=lambda pair: int(pair[0].split(" ")[0].replace(",", "")))
    page.write_text(METHOD + "".join(text for _, text in ordered).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

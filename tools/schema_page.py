"""docs/schema.md: the archive's tables and views as a fresh archive has them, with the comments of the SQL."""

import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from wxarchive.store import Archive, migrations, schema

__all__ = ["schema_page"]

_HEAD = """\
# The archive as a database

{note}An archive is one SQLite file, `archive.db` (application id `wxAr`, schema {version}). Any SQLite tool may read it, also
while wxarchive writes; only wxarchive should write. Tables and columns are added in later versions, and none that stands
here changes its meaning. Times are ISO 8601 with the offset `+08:00`; lists and objects are JSON, with the keys of
[the record](record.md).

To look around, open it with the `sqlite3` shell, with Datasette (`datasette archive.db`) or with sqlite-utils:

```
sqlite-utils search archive.db posts 脱贫 -c post_id -c title
datasette archive.db --setting default_page_size 50
```

## Searching with plain SQL

`posts_fts` is an FTS5 index that keeps no text: join it with `posts` by number. Chinese text is in it as overlapping
pairs of characters, and words of letters and digits as they are, all folded (simplified, half width, lower case). So a
word of two characters, or a Latin word, is searched as it stands:

```sql
SELECT posts.post_id, posts.title FROM posts_fts JOIN posts ON posts.id = posts_fts.rowid
WHERE posts_fts MATCH '脱贫' ORDER BY bm25(posts_fts, 5, 3, 3, 2, 1) LIMIT 20;
```

A longer one is the phrase of its pairs, one character a prefix, and AND, OR, NOT join them:

```sql
SELECT count(*) FROM posts_fts WHERE posts_fts MATCH '"脱贫 贫攻 攻坚"';
SELECT count(*) FROM posts_fts WHERE posts_fts MATCH '脱贫 + 贫攻 + 攻坚';
SELECT count(*) FROM posts_fts WHERE posts_fts MATCH '贫*';
SELECT count(*) FROM posts_fts WHERE posts_fts MATCH '脱贫 AND (教育 OR app) NOT 招聘';
SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'title : 春耕';
```

`posts_characters` knows which posts hold one character (`的`), which is faster than `的*`, and what titles hold, after a
`t` (`t春耕`, `t春`):

```sql
SELECT count(*) FROM posts_characters WHERE posts_characters MATCH '"的"';
SELECT count(*) FROM posts_characters WHERE posts_characters MATCH '"t春耕"';
```

Four characters typed as they are (`MATCH '脱贫攻坚'`) find nothing, for no such token is in the index; nor do punctuation
and traditional characters in a query. The views help where speed does not matter:

```sql
SELECT day, account, title FROM post_texts WHERE text LIKE '%脱贫攻坚%' ORDER BY day DESC LIMIT 20;
SELECT account, posts, first_day, last_day FROM account_list ORDER BY posts DESC;
SELECT post_id, state, had_at FROM capture_list WHERE state != 'post' ORDER BY had_at;
```

Do not use `snippet()` and `highlight()` (the offsets are not those of the text), and never `rebuild` the index or delete
from it: SQLite cannot make the tokens. `wxarchive doctor` notices when that was done, `wxarchive reindex` mends it.

"""


def schema_page(note: str) -> str:
    """The page as Markdown."""
    script = "\n".join(
        value for name, value in sorted(vars(migrations).items()) if name.startswith("TABLES_")
    )
    parts = [_HEAD.format(note=note, version=schema.SCHEMA_VERSION)]
    with tempfile.TemporaryDirectory() as folder:
        Archive(folder, create=True).close()
        with closing(sqlite3.connect(Path(folder) / schema.DATABASE)) as connection:
            objects = connection.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
                "AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT GLOB 'posts_fts_*' AND name NOT GLOB 'posts_characters_*' "
                "ORDER BY type, rowid"
            ).fetchall()
            for kind in ("table", "view"):
                parts.append(f"## {kind.capitalize()}s\n\n")
                for _, name, sql in (one for one in objects if one[0] == kind):
                    parts.append(_object(connection, name, sql, script))
    return "".join(parts).rstrip() + "\n"


def _object(connection: sqlite3.Connection, name: str, sql: str, script: str) -> str:
    about = _about(name, script)
    lines = [f"### {name}\n\n"]
    if about:
        lines.append(about + "\n\n")
    if sql.startswith("CREATE VIRTUAL"):
        columns = ", ".join(f"`{row[1]}`" for row in connection.execute(f"PRAGMA table_info({name})"))
        lines.append(f"An FTS5 table with the columns {columns}.\n\n")
        return "".join(lines)
    notes = _notes(name, script)
    is_view = sql.startswith("CREATE VIEW")
    lines.append(
        "| column |"
        + ("" if is_view else " type | meaning |")
        + "\n|---|"
        + ("" if is_view else "---|---|")
        + "\n"
    )
    for _, column, kind, not_null, _, key, _ in connection.execute(f"PRAGMA table_xinfo({name})"):
        if is_view:
            lines.append(f"| `{column}` |\n")
            continue
        said = " ".join(
            filter(
                None,
                [
                    kind.replace(" GENERATED ALWAYS", ""),
                    "key" if key else "",
                    "not null" if not_null and not key else "",
                ],
            )
        )
        lines.append(f"| `{column}` | {said} | {notes.get(column, '')} |\n")
    return "".join(lines) + "\n"


def _about(name: str, script: str) -> str:
    """The comment right above the statement that creates it."""
    found = re.search(
        rf'((?:^-- .*\n)+)CREATE (?:VIRTUAL )?(?:TABLE|VIEW) "?{name}"?[ (]', script, re.MULTILINE
    )
    return " ".join(line.removeprefix("-- ") for line in found[1].splitlines()) if found else ""


def _notes(table: str, script: str) -> dict[str, str]:
    """Column → the comment behind it, in the statement that creates the table or adds the column."""
    notes: dict[str, str] = {}
    created = re.search(rf"^CREATE TABLE {table} \((.*?)^\)", script, re.MULTILINE | re.DOTALL)
    if created:
        for column, note in re.findall(r"^    (\w+) [^\n]*?-- (.+)$", created[1], re.MULTILINE):
            notes[column] = note
    added = rf"^ALTER TABLE {table} ADD COLUMN (\w+)[^;]*;(?:\s*-- (.+))?$"
    for column, note in re.findall(added, script, re.MULTILINE):
        notes[column] = note
    return notes

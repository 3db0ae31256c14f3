"""Write the generated pages of docs/: commands, exit codes, the record, the schema.

python tools/write_docs.py            write
python tools/write_docs.py --check    exit 1 if a page is out of date
"""

import argparse
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from schema_page import schema_page

from wxarchive import records
from wxarchive.errors import WxArchiveError

DOCS = Path(__file__).resolve().parent.parent / "docs"
NOTE = "<!-- Written by `make docs`; changes here are lost. -->\n\n"
COMMANDS = (
    "fetch", "queue", "follow", "unfollow", "sources", "sync", "links", "media", "import", "inspect", "search",
    "list", "show", "info", "export", "evidence", "history", "diff", "changed", "gone", "check", "reparse", "verify", "repair",
    "backup", "restore", "merge", "forget", "reindex", "doctor", "learn", "review", "config", "searches",
)  # fmt: skip
SUBCOMMANDS = ("searches save", "searches run", "searches list", "searches delete")


def help_of(*command: str) -> str:
    """What ``wxarchive … --help`` prints on 100 columns."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("WXARCHIVE_")},
        "COLUMNS": "100",
        "TERMINAL_WIDTH": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "wxarchive", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        encoding="utf-8",
    )
    text = re.sub(r"python -m wxarchive", "wxarchive", done.stdout)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def cli_page() -> str:
    parts = [f"# Commands\n\n{NOTE}```\n$ wxarchive --help\n{help_of()}\n```\n"]
    parts += [
        f"## wxarchive {name}\n\n```\n$ wxarchive {name} --help\n{help_of(*name.split())}\n```\n"
        for name in (*COMMANDS, *SUBCOMMANDS)
    ]
    return "\n".join(parts)


def iter_errors(base: type[WxArchiveError], depth: int = 0) -> Iterator[tuple[type[WxArchiveError], int]]:
    yield base, depth
    for child in base.__subclasses__():
        yield from iter_errors(child, depth + 1)


def exit_codes_page() -> str:
    rows = [
        "| code | slug | meaning | what to do |",
        "|---|---|---|---|",
        "| 0 | | all went well | |",
        "| 1 | | a bug in wxarchive: please report it with its traceback | |",
        "| 2 | | the command line cannot be understood | see `--help` |",
    ]
    for error, _ in sorted(iter_errors(WxArchiveError), key=lambda pair: (pair[0].exit_code, pair[0].slug)):
        if error is WxArchiveError:
            continue
        meaning = (inspect.getdoc(error) or "").splitlines()[0]
        rows.append(f"| {error.exit_code} | `{error.slug}` | {meaning} | {error.default_hint or ''} |")
    rows.append("| 130 | | stopped with Ctrl-C | run it again: what was stored is kept |")
    head = (
        "# Exit codes\n\n"
        + NOTE
        + "Programs match on the slug (`error.slug` in JSON), shells on the code. A run over "
        "several links or files ends with 4 if the site\nasked for a person or for less haste, else with 9 if some of "
        "them failed; a run over one ends with that one's code.\n\n"
    )
    return head + "\n".join(rows) + "\n"


def record_page() -> str:
    parts = [
        "# The record\n\n",
        NOTE,
        "The shape in which a post leaves wxarchive: `show --json`, `inspect --jsonl`, `export jsonl`, and "
        "`Post.to_dict()` in Python.\nKeys may be added; none is renamed, dropped or given another meaning without a "
        f'new `record_version` (now {records.RECORD_VERSION}).\nAbsent is `null`; present and empty is `""` or `[]`. '
        "Times are ISO 8601 with the offset `+08:00`.\n\n",
    ]
    for of in (
        records.Post,
        records.Account,
        records.Origin,
        records.Album,
        records.Image,
        records.Media,
        records.Link,
        records.Removal,
    ):
        parts.append(f"## {of.__name__}\n\n{inspect.getdoc(of)}\n\n| key | type | meaning |\n|---|---|---|\n")
        notes = field_notes(of)
        hints = get_type_hints(of)
        if of is records.Post:
            parts.append("| `record_version` | number | the version of this contract |\n")
        for f in fields(of):
            if of is records.Post and f.name == "version":
                parts.append("| `content_hash` | string | equal hashes mean an unedited post |\n")
            parts.append(f"| `{f.name}` | {json_type(hints[f.name])} | {notes.get(f.name, '')} |\n")
        parts.append("\n")
    parts.append("## States\n\n" + ", ".join(f"`{state}`" for state in records.STATES) + "\n")
    return "".join(parts)


def json_type(hint: Any) -> str:
    """What a Python type is in the record's JSON."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = [json_type(one) for one in arguments if one is not type(None)]
        return " or ".join([*inner, "null"])
    if origin is Literal:
        return "one of " + " ".join(f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {json_type(arguments[0])}"
    if origin is not None:
        return "object"
    return {str: "string", int: "number", bool: "true or false", datetime: "time"}.get(hint, hint.__name__)


def field_notes(of: type) -> dict[str, str]:
    """The string below each field in the source."""
    source = inspect.getsource(of)
    pattern = re.compile(r'^    (\w+): [^\n]+\n    """(.+?)"""', re.MULTILINE | re.DOTALL)
    return {name: " ".join(note.split()) for name, note in pattern.findall(source)}


PAGES = {
    "cli.md": cli_page,
    "exit-codes.md": exit_codes_page,
    "record.md": record_page,
    "schema.md": lambda: schema_page(NOTE),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = False
    for name, write in PAGES.items():
        page, text = DOCS / name, write()
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale = True
        sys.stdout.write(f"{'out of date' if check else 'wrote'}: docs/{name}\n")
        if not check:
            page.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

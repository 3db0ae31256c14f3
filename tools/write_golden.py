"""Write what is read from every fixture page into fixtures/expected/: review the difference before committing it.

python tools/write_golden.py            write
python tools/write_golden.py --check    exit 1 if a file would change
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from wxarchive.read import Reading, read_page

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
EXPECTED = FIXTURES / "expected"


def sources() -> list[Path]:
    """The pages and dumps that have an expected reading."""
    return sorted([*(FIXTURES / "pages").glob("*.html"), *(FIXTURES / "dumps").iterdir()])


def expectation(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; the parser's version is left out, for it changes with every improvement."""
    record = reading.post.to_dict() if reading.post else None
    if record:
        del record["parser_version"], record["content_hash"]
    return {
        "state": reading.state,
        "state_text": reading.state_text,
        "identity": dict(reading.identity) if reading.identity else None,
        "target_url": reading.target_url,
        "missing": list(reading.missing),
        "post": record,
    }


def render(source: Path) -> str:
    reading = read_page(source.read_bytes())
    return json.dumps(expectation(reading), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    EXPECTED.mkdir(exist_ok=True)
    wanted = {EXPECTED / f"{source.stem}.json": render(source) for source in sources()}
    stale = [path for path in EXPECTED.glob("*.json") if path not in wanted]
    changed = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path in [*changed, *stale]:
        sys.stdout.write(f"{'would change' if check else 'wrote'} {path.relative_to(FIXTURES)}\n")
    if check:
        return 1 if changed or stale else 0
    for path in changed:
        path.write_text(wanted[path], encoding="utf-8")
    for path in stale:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())

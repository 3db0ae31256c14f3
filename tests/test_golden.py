"""Every fixture reads as it was reviewed: fixtures/expected/ holds the readings, ``make golden`` writes them anew."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from write_golden import EXPECTED, expectation, sources  # noqa: E402 - a tool, not a package

from wxarchive.errors import ParseError  # noqa: E402
from wxarchive.read import read_page  # noqa: E402

MANIFEST = {
    ROOT / "fixtures" / entry["file"]: entry
    for entry in json.loads((ROOT / "fixtures" / "manifest.json").read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)
def test_a_fixture_reads_as_reviewed(source: Path) -> None:
    expected = json.loads((EXPECTED / f"{source.stem}.json").read_text(encoding="utf-8"))
    assert expectation(read_page(source.read_bytes())) == expected


@pytest.mark.parametrize("page", sorted(MANIFEST), ids=lambda path: path.stem)
def test_a_page_is_what_the_manifest_says(page: Path) -> None:
    entry = MANIFEST[page]
    reading = read_page(page.read_bytes())
    assert reading.state == entry["state"]
    if reading.post is not None:
        post = reading.post
        assert post.kind == entry["kind"]
        assert post.id == f"{entry['biz']}:{entry['mid']}:{entry['idx']}"
        assert post.account.nickname == entry["account"]


def test_no_expectation_is_left_behind() -> None:
    assert {path.stem for path in EXPECTED.glob("*.json")} == {path.stem for path in sources()}


@pytest.mark.parametrize(
    "page", sorted((ROOT / "fixtures" / "hostile").iterdir()), ids=lambda path: path.name
)
def test_a_hostile_file_gives_a_reading_or_a_clear_error(page: Path) -> None:
    if not page.stat().st_size:
        with pytest.raises(ParseError, match="nothing in it"):
            read_page(page.read_bytes())
    else:
        assert read_page(page.read_bytes()).state in {"post", "unknown"}


@pytest.mark.parametrize("tag", ["section", "blockquote", "ul><li", "table><tr><td", "pre", "b", "svg"])
def test_a_hundred_thousand_open_elements_are_read(tag: str) -> None:
    identity = '<script>var biz = "MzA5OTk5MDAwMQ=="; var nickname = "河湾读书会";</script>'
    page = f"{identity}<div id='js_content'>{f'<{tag}>' * 100_000}底"
    post = read_page(page.encode()).post
    assert post is not None
    assert post.text == "底"

"""Reading and cleaning on the real pages: a floor that must not sink.

``../shared/tools/score.py`` measures; this test pins its figures. The digest is of the labels and pages themselves, so
that neither moves unseen.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wxarchive.read import Reading, read_page

pytestmark = pytest.mark.shared

# What the figures may not fall below. Raise them when reading or cleaning gets better.
FLOORS = {
    "fields right": 1.0,
    "kinds": 1.0,
    "states": 1.0,
    "text pages body kept": 0.9995,
    "text pages boilerplate gone": 0.97,
    "text dumps body kept": 0.999,
    "text dumps boilerplate gone": 0.95,
}


def real_files(shared: Path) -> list[Path]:
    pages = shared / "pages"
    return sorted(
        path
        for path in [*pages.glob("*/*.html"), *pages.glob("text-dump/*.txt")]
        if ".gold." not in path.name and path.parent.name != "labels"
    )


@pytest.fixture(scope="module")
def readings(shared: Path) -> dict[Path, Reading]:
    return {path: read_page(path.read_bytes()) for path in real_files(shared)}


def test_the_score_stands(shared: Path, readings: dict[Path, Reading]) -> None:
    lines = "\n".join(
        json.dumps(
            {"file": str(path), "state": r.state, "post": r.post.to_dict() if r.post else None},
            ensure_ascii=False,
        )
        for path, r in readings.items()
    )
    done = subprocess.run(
        [sys.executable, str(shared / "tools" / "score.py"), str(shared / "pages"), "-v"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    figures = dict(iter_figures(done.stdout))
    low = {name: figures.get(name) for name, floor in FLOORS.items() if figures.get(name, 0.0) < floor}
    assert low == {}, done.stdout


def iter_figures(report: str) -> Iterator[tuple[str, float]]:
    for line in report.splitlines():
        if found := re.match(r"fields right \d+/\d+ = ([\d.]+)", line):
            yield "fields right", float(found[1])
        elif found := re.match(r"kinds right (\d+)/(\d+)   states right (\d+)/(\d+)", line):
            yield "kinds", int(found[1]) / int(found[2])
            yield "states", int(found[3]) / int(found[4])
        elif found := re.match(r"(text \w+) \d+: body kept ([\d.]+)   boilerplate gone ([\d.]+)", line):
            yield f"{found[1]} body kept", float(found[2])
            yield f"{found[1]} boilerplate gone", float(found[3])


def test_removals_put_back_give_the_text_before_cleaning(readings: dict[Path, Reading]) -> None:
    from wxarchive.decode import decode
    from wxarchive.parse import open_document, parse_post
    from wxarchive.parse.textdump import parse_text_dump

    for path, reading in readings.items():
        if reading.post is None:
            continue
        decoded = decode(path.read_bytes())
        parsed = (
            parse_text_dump(decoded.text)
            if decoded.form == "text"
            else parse_post(open_document(decoded.markup or decoded.source, decoded.url))
        )
        assert reading.post.uncleaned_text == parsed.body.text, path.name


def test_removals_put_back_give_the_text_whatever_the_hints(
    shared: Path, readings: dict[Path, Reading]
) -> None:
    """Over all pages and fixtures, with every line learned, every picture a code, and rules that take and keep."""
    from wxarchive.clean import Hints, LearnedBlock, LearnedBlocks, clean_body, parse_own_rules, uncut
    from wxarchive.clean.learned import fingerprint
    from wxarchive.decode import decode
    from wxarchive.parse import open_document, parse_post
    from wxarchive.parse.textdump import parse_text_dump
    from wxarchive.read import about_post

    rules = parse_own_rules(
        '[[delete]]\nid = "a"\npattern = "的.*了"\n[[keep]]\nid = "b"\ntext = "关注"', "r"
    ).rules
    fixtures = Path(__file__).resolve().parent.parent / "fixtures"
    paths = [path for path, reading in readings.items() if reading.post is not None]
    for path in [*paths, *fixtures.glob("pages/*.html"), *fixtures.glob("dumps/*.txt")]:
        decoded = decode(path.read_bytes())
        parsed = (
            parse_text_dump(decoded.text)
            if decoded.form == "text"
            else parse_post(open_document(decoded.markup or decoded.source, decoded.url))
        )
        lines = [line for line in parsed.body.text.split("\n") if fingerprint(line)]
        learned = LearnedBlocks(
            tuple(
                LearnedBlock(edge=edge, text=line, variants=(fingerprint(line),), seen=3, posts=4)
                for edge, some in (("head", lines[:2]), ("tail", lines[-6:]))
                for line in some
            )
        )
        codes = {image.url: "https://example.com/" for image in parsed.body.images}
        hints = Hints(rules=rules, learned=learned, codes=codes)
        assert uncut(clean_body(parsed.body, about_post(parsed), hints=hints)) == parsed.body.text, path.name


def test_the_authors_own_words_are_kept_in_order(shared: Path) -> None:
    """The page's own data object holds the author's HTML: no character of its text is missing from the body."""
    from wxarchive.decode import decode
    from wxarchive.parse import open_document, parse_post
    from wxarchive.parse.body import parse_body
    from wxarchive.text import squeeze

    for gold in sorted((shared / "pages").glob("*/*.gold.cgidata.json")):
        data = json.loads(gold.read_text(encoding="utf-8"))
        if data["item_show_type"] != 0 or gold.parent.name == "share-repost":
            continue
        page = gold.with_name(gold.name.replace(".gold.cgidata.json", ".html"))
        decoded = decode(page.read_bytes())
        body = parse_post(open_document(decoded.markup or decoded.source)).body
        assert squeeze(body.text) == squeeze(parse_body(f"<div>{data['content_noencode']}</div>").text), (
            page.name
        )


def test_the_seed_dump_becomes_a_post(shared: Path) -> None:
    post = read_page((shared / "seed" / "post.txt").read_bytes()).post
    assert post is not None
    assert post.account.alias == "lingshoufabu"
    assert post.account.description == "传递社会正能量，展示灵寿新形象。"
    assert post.source == "河北省人民政府"
    assert post.text.startswith("3月9日，灵寿县")
    assert post.text.endswith("设分会场。")
    after = "".join(piece.text for piece in post.removed if piece.at >= len(post.text))
    for words in ("来源：河北省人民政府", "长按二维码关注我们", "前往“发现”", "微信扫一扫"):
        assert words in after


def test_the_pages_and_labels_are_those_the_floor_was_taken_on(shared: Path) -> None:
    digest = hashlib.sha256()
    for path in [*real_files(shared), *sorted((shared / "pages" / "labels").glob("*.json"))]:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    assert digest.hexdigest()[:16] == CORPUS, "pages or labels changed: take the figures anew"


CORPUS = "556e747026549b21"

"""A page told apart from its scripts and style sheets has the same elements and text as the whole page."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from wxarchive.markup import SHORT, split_markup
from wxarchive.parse import open_document

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "pages"
LONG = "var a = '渡口';" * (SHORT // 10)

PIECES = [
    *("<script>", "<script src='a.js' async>", "</script>", "</script >", "<SCRIPT>", "<scripts>", "</scripts>"),
    *("<style>", "<style media=print>", "</style>", "</style\n>", "<!--", "-->", "--!>", "<!-->", "<![CDATA[", "]]>"),
    *("<p>", "</p>", "<a title='", "<a title=\"", "'>", '">', "</a>", "<textarea>", "</textarea>", "<title>", "</title>"),
    *("<noscript>", "</noscript>", "<template>", "</template>", "<svg>", "</svg>", "<script/>", "<style/>", "<plaintext>"),
    *("渡口", " ", "if (a < b) ", "document.write('<p>x')", LONG, "p { color: red }", "<", ">"),
]  # fmt: skip


def seen(tree: LexborHTMLParser) -> list[tuple[str | None, str]]:
    """Every element and text of a tree in order, what stands inside of scripts and style sheets apart."""
    assert tree.root is not None
    return [
        (node.tag, (node.text_content or "") if node.tag == "-text" else "")
        for node in tree.root.traverse(include_text=True)
        if node.parent is None or node.parent.tag not in ("script", "style")
    ]


def document(pieces: list[str]) -> bytes:
    return ("<html><body>" + "".join(pieces)).encode()


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(document))
@example(document(["<a title='", "<script>", "'>", "渡口", "<script>", LONG, "</script>"]))
@example(document(["<!--", "<script>", "-->", "渡口", "<script>", LONG, "</script>", "渡口"]))
@example(document(["<script>", LONG, "</script >", "渡口", "<script>", "</script>"]))
@settings(max_examples=300, deadline=None)
def test_the_tree_of_a_page_told_apart_is_the_tree_of_the_page(page: bytes) -> None:
    assert seen(open_document(page).tree) == seen(LexborHTMLParser(page))


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.html")), ids=lambda path: path.stem)
def test_no_fixture_has_to_be_parsed_whole(path: Path) -> None:
    markup = split_markup(path.read_bytes())
    assert len(LexborHTMLParser(markup.lean).css("script, style")) == markup.elements


@pytest.mark.shared
def test_no_real_page_has_to_be_parsed_whole(shared: Path) -> None:
    pages = [path for path in (shared / "pages").glob("*/*.html") if ".gold." not in path.name]
    assert pages
    for path in pages:
        markup = split_markup(path.read_bytes())
        assert len(LexborHTMLParser(markup.lean).css("script, style")) == markup.elements, path.name


def test_scripts_are_where_they_are_said_to_be() -> None:
    page = f"<p>甲</p><script>{LONG}</script><style>p {{}}</style><script>short</script><!-- <script>no</script> -->".encode()
    markup = split_markup(page)
    assert [page[start:end].decode() for start, end in markup.scripts] == [LONG, "short"]
    assert markup.lean.decode() == (
        "<p>甲</p><script></script><style></style><script></script><!-- <script>no</script> -->"
    )


def test_a_short_script_that_writes_into_the_page_stays() -> None:
    page = b"<div><script>document.write('a')</script></div>"
    assert split_markup(page).lean == page


def test_a_page_that_is_told_wrongly_is_parsed_whole() -> None:
    page = f"<html><script>{LONG}</SCRIPT><div id='js_content'>渡口</div>".encode()
    assert "js_content" in open_document(page).elements


def test_half_a_script_is_a_script() -> None:
    page = b"<p>a</p><script>var biz = 'b'"
    markup = split_markup(page)
    assert markup.scripts == ((16, len(page)),)
    assert markup.lean == b"<p>a</p><script>"

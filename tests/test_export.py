"""Exports: what other programs find in the files, and that files are whole or not there."""

import csv
import io
import json
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from wxarchive.errors import ExportError, InputError, TargetExistsError
from wxarchive.export import FORMATS, ExportOptions, get_writer, write_posts
from wxarchive.export.csv import COLUMNS, USUAL_COLUMNS, guard_cell
from wxarchive.export.files import open_target
from wxarchive.export.html import POLICY, STYLE, to_page
from wxarchive.export.md import front_matter, to_document
from wxarchive.export.names import MOST_BYTES, FileNames, file_stem
from wxarchive.records import Account, Album, Image, Origin, Post, Removal
from wxarchive.times import BEIJING

HOSTILE = '"]}</title><script>alert(1)</script>\n---\nid: evil\n=1+1\t\x1b[31m\u2028\u202e'
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def make_post(**changes: object) -> Post:
    post = Post(
        id="MzA5OTk5OTk5OQ==:2650000001:1",
        kind="article",
        url="https://mp.weixin.qq.com/s?__biz=MzA5OTk5OTk5OQ==&mid=2650000001&idx=1&sn=ab",
        title="春耕时节",
        author="江小南",
        digest="一句话",
        account=Account(biz="MzA5OTk5OTk5OQ==", alias="chengnan", nickname="城南观察"),
        published_at=datetime(2024, 3, 9, 8, 30, tzinfo=BEIJING),
        published_precision="second",
        copyright="original",
        source="城南日报",
        credits={"editor": ("江小南", "何小北"), "绘图": ("白小西",)},
        albums=(Album(id="1", title="四季"),),
        text="第一段，含“引号”。\n第二段",
        markdown="第一段，含“引号”。\n\n第二段",
        html="<p>第一段，含“引号”。</p>\n<p>第二段</p>",
        images=(Image(url="https://img.example/1.png"), Image(url="https://img.example/2.png", role="cover")),
        removed=(Removal(rule="follow", label="follow ask", text="\n长按关注", at=14),),
    )
    return post.with_changes(**changes)


def written(name: str, posts: list[Post], **options: object) -> str:
    stream = io.StringIO(newline="")
    assert write_posts(name, posts, stream, ExportOptions(**options)) == len(posts)  # type: ignore[arg-type]
    return stream.getvalue()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# -- the table of formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_there_and_says_what_it_is(name: str) -> None:
    module = import_module(FORMATS[name].module)
    assert get_writer(name) is module.write
    assert FORMATS[name].summary
    assert module.__doc__


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="no format 'docx'") as caught:
        write_posts("docx", [], io.StringIO())
    assert "csv, json, jsonl, md, html" in str(caught.value.hint)


@pytest.mark.parametrize("name", FORMATS)
def test_posts_are_taken_one_by_one_and_let_go(name: str, tmp_path: Path) -> None:
    living = 0

    class Counted(Post):
        def __del__(self) -> None:
            nonlocal living
            living -= 1

    def stream_of_posts() -> Iterator[Post]:
        nonlocal living
        for number in range(50):
            assert living <= 2, "posts are kept"
            living += 1
            yield Counted(id=f"x:1:{number}", kind="text", title="题")

    assert write_posts(name, stream_of_posts(), tmp_path / "out") == 50


@pytest.mark.parametrize("name", [name for name, entry in FORMATS.items() if entry.is_folder])
def test_folder_formats_refuse_a_stream(name: str) -> None:
    with pytest.raises(InputError, match="folder"):
        write_posts(name, [], io.StringIO())


# -- csv -----------------------------------------------------------------------------------------------------


def test_csv_has_a_row_a_post_and_its_text_in_a_column() -> None:
    text = written("csv", [make_post(), make_post(id="b", title=None, published_at=None)])
    first, second = rows_of(text)
    assert list(first) == list(USUAL_COLUMNS)
    assert first["title"] == "春耕时节"
    assert first["text"] == "第一段，含“引号”。\n第二段"
    assert first["published_at"] == "2024-03-09T08:30:00+08:00"
    assert first["credits"] == "editor：江小南、何小北；绘图：白小西"
    assert first["images"] == "1"
    assert second["title"] == second["published_at"] == ""


def test_csv_obeys_rfc_4180() -> None:
    text = written("csv", [make_post(title='甲,"乙"', text="一\n二")], columns=("title", "text"))
    assert text == 'title,text\r\n"甲,""乙""","一\n二"\r\n'


def test_csv_begins_with_a_byte_order_mark_where_asked(tmp_path: Path) -> None:
    write_posts("csv", [], tmp_path / "a.csv", ExportOptions(bom=True))
    write_posts("csv", [], tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_can_be_asked_for(name: str) -> None:
    posts = [make_post(origin=Origin(nickname="他处")), Post(id="x", kind="text")]
    assert [list(row) for row in rows_of(written("csv", posts, columns=(name,)))] == [[name]] * 2


def test_an_unknown_column_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'body'"):
        write_posts("csv", [make_post()], tmp_path / "a.csv", ExportOptions(columns=("id", "body")))
    assert list(tmp_path.iterdir()) == []


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "－1",
    "＋1",
    "＠x",
    "'=1",
    "''@x",
)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    posts = [make_post(title=formula, text=formula, author=formula, account=Account(nickname=formula))]
    (row,) = rows_of(written("csv", posts))
    assert row["title"] == row["text"] == row["author"] == row["account"] == "'" + formula


@given(st.text(alphabet="'=+-@\t\r\n＝a1 ", max_size=6) | st.text())
@settings(max_examples=200, deadline=None)
def test_the_formula_guard_can_be_undone(text: str) -> None:
    guarded = guard_cell(text)
    assert guarded[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert re.sub("^'(?='*[=+\\-@\t\r\n＝＋－＠])", "", guarded) == text


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
@settings(max_examples=100, deadline=None)
def test_any_text_comes_back_from_csv(text: str) -> None:
    (row,) = rows_of(written("csv", [make_post(text=text, removed=())], columns=("id", "text")))
    assert row["text"] == guard_cell(text)


# -- json and jsonl ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_one_document_of_records(number: int) -> None:
    posts = [make_post(id=f"x{n}", title=HOSTILE) for n in range(number)]
    document = json.loads(written("json", posts))
    assert document == {"wxarchive": 1, "posts": [post.to_dict() for post in posts]}


def test_jsonl_has_a_record_on_each_line() -> None:
    posts = [make_post(), make_post(id="x", text="甲\n乙")]
    lines = written("jsonl", posts).split("\n")
    assert lines.pop() == ""
    assert [Post.from_dict(json.loads(line)) for line in lines] == posts


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_half_a_surrogate_pair_is_its_escape_in_json(name: str, tmp_path: Path) -> None:
    write_posts(name, [make_post(title="x\ud83d")], tmp_path / "a")
    assert '"title": "x\\ud83d"' in (tmp_path / "a").read_text("utf-8")


# -- uncleaned -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["csv", "json", "jsonl"])
def test_uncleaned_text_can_be_had(name: str) -> None:
    assert "长按关注" not in re.sub(r'"removed".*?\]', "", written(name, [make_post()]))
    assert "长按关注" in re.sub(r'"removed".*?\]', "", written(name, [make_post()], uncleaned=True))


def test_an_uncleaned_record_agrees_with_itself() -> None:
    (record,) = json.loads(written("json", [make_post()], uncleaned=True))["posts"]
    post = Post.from_dict(record)
    assert post.uncleaned_text == post.text == make_post().uncleaned_text
    assert post.content_hash == make_post().content_hash
    assert "长按关注" in post.markdown
    assert "<p>长按关注</p>" in post.html


# -- markdown ------------------------------------------------------------------------------------------------


def parse_document(document: str) -> tuple[dict[str, object], str]:
    """Front matter (each value read as JSON, which YAML holds too) and the body after it."""
    lines = document.split("\n")
    assert lines[0] == "---"
    end = lines.index("---", 1)
    facts = {}
    for line in lines[1:end]:
        key, _, value = line.partition(": ")
        assert re.fullmatch(r"[a-z_]+", key)
        facts[key] = json.loads(value)
    return facts, "\n".join(lines[end + 1 :])


def test_markdown_has_front_matter_title_and_body() -> None:
    facts, body = parse_document(to_document(make_post()))
    assert facts == {
        "title": "春耕时节",
        "id": "MzA5OTk5OTk5OQ==:2650000001:1",
        "kind": "article",
        "account": "城南观察",
        "alias": "chengnan",
        "author": "江小南",
        "date": "2024-03-09",
        "published_at": "2024-03-09T08:30:00+08:00",
        "source": "城南日报",
        "credits": {"editor": ["江小南", "何小北"], "绘图": ["白小西"]},
        "copyright": "original",
        "digest": "一句话",
        "albums": ["四季"],
        "url": "https://mp.weixin.qq.com/s?__biz=MzA5OTk5OTk5OQ==&mid=2650000001&idx=1&sn=ab",
    }
    assert MARKDOWN.render(body) == "<h1>春耕时节</h1>\n<p>第一段，含“引号”。</p>\n<p>第二段</p>\n"


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_nothing_in_a_field_breaks_out_of_front_matter(text: str) -> None:
    post = make_post(title=text, author=text, credits={text: (text,)}, source=text, markdown="体")
    facts, _ = parse_document(to_document(post))
    assert facts.get("title", "") == text
    assert "evil" not in facts


def test_front_matter_holds_what_yaml_forbids_as_escapes() -> None:
    matter = front_matter(make_post(title="a\u2028b\x85c\ufeffd\x7f\ud83d" + HOSTILE))
    assert not re.search("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", matter)
    assert matter.count("\n---\n") == 1


def test_markdown_titles_are_text() -> None:
    _, body = parse_document(to_document(make_post(title="# <b>一</b> *二* [三](x)")))
    assert MARKDOWN.parse(body)[1].content.startswith("\\#")
    assert "<strong>" not in MARKDOWN.render(body)
    assert "&lt;b&gt;一" in MARKDOWN.render(body)


# -- html ----------------------------------------------------------------------------------------------------


def test_a_page_stands_alone_and_says_where_it_comes_from() -> None:
    page = LexborHTMLParser(to_page(make_post(origin=Origin(nickname="他处", url="https://a.example/"))))
    assert page.css_first("html").attributes["lang"] == "zh-CN"
    assert page.css_first("title").text() == page.css_first("h1").text() == "春耕时节"
    assert page.css_first(".byline").text() == "城南观察 · 江小南 · 2024-03-09 08:30 · 原创"
    assert page.css_first("time").attributes["datetime"] == "2024-03-09T08:30+08:00"
    footer = page.css_first("footer").text()
    for line in (
        "来源：城南日报",
        "编辑：江小南、何小北",
        "绘图：白小西",
        "转载自：他处",
        "合集：四季",
        "原文链接：https://mp",
    ):
        assert line in footer
    assert [node.attributes["href"] for node in page.css("footer a")] == [
        "https://a.example/",
        make_post().url,
    ]
    assert page.css_first("style").text() == STYLE


def test_a_page_forbids_everything_but_its_style_and_pictures() -> None:
    page = LexborHTMLParser(to_page(make_post()))
    policy = page.css_first("meta[http-equiv]").attributes["content"]
    assert policy == POLICY
    assert "default-src 'none'" in POLICY
    assert "script" not in POLICY
    assert "unsafe-inline" not in POLICY
    head = page.head
    assert head is not None
    assert [node.tag for node in head.iter()][:2] == ["meta", "meta"]
    assert page.css_first("meta[name=referrer]").attributes["content"] == "no-referrer"


def test_nothing_in_a_post_adds_to_its_page() -> None:
    post = make_post(
        title=HOSTILE,
        author=HOSTILE,
        account=Account(nickname=HOSTILE),
        source=HOSTILE,
        credits={HOSTILE: (HOSTILE,)},
        albums=(Album(id="1", title=HOSTILE, url="javascript:alert(1)"),),
        origin=Origin(nickname=HOSTILE, url='https://a.example/"onclick="x'),
        source_url="javascript:alert(1)",
        url="data:text/html,x",
        ip_location=HOSTILE,
        html="<p onclick=x>体</p><script>alert(1)</script><style>*{}</style><base href=x></article></body>",
    )
    plain, hostile = LexborHTMLParser(to_page(make_post())), LexborHTMLParser(to_page(post))
    assert not hostile.css("script, base, iframe, [onclick], [style]")
    assert len(hostile.css("style")) == len(plain.css("style")) == 1
    assert len(hostile.css("meta")) == len(plain.css("meta"))
    assert all((a.attributes["href"] or "").startswith("https:") for a in hostile.css("a"))
    assert hostile.css_first("h1").text().startswith('"]}</title><script>')


# -- names and folders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "dated", "expected"),
    [
        ("春耕时节", True, "2024-03-09 春耕时节"),
        ("问：A/B 还是 C\\D？", True, "2024-03-09 问：A／B 还是 C＼D？"),
        ('<a>:"|?*', True, "2024-03-09 ＜a＞：＂｜？＊"),
        ("两\n行\t题\x00\x1b[31m\u202e尾. ", True, "2024-03-09 两 行 题尾"),
        ("../../etc/passwd", False, "／..／etc／passwd"),
        (".隐藏", False, "隐藏"),
        ("-rf ~", False, "rf ~"),
        ("CON", False, "_CON"),
        ("nul.txt", False, "_nul.txt"),
        ("Lpt1 .x", False, "_Lpt1 .x"),
        ("Cafe\u0301", False, "Café"),
        ("...", False, "MzA5OTk5OTk5OQ-2650000001-1"),
        (None, False, "MzA5OTk5OTk5OQ-2650000001-1"),
        (None, True, "2024-03-09"),
    ],
)
def test_names_are_readable_and_safe(title: str | None, dated: bool, expected: str) -> None:
    published = make_post().published_at if dated else None
    assert file_stem(make_post(title=title, published_at=published)) == expected


@given(st.text(max_size=80) | st.text(alphabet="长标题👨\u200d👩e\u0301ﬀ. ", min_size=30, max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_title_makes_a_name_for_every_system(title: str) -> None:
    name = file_stem(make_post(title=title, published_at=None))
    assert 0 < len(name.encode("utf-8")) <= MOST_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]', name)
    assert name[-1] not in " ."
    assert name[0] not in " .-~"
    assert PurePosixPath(name).name == name


def test_names_that_are_one_on_some_system_are_told_apart_by_their_ids() -> None:
    names = FileNames("index")
    posts = [
        make_post(id=str(n), published_at=None, title=title)
        for n, title in enumerate(["Ab", "aB", "ab", "INDEX"])
    ]
    claimed = [names.claim(post) for post in posts]
    assert claimed[0] == "Ab"
    assert len({name.casefold() for name in [*claimed, "index"]}) == 5
    assert all(re.fullmatch(r"(?:Ab|aB|ab|INDEX) [0-9a-f]{8}", name) for name in claimed[1:])
    # The same post after other neighbours: the same name.
    again = FileNames("index")
    again.claim(posts[1].with_changes(id="x"))
    assert again.claim(posts[2]) == claimed[2]


def test_long_names_that_collide_stay_within_bounds() -> None:
    names = FileNames()
    posts = [make_post(id="same", title="长" * 300) for _ in range(12)]
    claimed = [names.claim(post) for post in posts]
    assert len(set(claimed)) == 12
    assert max(len(name.encode()) for name in claimed) <= MOST_BYTES


@pytest.mark.parametrize(("name", "index"), [("md", "index.md"), ("html", "index.html")])
def test_a_folder_has_a_file_a_post_and_an_index_that_leads_to_each(
    name: str, index: str, tmp_path: Path
) -> None:
    posts = [
        make_post(id=f"x:{n}:1", title=title)
        for n, title in enumerate(["甲 (一)", "甲 (一)", "100% #标签 [x]"])
    ]
    assert write_posts(name, posts, tmp_path / "out") == 3
    files = {path.name for path in (tmp_path / "out").iterdir()} - {index}
    listed = (tmp_path / "out" / index).read_text("utf-8")
    if name == "html":
        links = [str(a.attributes["href"]) for a in LexborHTMLParser(listed).css("a")]
    else:
        tokens = [child for token in MARKDOWN.parse(listed) for child in token.children or ()]
        links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert len(files) == len(links) == 3
    assert {unquote(link) for link in links} == files
    assert "共 3 篇" in listed
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["md", "html"])
def test_a_filled_folder_is_not_written_into_unless_forced(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert write_posts(name, [make_post()], folder) == 1
    (folder / "mine.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(TargetExistsError):
        write_posts(name, [make_post(markdown="新", html="<p>新</p>")], folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    write_posts(name, [make_post(markdown="新", html="<p>新</p>")], folder, ExportOptions(force=True))
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after.keys() == before.keys()
    assert after["mine.txt"] == b"mine"
    assert after != before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# -- whole or not at all -------------------------------------------------------------------------------------


def failing(error: BaseException) -> Iterator[Post]:
    yield make_post()
    raise error


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("broken")])
def test_a_run_that_fails_leaves_no_trace(name: str, error: BaseException, tmp_path: Path) -> None:
    with pytest.raises(type(error)):
        write_posts(name, failing(error), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(InputError):
        write_posts("csv", failing(InputError("broken")), path, ExportOptions(force=True))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_there_is_kept_unless_forced(name: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises((TargetExistsError, ExportError)) as caught:
        write_posts(name, [make_post()], path)
    assert caught.value.exit_code == 8
    assert caught.value.hint or FORMATS[name].is_folder
    assert path.read_text() == "old"
    if not FORMATS[name].is_folder:
        write_posts(name, [make_post()], path, ExportOptions(force=True))
        assert "春耕时节" in path.read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_a_place_that_is_not_there_is_one_clear_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        write_posts(name, [make_post()], tmp_path / "no" / "out")
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "no") in str(caught.value.hint)


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is a folder"):
        write_posts("csv", [], tmp_path)


def test_a_link_is_followed_and_kept(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_posts("csv", [], tmp_path / "link.csv", ExportOptions(force=True))
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("id,")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and devices")
def test_files_have_the_permissions_of_any_file_and_devices_are_written_to(tmp_path: Path) -> None:
    write_posts("csv", [], tmp_path / "a.csv")
    (tmp_path / "b.csv").touch()
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.csv", "b.csv")]
    assert modes[0] == modes[1]
    assert write_posts("csv", [make_post()], Path("/dev/null")) == 1


def test_a_stream_of_the_caller_stays_open(tmp_path: Path) -> None:
    stream = io.StringIO()
    with open_target(stream, force=False) as inner:
        inner.write("x")
    stream.write("y")
    assert stream.getvalue() == "xy"

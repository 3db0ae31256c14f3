"""Whatever bytes come, reading gives a Reading or a ParseError, in bounded memory; ``make growth`` shows the time.

Nothing here is timed: a test that hangs is ended by the runner, and tools/growth.py measures CPU time by size.
"""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxarchive.decode import MAX_BYTES
from wxarchive.errors import PageTooLargeError, ParseError
from wxarchive.parse.guards import without_crowds
from wxarchive.read import Reading, read_page
from wxarchive.records import Post
from wxarchive.render import clean_html

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PAGES = sorted(path for folder in ("pages", "dumps") for path in (FIXTURES / folder).iterdir())
CUTS = 40
MB = 1_000_000

HEAD = '<script>var biz = "MzA5OTk5MDAwMQ=="; var nickname = "河湾读书会";</script>'


def read(page: bytes) -> Reading | None:
    """The reading, which must hold together; None for a ParseError, which must be one line."""
    try:
        reading = read_page(page)
    except ParseError as error:
        message = error.message
    else:
        message = None
    if message is not None:
        assert len(message.splitlines()) == 1
        return None
    assert (reading.post is not None) == (reading.state == "post")
    if reading.post is not None:
        assert Post.from_dict(reading.post.to_dict()) == reading.post
    return reading


def places(length: int, count: int) -> list[int]:
    return sorted({length * number // count for number in range(1, count)} | {length - 1})


def flip(page: bytes, chance: random.Random, count: int) -> bytes:
    broken = bytearray(page)
    for _ in range(count):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_cut_anywhere_is_read(page: Path) -> None:
    data = page.read_bytes()
    for place in places(len(data), CUTS):
        read(data[:place])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_with_broken_bytes_is_read(page: Path) -> None:
    data = page.read_bytes()
    for count in (1, 16, 256):
        read(flip(data, random.Random(f"{page.name}:{count}"), count))


@pytest.mark.shared
def test_real_pages_cut_anywhere_or_broken_are_read(shared: Path) -> None:
    pages = [p for p in sorted((shared / "pages").glob("*/*")) if p.suffix in (".html", ".mhtml", ".txt")]
    assert pages
    for page in pages:
        data = page.read_bytes()
        for place in places(len(data), CUTS):
            read(data[:place])
        read(flip(data, random.Random(page.name), 64))


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    read(data)


@given(
    st.lists(
        st.sampled_from(
            "<div id=js_content> </div> <p> </p> <script> </script> <!-- --> <![CDATA[ ]]> <svg> </svg> <pre> <table> "
            "<td> <li> <ul> <plaintext> <template> <noscript> <iframe> <img <a 渡口 = \" ' \\ \\\" \\' \\x5c \\u ` ${ { } "
            "[ ] // /* */ \n \x00 & &#x110000; &lt; var biz= window.cgiDataNew= { JsDecode(' 来源： 长按 20".split(
                " "
            )
        ),
        max_size=60,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_pieces_of_pages_are_read(pieces: list[str]) -> None:
    read(f"<html>{HEAD}{''.join(pieces)}".encode())
    read("\n".join(pieces).encode())


@pytest.mark.parametrize(
    "piece",
    [
        "var biz = '\\\\\\'\"",
        'var msg_title = "\\\\\\"\'',
        "var a = `${`",
        'window.cgiDataNew = {a: "\\\\',
        "window.cgiDataNew = {a:[{",
        "window.cgiDataNew = {a: JsDecode('\\x5cx27",
        "/* ' \" */ // '\n",
        "</scrip </script x",
        "\\u{ffffffff}\\x",
    ],
)
@pytest.mark.parametrize("ending", ["", "</script>", '";</script>'])
def test_scripts_full_of_quotes_and_backslashes_leave_the_body_whole(piece: str, ending: str) -> None:
    body = "<div id='js_content'><p>渡口旧事</p></div>"
    reading = read(f"<html>{HEAD}{body}<script>{piece * 20_000}{ending}".encode())
    assert reading is not None
    assert reading.post is not None
    assert reading.post.text == "渡口旧事"


@pytest.mark.parametrize(
    "opening", ["<!--", "<!", "<?", "<![CDATA[", "<a href='", '<p title="', "<script>'", "<style>"]
)
def test_what_is_never_closed_takes_nothing_that_stood_before(opening: str) -> None:
    page = f"<html>{HEAD}<div id='js_content'><p>渡口旧事</p></div>{opening * 50_000}"
    reading = read(page.encode())
    assert reading is not None
    assert reading.post is not None
    assert "渡口旧事" in reading.post.text


# What one reading may hold in memory, in MB, interpreter and modules (50 MB) included: about twice what was measured.
# An element is some 100 bytes in the parser's tree, an attribute as much; a page is held as bytes and as text.
WORST = {
    "a million elements": ("'<b></b>' * 500_000 + '<br>' * 500_000 + '渡口'", 600),
    "a hundred thousand paragraphs": ("'<p>渡</p>' * 100_000", 400),
    "ten million quotes": ("'</div><script>' + '\"\\\\' * 5_000_000", 250),
    "ten megabytes of text": ("'渡' * 3_333_333", 250),
}
_CHILD = """
from pathlib import Path
from wxarchive.errors import ParseError
from wxarchive.read import read_page
page = ("<html>" + {head!r} + "<div id='js_content'>" + {body}).encode()
try:
    print(read_page(page).state)
except ParseError:
    print("ParseError")
# Not getrusage: its peak is inherited from the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.mark.parametrize("name", WORST)
def test_the_worst_pages_are_read_in_bounded_memory(name: str) -> None:
    body, bound = WORST[name]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(head=HEAD, body=body)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    state, peak = done.stdout.split()
    assert state in ("post", "ParseError")
    assert int(peak) < bound


def test_of_a_million_attributes_a_thousand_are_kept() -> None:
    many = "".join(f'a{n}="<>" b{n} ' for n in range(500_000))
    page = f"<html>{HEAD}<!-- <p a=' --><div id='js_content'><p class=x {many}>渡口</p><p {many}/>旧事</div>".encode()
    assert len(without_crowds(page)) < 50_000
    reading = read(page)
    assert reading is not None
    assert reading.post is not None
    assert reading.post.text == "渡口\n旧事"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_pages_without_crowded_elements_stay_as_they_are(page: Path) -> None:
    data = page.read_bytes()
    assert without_crowds(data) is data


def test_a_page_over_the_limit_has_its_own_error() -> None:
    with pytest.raises(PageTooLargeError, match=f"{MAX_BYTES:,}"):
        read_page(b"<" * (MAX_BYTES + 1))


def test_a_file_over_the_limit_is_not_read_into_memory(tmp_path: Path) -> None:
    """``inspect`` looks at the size first: a sparse file of 200 MB fails in the memory that a start takes."""
    page = tmp_path / "huge.html"
    with page.open("wb") as file:
        file.truncate(200 * MB)
    script = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'wxarchive', 'inspect', sys.argv[1]], capture_output=True)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
        "sys.stderr.buffer.write(done.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(page)],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    code, peak = done.stdout.split()
    assert int(code) == PageTooLargeError.exit_code
    assert "200,000,000" in done.stderr
    assert "Traceback" not in done.stderr
    assert int(peak) < 150


def test_many_ampersands_are_cleaned_like_few() -> None:
    piece = '<p>甲&amp;乙 &amp;lt;</p><a href="https://a.example/?x=1&amp;y=2" onclick="x">丙</a><script>&amp;</script>'
    assert clean_html(piece * 4_000) == clean_html(piece) * 4_000
    assert clean_html("\uf8ff" + "&amp;" * 6_000) == "\uf8ff" + "&amp;" * 6_000

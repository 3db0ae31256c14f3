"""Sources: albums, feeds, files; what a sync asks for, what it remembers, and what it says that it could not see."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakewechat import FIXTURES, Album, FakeWeChat, Fault, Feed
from madeposts import key_of, link_to, made_page, made_pages
from samples import make_page, make_post
from wxarchive import Archive, CollectOptions, Fetcher, FetchOptions, fetch_posts
from wxarchive.address import find_album
from wxarchive.citations import find_gaps, iter_citations
from wxarchive.errors import BlockedError, InputError, SourceError, WxArchiveError
from wxarchive.pipeline import Outcome
from wxarchive.records import Link, Origin
from wxarchive.sources import Found, Step, Visit, iter_followable
from wxarchive.sources.albums import PAGE_SIZE
from wxarchive.sources.feeds import parse_feed
from wxarchive.sources.files import parse_opml
from wxarchive.sync import sync_sources

ALBUM = "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5OTk5OTk5OQ==&action=getalbum&album_id=700000001"
FEED = "https://feeds.example.org/account.xml"
DAY = 1_700_000_000


@pytest.fixture
def site() -> Iterator[FakeWeChat]:
    with FakeWeChat(FIXTURES) as server:
        server.made.update(made_pages(60))
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "a", create=True) as opened:
        yield opened


@pytest.fixture
def fetcher(site: FakeWeChat) -> Iterator[Fetcher]:
    with Fetcher(FetchOptions(replay=site.url, retries=0)) as opened:
        yield opened


def album_of(*numbers: int, **options: Any) -> Album:
    return Album(links=[(link_to(n), f"第{n}篇", DAY + n * 86_400) for n in numbers], **options)


def follow(archive: Archive, text: str) -> str:
    (found,) = iter_followable(text)
    return archive.followed.add(found.name, found.kind, found.address, found.title).name


def sync(archive: Archive, fetcher: Fetcher, **options: Any) -> list[Outcome]:
    return [event for event in sync_sources(archive, fetcher, **options) if isinstance(event, Outcome)]


def posts_asked(site: FakeWeChat) -> int:
    return sum(request.path.startswith("/s") for request in site.requests)


def pages_asked(site: FakeWeChat) -> list[tuple[str, str | None]]:
    queries = [parse_qs(urlsplit(r.path).query) for r in site.requests if "/mp/appmsgalbum" in r.path]
    return [(query["is_reverse"][0], query.get("begin_msgid", [None])[0]) for query in queries]


# --- albums -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ALBUM,
        ALBUM.replace("&", "&amp;") + "&amp;key=SECRET#wechat_redirect",
        f"看这个合集：{ALBUM.replace('https', 'http')}&scene=173。",
        "https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&album_id=700000001&__biz=MzA5OTk5OTk5OQ%3D%3D",
        "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url="
        "https%3A%2F%2Fmp.weixin.qq.com%2Fmp%2Fappmsgalbum%3F__biz%3DMzA5OTk5OTk5OQ%3D%3D%26album_id%3D700000001",
    ],
)
def test_an_album_has_one_address(text: str) -> None:
    found = find_album(text)
    assert found is not None
    assert found.url == ALBUM


@given(st.text() | st.text("mp.weixin.qq.com/appmsgalbum?__biz=&id%2F123A"))
def test_no_text_raises_and_the_address_is_its_own(text: str) -> None:
    found = find_album(text)
    assert found is None or find_album(found.url) == found


def test_an_album_is_walked_through_and_its_posts_are_fetched(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.albums["700000001"] = album_of(*range(45), title="河湾旧事")
    name = follow(archive, ALBUM)
    synced, *posts = sync(archive, fetcher)
    assert (synced.source, synced.status, synced.new_links) == (name, "synced", 45)
    assert [outcome.status for outcome in posts] == ["new"] * 45
    assert len(pages_asked(site)) == 3
    (source,) = archive.followed.all()
    assert (source.title, source.said) == ("河湾旧事", None)
    assert next(archive.links.iter()).found_in == name


def test_a_second_sync_asks_for_nothing_that_is_held(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.albums["700000001"] = album_of(*range(45))
    follow(archive, ALBUM)
    sync(archive, fetcher)
    before = posts_asked(site)
    site.requests.clear()
    (again,) = sync(archive, fetcher)
    assert (again.new_links, posts_asked(site)) == (0, 0)
    assert before == 45
    assert pages_asked(site) == [("0", None), ("1", None)]  # one look at either end


@pytest.mark.parametrize("at_front", [True, False])
def test_an_album_grows_at_either_end(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, at_front: bool
) -> None:
    old = list(range(30))
    site.albums["700000001"] = album_of(*old)
    follow(archive, ALBUM)
    sync(archive, fetcher)
    new = [51, 50]
    site.albums["700000001"] = album_of(*(new + old if at_front else old + new))
    synced, *posts = sync(archive, fetcher)
    assert synced.new_links == 2
    assert sorted(outcome.post_id or "" for outcome in posts) == [key_of(50), key_of(51)]


def test_a_walk_that_was_interrupted_goes_on_where_it_was(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.albums["700000001"] = album_of(*range(1, 46))
    follow(archive, ALBUM)
    site.script = {3: Fault(action="status", status=500)}
    (failed,) = sync(archive, fetcher, list_only=True)
    assert failed.status == "failed"
    assert sum(archive.links.count().values()) == 2 * PAGE_SIZE
    site.albums["700000001"] = album_of(*range(46))  # and a new one at the front meanwhile
    site.requests.clear()
    site.script = {}
    (synced,) = sync(archive, fetcher, list_only=True)
    assert synced.new_links == 6
    assert next(begin for _, begin in pages_asked(site)) is None
    assert len(pages_asked(site)) == 3  # the front, the page behind it that is known, the rest
    assert sum(archive.links.count().values()) == 46


def test_an_album_with_one_post_is_an_album(site: FakeWeChat, archive: Archive, fetcher: Fetcher) -> None:
    site.albums["700000001"] = album_of(3)
    follow(archive, ALBUM)
    synced, post = sync(archive, fetcher)
    assert (synced.status, post.post_id) == ("synced", key_of(3))


def test_an_album_that_repeats_itself_is_left(site: FakeWeChat, archive: Archive, fetcher: Fetcher) -> None:
    site.albums["700000001"] = album_of(*range(45), repeats=True, says=45)
    name = follow(archive, ALBUM)
    (synced,) = sync(archive, fetcher, list_only=True)
    assert synced.new_links == PAGE_SIZE
    assert len(pages_asked(site)) == 2
    said = archive.followed.find(name).said or ""  # type: ignore[union-attr]
    assert "repeats itself" in said
    assert "45 posts, 20 are listed" in said
    (again,) = sync(archive, fetcher, list_only=True)
    assert again.status == "synced"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ret": 1}, "freq control (1)"),
        ({"empty": True}, "empty album reply"),
        ({"ret": 200013}, "freq control"),
    ],
)
def test_an_album_that_is_refused_is_no_empty_album(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, options: dict[str, Any], words: str
) -> None:
    site.albums["700000001"] = album_of(**options)
    name = follow(archive, ALBUM)
    (failed,) = sync(archive, fetcher)
    assert failed.status == "failed"
    assert words in str(failed.error)
    is_blocked = options.get("ret") == 200013
    assert isinstance(failed.error, BlockedError if is_blocked else SourceError)
    assert (archive.links.load_breaker() is not None) is is_blocked
    assert archive.followed.find(name).synced_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize("action", ["verify", "captcha"])
def test_a_captcha_on_an_album_opens_the_breaker(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, action: Any
) -> None:
    site.albums["700000001"] = album_of(*range(30))
    site.script = {2: Fault(action=action)}
    follow(archive, ALBUM)
    (failed,) = sync(archive, fetcher)
    assert isinstance(failed.error, BlockedError)
    breaker = archive.links.load_breaker()
    assert breaker is not None
    assert archive.links.count() == {"waiting": PAGE_SIZE}
    assert next(outcome.status for outcome in sync(archive, fetcher)) == "synced"


def test_only_what_is_wanted_is_listed_and_a_dry_run_stores_nothing(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.albums["700000001"] = album_of(*reversed(range(50)))
    follow(archive, ALBUM)
    since = datetime.fromtimestamp(DAY + 40 * 86_400, UTC)
    listed = sync(archive, fetcher, since=since, dry_run=True)
    assert [outcome.status for outcome in listed] == ["listed"] * 10 + ["synced"]
    assert len(pages_asked(site)) == 2  # the second page lies before that day
    assert archive.links.count() == {}
    assert archive.followed.all()[0].memory == {}
    sync(archive, fetcher, since=since)
    assert archive.count_posts() == 10
    sync(archive, fetcher, list_only=True)  # without the day, the rest
    assert sum(archive.links.count().values()) == 50


def test_names_are_chosen_and_unknown_ones_refused(archive: Archive, fetcher: Fetcher) -> None:
    with pytest.raises(InputError):
        sync(archive, fetcher)
    follow(archive, ALBUM)
    with pytest.raises(InputError) as caught:
        sync(archive, fetcher, names=["nobody"])
    assert "album-" in (caught.value.hint or "")


# --- feeds ------------------------------------------------------------------------------

LONG = "<p>" + "雨下了一夜，河水涨到了第三级台阶。" * 30 + "</p>"
RSS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>河湾读书会</title>
<item><title>第1篇 &amp; 别的</title><link>{link_to(1).replace("&", "&amp;")}&amp;chksm=1#rd</link>
<pubDate>Wed, 01 Nov 2023 08:00:00 +0800</pubDate><content:encoded><![CDATA[{LONG}]]></content:encoded></item>
<item><title>第2篇</title><guid>{link_to(2).replace("&", "&amp;")}</guid><description>短</description></item>
<item><title>别处</title><link>https://example.com/3</link></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>河湾读书会</title>
<entry><title>第1篇 &amp; 别的</title><link href="{link_to(1).replace("&", "&amp;")}"/><updated>2023-11-01T00:00:00Z</updated>
<content type="html">{LONG.replace("<", "&lt;")}</content></entry>
<entry><title>第2篇</title><link href="{link_to(2).replace("&", "&amp;")}"/></entry>
<entry><title>别处</title><link href="https://example.com/3"/></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "河湾读书会",
        "items": [
            {"id": "1", "url": link_to(1), "title": "第1篇 & 别的", "content_html": LONG, "date_published": "2023-11-01T08:00:00+08:00"},
            {"id": link_to(2), "title": "第2篇"},
            {"id": "3", "url": "https://example.com/3"},
            None,
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize("feed", [RSS, ATOM, JSON_FEED], ids=["rss", "atom", "json"])
def test_every_form_of_a_feed_gives_the_same(feed: str) -> None:
    title, found, lost = parse_feed(feed.encode())
    assert (title, lost) == ("河湾读书会", 1)
    assert [(item.url, item.title) for item in found] == [(link_to(1), "第1篇 & 别的"), (link_to(2), "第2篇")]
    assert found[0].published_at == datetime(2023, 11, 1, tzinfo=UTC)
    assert found[0].html == LONG
    assert found[1].html is None


@given(st.binary() | st.binary().map(lambda body: b"<rss>" + body) | st.binary().map(lambda b: b"<feed " + b))
def test_no_bytes_break_the_reader_of_feeds(body: bytes) -> None:
    with contextlib.suppress(WxArchiveError):
        parse_feed(body)


def test_a_feed_cannot_swell_or_read_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    for entities, use in ((laughs, "&a9;"), (f'<!ENTITY s SYSTEM "file://{tmp_path}/secret">', "&s;")):
        feed = f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss><channel><title>{use}</title><item><link>{link_to(1).replace("&", "&amp;")}</link><title>{use}</title></item></channel></rss>'
        try:
            title, found, _ = parse_feed(feed.encode())
        except SourceError:
            continue
        assert "SECRET" not in f"{title}{found}"
        assert len(f"{title}{found}") < 10_000


def test_a_feed_is_asked_for_again_only_if_it_changed(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.feeds["/account.xml"] = Feed(body=RSS.encode(), etag='"1"')
    follow(archive, FEED)
    synced, *posts = sync(archive, fetcher)
    assert (synced.new_links, len(posts)) == (2, 2)
    assert "1 items without a link to a post" in (synced.title or "")
    (again,) = sync(archive, fetcher)
    assert again.new_links == 0
    assert [request.headers.get("if-none-match") for request in site.feed_requests] == [None, '"1"']
    assert posts_asked(site) == 2


def test_a_whole_text_is_kept_where_the_post_is_gone(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    site.feeds["/account.xml"] = Feed(body=RSS.encode())
    site.script = {key_of(1): Fault(action="redirect", location="/s/gone")}
    follow(archive, FEED)
    sync(archive, fetcher)
    assert [link.state for link in archive.links.iter()] == ["gone", "done"]
    text = archive.followed.find_text(link_to(1))
    assert text is not None
    assert (text.html, text.source, text.title) == (LONG, FEED, "第1篇 & 别的")
    assert archive.followed.find_text(link_to(2)) is None
    sync(archive, fetcher)
    assert archive.info().posts == 1


@pytest.mark.parametrize("body", [b"<html>no feed</html>", b"", b"{}", b"<rss><channel>"])
def test_what_is_no_feed_is_said_to_be_none(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, body: bytes
) -> None:
    site.feeds["/account.xml"] = Feed(body=body)
    follow(archive, FEED)
    (outcome,) = sync(archive, fetcher)
    assert outcome.status == "failed"
    assert isinstance(outcome.error, SourceError)


# --- files ---------------------------------------------------------------------------------


def test_an_opml_file_is_followed_feed_by_feed(tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(
        '<?xml version="1.0"?><opml version="2.0"><body><outline text="账号">'
        '<outline type="rss" text="青石坪" xmlUrl="https://feeds.example.org/1.xml"/>'
        '<outline type="rss" title="河湾 读书会" text="x" xmlUrl="https://feeds.example.org/2.xml"/>'
        "</outline></body></opml>",
        encoding="utf-8",
    )
    assert [(item.name, item.address) for item in iter_followable(str(file))] == [
        ("青石坪", "https://feeds.example.org/1.xml"),
        ("河湾-读书会", "https://feeds.example.org/2.xml"),
    ]


@given(st.binary())
def test_no_bytes_break_the_reader_of_opml(body: bytes) -> None:
    with contextlib.suppress(InputError):
        parse_opml(body)


def test_a_file_of_links_is_read_anew_when_it_changes(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, tmp_path: Path
) -> None:
    file = tmp_path / "links.txt"
    file.write_text(f"看 {link_to(1)}，还有\n", encoding="utf-8")
    follow(archive, str(file))
    assert [outcome.status for outcome in sync(archive, fetcher)] == ["synced", "new"]
    assert [outcome.status for outcome in sync(archive, fetcher)] == ["synced"]
    with file.open("a", encoding="utf-8") as stream:
        stream.write(link_to(2))
    assert next(outcome.new_links for outcome in sync(archive, fetcher)) == 1
    file.unlink()
    assert [outcome.status for outcome in sync(archive, fetcher)] == ["failed"]
    assert archive.count_posts() == 2


@pytest.mark.parametrize(
    "text", ["", "nothing", "https://mp.weixin.qq.com/s/aB3_dE-6gH9jK2mN5pQ8sT", "/nowhere.txt", "\x00"]
)
def test_what_cannot_be_followed_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        list(iter_followable(text))


def test_names_are_short_and_unlike(archive: Archive) -> None:
    names = [follow(archive, text) for text in (ALBUM, FEED, FEED + "?b", ALBUM)]
    assert names == [
        "album-00000001",
        "feeds.example.org-account.xml",
        "feeds.example.org-account.xml-2",
        names[0],
    ]
    assert archive.followed.remove(names[0])
    assert not archive.followed.remove(names[0])


# --- kinds that others add -----------------------------------------------------------------


class Mine:
    """A kind that a package adds."""

    name = "mine"

    def find_address(self, text: str) -> str | None:
        return text if text.startswith("mine:") else None

    def iter_steps(self, visit: Visit) -> Iterator[Step]:
        at = visit.memory.get("at", 0)
        yield Step(found=(Found(url=link_to(at), post_id=key_of(at)),), memory={"at": at + 1}, title="我的")


class Point:
    def load(self) -> type[Mine]:
        return Mine


def test_other_packages_add_kinds(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Point()])
    follow(archive, "mine:one")
    assert [outcome.post_id for outcome in sync(archive, fetcher)][1:] == [key_of(0)]
    assert [outcome.post_id for outcome in sync(archive, fetcher)][1:] == [key_of(1)]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [])
    (failed,) = sync(archive, fetcher)
    assert isinstance(failed.error, InputError)


# --- what stored posts point at ---------------------------------------------------------------


def test_posts_that_are_cited_are_found(site: FakeWeChat, archive: Archive, fetcher: Fetcher) -> None:
    site.made[key_of(0)] = made_page(0, cites=(0, 1, 2))
    list(fetch_posts(archive, [link_to(0), link_to(2)], fetcher, options=CollectOptions()))
    found = list(iter_citations(archive.iter_posts(), archive.get_raw))
    # Cleaning takes such a list of related posts out of the record: the raw page still has it.
    assert {(item.address.key, item.cited_by) for item in found} == {
        (key_of(1), key_of(0)),
        (key_of(2), key_of(0)),
    }


def test_the_original_of_a_reprint_is_cited() -> None:
    post = make_post(
        links=(Link(url="https://example.com/", text="x"), Link(url=link_to(5), text="y")),
        origin=Origin(url=link_to(6), title="原文"),
    )
    assert [item.address.key for item in iter_citations([post])] == [key_of(5), key_of(6)]


def test_gaps_in_a_push_are_seen() -> None:
    gaps = find_gaps(["a:1:1", "a:1:3", "a:1:5", "a:2:1", "b:1:2", "text:0123456789abcdef", "a:3:1", "a:3:2"])
    assert [(gap.biz, gap.mid, gap.held, gap.missing) for gap in gaps] == [
        ("a", "1", (1, 3, 5), (2, 4)),
        ("b", "1", (2,), (1,)),
    ]


def test_a_post_that_is_held_is_not_listed_by_a_source(
    site: FakeWeChat, archive: Archive, fetcher: Fetcher
) -> None:
    archive.save(
        make_page(made_page(1)),
        state="post",
        post=make_post(id=key_of(1), url=link_to(1)),
        addresses=[link_to(1)],
    )
    site.albums["700000001"] = album_of(1, 2)
    follow(archive, ALBUM)
    synced, *posts = sync(archive, fetcher)
    assert (synced.new_links, [outcome.post_id for outcome in posts]) == (1, [key_of(2)])

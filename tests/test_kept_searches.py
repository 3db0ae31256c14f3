"""Searches that are kept under a name tell what is new since they were last run."""

from pathlib import Path

import pytest

from samples import make_page, make_post
from wxarchive.errors import InputError, QueryError
from wxarchive.store import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path, create=True)
    for number in range(1, 6):
        text = "防汛值班" if number % 2 else "春耕"
        archive.save(make_page(b"%d" % number), state="post", post=make_post(number, text))
    return archive


def run(archive: Archive, only_new: bool = True, limit: int | None = None) -> list[int]:
    with archive.run_search("flood", only_new=only_new, limit=limit) as result:
        return [hit.number for hit in result.hits]


def test_what_is_new_is_told_once(archive: Archive) -> None:
    archive.save_search("flood", "防汛")
    assert run(archive) == [5, 3, 1]
    assert run(archive) == []
    archive.save(make_page(b"6"), state="post", post=make_post(6, "又要防汛"))
    assert run(archive) == [6]
    assert run(archive, only_new=False) == [6, 5, 3, 1]
    assert run(archive) == []


def test_an_edited_post_that_matches_now_is_new(archive: Archive) -> None:
    archive.save_search("flood", "防汛")
    run(archive)
    archive.save(make_page(b"2b"), state="post", post=make_post(2, "改成防汛"))
    assert run(archive) == [2]
    archive.save(make_page(b"2c"), state="post", post=make_post(2, "又改回来"))
    assert run(archive) == []
    archive.save(make_page(b"2d"), state="post", post=make_post(2, "还是防汛"))
    assert run(archive) == [2]


def test_what_could_not_be_shown_is_new_again(archive: Archive) -> None:
    archive.save_search("flood", "防汛")
    with pytest.raises(RuntimeError), archive.run_search("flood", only_new=True):
        raise RuntimeError("the printer is out of paper")
    assert run(archive) == [5, 3, 1]


def test_they_are_listed_and_forgotten(archive: Archive) -> None:
    archive.save_search("flood", "防汛 kind:article")
    archive.save_search("a", "春耕")
    run(archive)
    kept = {saved.name: saved for saved in archive.searches()}
    assert list(kept) == ["a", "flood"]
    assert (kept["flood"].words, kept["flood"].found) == ("防汛 kind:article", 3)
    assert kept["a"].run_at is None
    assert kept["flood"].run_at is not None
    archive.delete_search("flood")
    assert [saved.name for saved in archive.searches()] == ["a"]
    with pytest.raises(InputError):
        archive.delete_search("flood")


def test_names_and_words_are_checked(archive: Archive) -> None:
    for name in ("", " ", "a\nb", "x" * 200):
        with pytest.raises(InputError):
            archive.save_search(name, "防汛")
    with pytest.raises(QueryError):
        archive.save_search("none", "-防汛")
    archive.save_search("flood", "防汛")
    with pytest.raises(InputError) as caught:
        archive.save_search("flood", "春耕")
    assert caught.value.hint
    with pytest.raises(InputError), archive.run_search("unknown"):
        pass

"""Searching finds exactly the posts whose text holds the word: checked by brute force over whole archives."""

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from wxarchive import Archive, import_files
from wxarchive.han import fold
from wxarchive.records import Post

ROOT = Path(__file__).resolve().parent.parent
PAIR = re.compile("[\u4e00-\u9fff]{2}")


def searched_text(post: Post) -> str:
    """What search looks into, with a border between the fields that no term crosses."""
    fields = (post.title, post.author, post.account.nickname, post.source, post.text)
    return "\n\n".join(fold(field or "") for field in fields)


def draw_words(posts: Iterable[Post], seed: int, number: int = 20) -> list[str]:
    """Two-character words from all over the texts: neighbours of any kind, frequent and rare."""
    texts = [post.text for post in posts if len(post.text) > 50]
    chance = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < number:
        text = chance.choice(texts)
        found = PAIR.match(text, chance.randrange(len(text) - 1))
        if found:
            words[found[0]] = None
    return list(words)


def assert_found_exactly(archive: Archive, seed: int) -> None:
    posts = list(archive.iter_posts())
    for word in [*draw_words(posts, seed), "的", "脱贫"]:
        expected = {post.id for post in posts if fold(word) in searched_text(post)}
        result = archive.search(word, limit=1000)
        assert {hit.post_id for hit in result.hits} == expected, word
        assert result.total == len(expected)
        for hit in result.hits:
            for start, end in hit.excerpt.marks:
                assert fold(hit.excerpt.text[start:end]) == fold(word)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_words_drawn_from_the_fixtures_find_exactly_their_posts(seed: int, tmp_path: Path) -> None:
    with Archive(tmp_path / "archive", create=True) as archive:
        for _ in import_files(archive, [ROOT / "fixtures" / "pages"]):
            pass
        assert archive.count_posts() >= 25
        assert_found_exactly(archive, seed)


@pytest.mark.shared
def test_all_real_post_pages_import_and_their_words_are_found(shared: Path, tmp_path: Path) -> None:
    import json

    posts = json.loads((shared / "pages" / "fields.json").read_text(encoding="utf-8"))
    with Archive(tmp_path / "archive", create=True) as archive:
        outcomes = list(import_files(archive, [shared / "pages" / name for name in posts]))
        assert [o.source for o in outcomes if o.error] == []
        assert archive.count_posts() == len({o.post_id for o in outcomes}) >= 90
        for seed in range(4):
            assert_found_exactly(archive, seed)

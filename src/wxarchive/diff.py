"""What an author changed between two versions of a post: fields, then the text sentence by sentence. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from wxarchive.records import Post

__all__ = ["FieldDiff", "PostDiff", "TextDiff", "diff_posts", "split_sentences"]

Mark = tuple[int, int]
"""Start and end of characters that are different, as offsets in a sentence."""

# A sentence ends with its mark and what closes behind it, or with the line. A full stop between digits or letters
# (3.5, example.com) ends nothing.
_SENTENCE: Final = re.compile(
    r"[^\n。！？!?…；;]*?(?:[。！？!?…；;]+|\.(?=[\s”’\"')\]]|$)|(?=\n|\Z))[”’\"')）」』】》\]]*",
    re.MULTILINE,
)
_ALIKE: Final = 0.5
"""Sentences that have so much in common are one that was changed; others were taken out and put in."""
_AHEAD: Final = 30
"""Sentences among which the partner of a changed one is looked for."""
_MANY: Final = 3000
_LONG: Final = 2000
"""Characters; longer sentences are not compared letter by letter."""


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field of the record that is different; None: absent."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TextDiff:
    """A run of sentences that are the ``same``, or one that was ``removed``, ``added`` or ``changed``.

    Of a changed one, the marks say which characters are different.
    """

    what: Literal["same", "removed", "added", "changed"]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    before_marks: tuple[Mark, ...] = ()
    after_marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDiff:
    """All that is different between two versions."""

    fields: tuple[FieldDiff, ...]
    text: tuple[TextDiff, ...]
    only_breaks: bool
    """Whether the text differs in line breaks and spaces alone."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not self.fields and not self.only_breaks and all(part.what == "same" for part in self.text)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; sentences that are the same are counted, not told."""
        parts: list[dict[str, Any]] = []
        for part in self.text:
            if part.what == "same":
                parts.append({"what": "same", "sentences": len(part.before)})
            else:
                before, after = ("".join(some) or None for some in (part.before, part.after))
                parts.append({"what": part.what, "before": before, "after": after})
        return {
            "fields": {one.field: {"before": one.before, "after": one.after} for one in self.fields},
            "text": parts,
            "only_breaks": self.only_breaks,
        }


def diff_posts(before: Post, after: Post, *, uncleaned: bool = False) -> PostDiff:
    """What is different in ``after``: headline, author and credits first, then the clean text (or the uncleaned)."""
    old, new = (post.uncleaned_text if uncleaned else post.text for post in (before, after))
    text = tuple(_diff_texts(split_sentences(old), split_sentences(new)))
    same = all(part.what == "same" for part in text)
    return PostDiff(fields=tuple(_diff_fields(before, after)), text=text, only_breaks=same and old != new)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in order, without the line ends and spaces around them.

    >>> split_sentences("他说：“来吧。”我去了！\\n见 example.com，3.5 元。")
    ['他说：“来吧。”', '我去了！', '见 example.com，3.5 元。']
    """
    return [sentence for found in _SENTENCE.finditer(text) if (sentence := found[0].strip())]


def _diff_fields(before: Post, after: Post) -> Iterator[FieldDiff]:
    old, new = _told(before), _told(after)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield FieldDiff(name, old.get(name), new.get(name))


def _told(post: Post) -> dict[str, str | None]:
    """The fields that are compared, headline and credits first, as text."""
    return {
        "title": post.title,
        "author": post.author,
        "account": post.account.nickname,
        "source": post.source,
        **{f"credits: {role}": "、".join(names) for role, names in post.credits.items()},
        "digest": post.digest,
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "copyright": post.copyright,
        "source_url": post.source_url,
        "pictures": str(sum(image.role != "cover" for image in post.images)),
        "media": "、".join(filter(None, (item.title or item.type for item in post.media))) or None,
    }


def _diff_texts(before: Sequence[str], after: Sequence[str]) -> Iterator[TextDiff]:
    # Thousands of equal sentences, in texts that were made to do harm, would take for ever.
    matcher = SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > _MANY)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield TextDiff("same", tuple(before[a:b]), tuple(after[c:d]))
        else:
            yield from _diff_runs(before[a:b], after[c:d])


def _diff_runs(before: Sequence[str], after: Sequence[str]) -> Iterator[TextDiff]:
    """Two runs of sentences that have none in common: those that are alike are paired, in order."""
    at = 0
    for sentence in before:
        ahead = range(at, min(at + _AHEAD, len(after)))
        partner = next((n for n in ahead if _are_alike(sentence, after[n])), None)
        if partner is None:
            yield TextDiff("removed", (sentence,))
            continue
        for added in after[at:partner]:
            yield TextDiff("added", (), (added,))
        yield _diff_sentences(sentence, after[partner])
        at = partner + 1
    for added in after[at:]:
        yield TextDiff("added", (), (added,))


def _are_alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _LONG:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )


def _diff_sentences(before: str, after: str) -> TextDiff:
    codes = [
        code
        for code in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if code[0] != "equal"
    ]
    return TextDiff(
        "changed",
        (before,),
        (after,),
        tuple((a, b) for _, a, b, _, _ in codes if a < b),
        tuple((c, d) for _, _, _, c, d in codes if c < d),
    )

"""What cleaning took out of the held posts, the least certain first: where a person should look."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wxarchive.clean import find_reason
from wxarchive.records import Removal
from wxarchive.store import Archive

if TYPE_CHECKING:
    from wxarchive.query import PostFilter

__all__ = ["Reviewed", "review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A piece that was taken out of a post."""

    post_id: str
    title: str | None
    account: str | None
    piece: Removal

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        piece = self.piece
        return {
            "id": self.post_id,
            "title": self.title,
            "account": self.account,
            "rule": piece.rule,
            "label": piece.label,
            "confidence": piece.confidence,
            "reason": find_reason(piece.rule),
            "note": piece.note,
            "text": piece.text,
            "at": piece.at,
        }


def review(
    archive: Archive,
    filter: "PostFilter | None" = None,  # noqa: A002 - as in Archive
    *,
    limit: int = 50,
) -> list[Reviewed]:
    """The ``limit`` removals of the posts that ``filter`` wants of which cleaning was least sure, those first.

    Removals of equal confidence come in the order of the posts, newest first. One that was stored before confidences
    were is taken for certain.
    """

    def iter_all() -> Iterator[tuple[float, int, Reviewed]]:
        number = 0
        for post in archive.iter_posts(filter):
            for piece in post.removed:
                number += 1
                found = Reviewed(
                    post_id=post.id, title=post.title, account=post.account.nickname, piece=piece
                )
                yield (1.0 if piece.confidence is None else piece.confidence, number, found)

    return [found for _, _, found in heapq.nsmallest(limit, iter_all(), key=lambda one: one[:2])]

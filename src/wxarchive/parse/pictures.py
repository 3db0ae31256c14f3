"""Pictures that a saving program put into the page itself, as ``data:`` addresses."""

from typing import Final

from wxarchive.parse.document import Document

__all__ = ["count_embedded"]

_ADDRESSES: Final = ("data-src", "data-backsrc")
_PLACEHOLDER: Final = 200
"""Characters; a ``data:`` address up to this is a dot or a blank that stands in for a picture or keeps a place."""


def count_embedded(document: Document) -> int:
    """How many pictures of the body have no address but their own bytes.

    Where SingleFile left the address beside the bytes, the picture is read by it; megabytes of ``data:`` are no
    address to keep in a record.
    """
    body = document.elements.get("js_content")
    if body is None or b"data:image" not in document.markup.lean:
        return 0
    pictures = (node.attributes for node in body.css("img[src^='data:image']"))
    return sum(
        len(values.get("src") or "") > _PLACEHOLDER
        and not any((values.get(name) or "").startswith(("http:", "https:", "//")) for name in _ADDRESSES)
        for values in pictures
    )

"""Archive posts of WeChat public accounts (微信公众号): read pages exactly, keep them for good, find them at once.

    from wxarchive import Archive, read_page

    reading = read_page(Path("post.html").read_bytes())
    print(reading.state, reading.post.title if reading.post else reading.state_text)

    with Archive("my-archive") as archive:
        for hit in archive.search("春耕").hits:
            print(hit.post_id, hit.title)

Everything here is loaded when it is first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wxarchive.collect import CollectOptions as CollectOptions
    from wxarchive.collect import Losses as Losses
    from wxarchive.collect import fetch_media as fetch_media
    from wxarchive.collect import fetch_posts as fetch_posts
    from wxarchive.collect import resume_posts as resume_posts
    from wxarchive.errors import WxArchiveError as WxArchiveError
    from wxarchive.export import write_posts as write_posts
    from wxarchive.fetch import Fetcher as Fetcher
    from wxarchive.fetch import FetchOptions as FetchOptions
    from wxarchive.pipeline import Outcome as Outcome
    from wxarchive.pipeline import import_files as import_files
    from wxarchive.query import PostFilter as PostFilter
    from wxarchive.read import Reading as Reading
    from wxarchive.read import explain_page as explain_page
    from wxarchive.read import read_page as read_page
    from wxarchive.records import Post as Post
    from wxarchive.reparsing import reparse as reparse
    from wxarchive.store import Archive as Archive
    from wxarchive.sync import sync_sources as sync_sources

__version__ = "0.1.0"

_HOMES = {
    "Archive": "store",
    "CollectOptions": "collect",
    "FetchOptions": "fetch",
    "Fetcher": "fetch",
    "Losses": "collect",
    "Outcome": "pipeline",
    "Post": "records",
    "PostFilter": "query",
    "Reading": "read",
    "WxArchiveError": "errors",
    "explain_page": "read",
    "fetch_media": "collect",
    "fetch_posts": "collect",
    "import_files": "pipeline",
    "read_page": "read",
    "resume_posts": "collect",
    "sync_sources": "sync",
    "reparse": "reparsing",
    "write_posts": "export",
}
__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wxarchive' has no attribute {name!r}")
    value = getattr(import_module(f"wxarchive.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

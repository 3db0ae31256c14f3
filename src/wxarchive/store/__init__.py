"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes. So is all that is named here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wxarchive.store.archive import Archive as Archive
    from wxarchive.store.captures import CaptureInfo as CaptureInfo
    from wxarchive.store.captures import Merged as Merged
    from wxarchive.store.connect import probe_sqlite as probe_sqlite
    from wxarchive.store.hits import Hit as Hit
    from wxarchive.store.hits import SearchResult as SearchResult
    from wxarchive.store.hits import Summary as Summary
    from wxarchive.store.media import MediaState as MediaState
    from wxarchive.store.media import StoredMedia as StoredMedia
    from wxarchive.store.media import WaitingMedia as WaitingMedia
    from wxarchive.store.results import AccountNames as AccountNames
    from wxarchive.store.results import ArchiveInfo as ArchiveInfo
    from wxarchive.store.results import Finding as Finding
    from wxarchive.store.results import History as History
    from wxarchive.store.results import Observation as Observation
    from wxarchive.store.results import Outcome as Outcome
    from wxarchive.store.results import PostChange as PostChange
    from wxarchive.store.results import Reparsed as Reparsed
    from wxarchive.store.results import Saved as Saved
    from wxarchive.store.results import SavedSearch as SavedSearch
    from wxarchive.store.results import Verified as Verified
    from wxarchive.store.results import VersionInfo as VersionInfo
    from wxarchive.store.search import Sort as Sort
    from wxarchive.store.sources import FeedText as FeedText
    from wxarchive.store.sources import FollowedSource as FollowedSource
    from wxarchive.store.staging import Staged as Staged
    from wxarchive.store.staging import Staging as Staging
    from wxarchive.store.tally import BY as BY
    from wxarchive.store.tally import By as By
    from wxarchive.store.to_fetch import LINK_STATES as LINK_STATES
    from wxarchive.store.to_fetch import Breaker as Breaker
    from wxarchive.store.to_fetch import FoundLink as FoundLink
    from wxarchive.store.to_fetch import LinkState as LinkState
    from wxarchive.store.to_fetch import QueuedLink as QueuedLink

_HOMES = {
    "AccountNames": "results",
    "Archive": "archive",
    "ArchiveInfo": "results",
    "BY": "tally",
    "Breaker": "to_fetch",
    "By": "tally",
    "CaptureInfo": "captures",
    "FeedText": "sources",
    "Finding": "results",
    "FollowedSource": "sources",
    "FoundLink": "to_fetch",
    "History": "results",
    "Hit": "hits",
    "LINK_STATES": "to_fetch",
    "LinkState": "to_fetch",
    "MediaState": "media",
    "Merged": "captures",
    "Observation": "results",
    "Outcome": "results",
    "PostChange": "results",
    "QueuedLink": "to_fetch",
    "Reparsed": "results",
    "Saved": "results",
    "SavedSearch": "results",
    "SearchResult": "hits",
    "Sort": "search",
    "Staged": "staging",
    "Staging": "staging",
    "StoredMedia": "media",
    "Summary": "hits",
    "Verified": "results",
    "VersionInfo": "results",
    "WaitingMedia": "media",
    "probe_sqlite": "connect",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wxarchive.store' has no attribute {name!r}")
    value = getattr(import_module(f"wxarchive.store.{_HOMES[name]}"), name)
    globals()[name] = value
    return value

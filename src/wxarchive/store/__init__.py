"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes.
"""

from wxarchive.store.archive import Archive
from wxarchive.store.captures import CaptureInfo, Merged
from wxarchive.store.connect import probe_sqlite
from wxarchive.store.media import MediaState, StoredMedia, WaitingMedia
from wxarchive.store.results import (
    AccountNames,
    ArchiveInfo,
    Finding,
    History,
    Hit,
    Observation,
    Outcome,
    PostChange,
    Reparsed,
    Saved,
    SavedSearch,
    SearchResult,
    Summary,
    Verified,
    VersionInfo,
)
from wxarchive.store.search import Sort
from wxarchive.store.sources import FeedText, FollowedSource
from wxarchive.store.staging import Staged, Staging
from wxarchive.store.tally import BY, By
from wxarchive.store.to_fetch import LINK_STATES, Breaker, FoundLink, LinkState, QueuedLink

__all__ = [
    "BY",
    "LINK_STATES",
    "AccountNames",
    "Archive",
    "ArchiveInfo",
    "Breaker",
    "By",
    "CaptureInfo",
    "FeedText",
    "Finding",
    "FollowedSource",
    "FoundLink",
    "History",
    "Hit",
    "LinkState",
    "MediaState",
    "Merged",
    "Observation",
    "Outcome",
    "PostChange",
    "QueuedLink",
    "Reparsed",
    "Saved",
    "SavedSearch",
    "SearchResult",
    "Sort",
    "Staged",
    "Staging",
    "StoredMedia",
    "Summary",
    "Verified",
    "VersionInfo",
    "WaitingMedia",
    "probe_sqlite",
]

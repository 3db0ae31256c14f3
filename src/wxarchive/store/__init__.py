"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes.
"""

from wxarchive.store.archive import Archive
from wxarchive.store.connect import probe_sqlite
from wxarchive.store.media import MediaState, StoredMedia, WaitingMedia
from wxarchive.store.results import ArchiveInfo, Hit, Outcome, Saved, SearchResult, Summary
from wxarchive.store.sources import FeedText, FollowedSource
from wxarchive.store.to_fetch import LINK_STATES, Breaker, FoundLink, LinkState, QueuedLink

__all__ = [
    "LINK_STATES",
    "Archive",
    "ArchiveInfo",
    "Breaker",
    "FeedText",
    "FollowedSource",
    "FoundLink",
    "Hit",
    "LinkState",
    "MediaState",
    "Outcome",
    "QueuedLink",
    "Saved",
    "SearchResult",
    "StoredMedia",
    "Summary",
    "WaitingMedia",
    "probe_sqlite",
]

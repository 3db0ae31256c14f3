"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes.
"""

from wxarchive.store.archive import Archive
from wxarchive.store.results import (
    AccountNames,
    ArchiveInfo,
    Hit,
    Outcome,
    PostChange,
    Reparsed,
    Saved,
    SearchResult,
    Summary,
)
from wxarchive.store.staging import Staged, Staging

__all__ = [
    "AccountNames",
    "Archive",
    "ArchiveInfo",
    "Hit",
    "Outcome",
    "PostChange",
    "Reparsed",
    "Saved",
    "SearchResult",
    "Staged",
    "Staging",
    "Summary",
]

"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes.
"""

from wxarchive.store.archive import Archive
from wxarchive.store.captures import CaptureInfo, Merged
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
    SearchResult,
    Summary,
    Verified,
    VersionInfo,
)
from wxarchive.store.staging import Staged, Staging

__all__ = [
    "AccountNames",
    "Archive",
    "ArchiveInfo",
    "CaptureInfo",
    "Finding",
    "History",
    "Hit",
    "Merged",
    "Observation",
    "Outcome",
    "PostChange",
    "Reparsed",
    "Saved",
    "SearchResult",
    "Staged",
    "Staging",
    "Summary",
    "Verified",
    "VersionInfo",
]

"""The archive: one folder with one SQLite database, which any SQLite tool can read.

``schema`` has the tables, ``archive`` the one class that the rest of the program uses. Reading needs only the
standard library; ``writer`` (sqlite-utils) and ``bodies`` (zstandard) are loaded when something is stored or a raw
page is asked for, because they cost more time to load than a search takes.
"""

from wxarchive.store.archive import Archive
from wxarchive.store.results import ArchiveInfo, Hit, Outcome, Saved, SavedSearch, SearchResult, Summary
from wxarchive.store.search import Sort
from wxarchive.store.tally import BY, By

__all__ = [
    "BY",
    "Archive",
    "ArchiveInfo",
    "By",
    "Hit",
    "Outcome",
    "Saved",
    "SavedSearch",
    "SearchResult",
    "Sort",
    "Summary",
]

"""Where links come from, again and again: albums, feeds, files of links, and what others add.

Each kind is an object with the methods of :class:`wxarchive.sources.kinds.Kind`. Another package adds one with an
entry point in the group ``wxarchive.sources``, whose value is such an object:

    [project.entry-points."wxarchive.sources"]
    mine = "my_package:MySource"
"""

from wxarchive.sources.kinds import Found, Kind, Step, Visit
from wxarchive.sources.table import Followable, find_followable, get_kind, iter_followable

__all__ = ["Followable", "Found", "Kind", "Step", "Visit", "find_followable", "get_kind", "iter_followable"]

"""Pages, pictures and feeds over HTTP: politely, and to public hosts that are known.

``client`` has the :class:`Fetcher`; ``transport`` what carries its requests and sees to whom; ``gate`` the pauses;
``unpack`` the decompression; ``cookies`` what is sent of a reader's own. This package alone knows the HTTP client.
"""

from wxarchive.fetch.client import (
    ERRORS,
    MAX_REDIRECTS,
    MISTAKES,
    USER_AGENT,
    Answer,
    Fetcher,
    FetchOptions,
    to_our_error,
)
from wxarchive.fetch.gate import Stopped
from wxarchive.fetch.transport import ReplayTransport, environment_proxy, is_public

__all__ = [
    "ERRORS",
    "MAX_REDIRECTS",
    "MISTAKES",
    "USER_AGENT",
    "Answer",
    "FetchOptions",
    "Fetcher",
    "ReplayTransport",
    "Stopped",
    "environment_proxy",
    "is_public",
    "to_our_error",
]

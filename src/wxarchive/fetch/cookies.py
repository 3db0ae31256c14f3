"""Cookies: none are taken from answers; those of a file that the user names are sent to where they belong."""

import warnings
from http.cookiejar import CookieJar, DefaultCookiePolicy, LoadError, MozillaCookieJar
from pathlib import Path
from typing import Any

from wxarchive.errors import InputError

__all__ = ["open_jar"]


class _NoneTaken(DefaultCookiePolicy):
    """Sends cookies by the usual rules and takes none."""

    def set_ok(self, cookie: Any, request: Any) -> bool:
        return False


def open_jar(file: Path | None) -> CookieJar:
    """The cookies to send: those of a Netscape ``cookies.txt``, or none.

    Raises InputError for a file that cannot be read; its message shows nothing of what is in it.
    """
    if file is None:
        return CookieJar(policy=_NoneTaken())
    jar = MozillaCookieJar(str(file), policy=_NoneTaken())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a broken line, which the error tells of
            jar.load(ignore_discard=True, ignore_expires=True)
    except LoadError:
        # The client's own message quotes the line.
        raise InputError(
            "this is no cookies file in Netscape's format",
            subject=str(file),
            hint='its first line is "# Netscape HTTP Cookie File", its fields are separated by tabs',
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(f"the cookies cannot be read: {reason}", subject=str(file)) from None
    for cookie in jar:
        cookie.expires = (
            cookie.expires or None
        )  # programs write 0 for a cookie that lasts as long as its session
    return jar

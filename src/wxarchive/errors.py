"""The one tree of errors that wxarchive raises on purpose.

Every class has a stable ``slug`` (what programs match on), an ``exit_code`` (what the shell sees) and may carry a
``hint`` (what to try next). Anything else that escapes is a bug and keeps its traceback.

    WxArchiveError                      1
      AddressError (ValueError)         2  bad-address
      QueryError (ValueError)           2  bad-query
      InputError                        2  bad-input         a file or option that cannot be used
      PageError                         3  page-*            the address answers, but not with a post
        PageGoneError                   3  page-gone         deleted, violation, complaint, hidden, migrated
        PageExpiredError                3  page-expired
        PageUnavailableError            3  page-unavailable
        NotAPostError                   3  page-not-a-post   a profile, album or search page, or nothing known
      BlockedError                      4  blocked           the site wants a person, or less haste
        VerifyRequiredError             4  blocked-verify
        TooFrequentError                4  blocked-too-frequent
      FetchError                        5  fetch-*
        ConnectError                    5  fetch-connect
        FetchTimeoutError               5  fetch-timeout
        StatusError                     5  fetch-status
        TooLargeError                   5  fetch-too-large
        ForbiddenHostError              5  fetch-forbidden-host
        SourceError                     5  fetch-source
      ParseError                        6  parse-failed
        PageTooLargeError               6  parse-too-large
      StoreError                        7  store-*
        NoArchiveError                  7  store-no-archive
        NotAnArchiveError               7  store-not-an-archive
        SchemaTooNewError               7  store-schema-too-new
        StoreLockedError                7  store-locked
        StoreWriteError                 7  store-cannot-write
        PostNotFoundError               7  store-no-such-post
      ExportError                       8  export-failed
        TargetExistsError               8  export-target-exists
      SomeFailedError                   9  some-failed       several inputs, some of them failed
"""

from typing import ClassVar

__all__ = [
    "AddressError",
    "BlockedError",
    "ConnectError",
    "ExportError",
    "FetchError",
    "FetchTimeoutError",
    "ForbiddenHostError",
    "InputError",
    "NoArchiveError",
    "NotAPostError",
    "NotAnArchiveError",
    "PageError",
    "PageExpiredError",
    "PageGoneError",
    "PageTooLargeError",
    "PageUnavailableError",
    "ParseError",
    "PostNotFoundError",
    "QueryError",
    "SchemaTooNewError",
    "SomeFailedError",
    "SourceError",
    "StatusError",
    "StoreError",
    "StoreLockedError",
    "StoreWriteError",
    "TargetExistsError",
    "TooFrequentError",
    "TooLargeError",
    "VerifyRequiredError",
    "WxArchiveError",
]


class WxArchiveError(Exception):
    """Base of all errors that a user, a page or a server can cause.

    ``message`` is one line for a person; ``subject`` is the link, file or id it is about; ``hint`` says what to
    try next.
    """

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    default_hint: ClassVar[str | None] = None

    def __init__(self, message: str, *, subject: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint if hint is not None else self.default_hint
        self.retry_after: float | None = None
        """Seconds that a server asked to wait."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


class AddressError(WxArchiveError, ValueError):
    """The text holds no address of a WeChat post."""

    slug = "bad-address"
    exit_code = 2
    default_hint = "links look like https://mp.weixin.qq.com/s/… or https://mp.weixin.qq.com/s?__biz=…"


class QueryError(WxArchiveError, ValueError):
    """The search words or a filter cannot be used."""

    slug = "bad-query"
    exit_code = 2


class InputError(WxArchiveError):
    """A file, folder or option value cannot be used."""

    slug = "bad-input"
    exit_code = 2


class PageError(WxArchiveError):
    """The address answers, but not with a post."""

    slug = "page-error"
    exit_code = 3


class PageGoneError(PageError):
    """The post was deleted, removed or hidden, or its account is gone."""

    slug = "page-gone"


class PageExpiredError(PageError):
    """A temporary link has run out."""

    slug = "page-expired"
    default_hint = "temporary links live for hours; use the post's permanent link"


class PageUnavailableError(PageError):
    """The page says that it cannot be shown for now."""

    slug = "page-unavailable"
    default_hint = "try again later"


class NotAPostError(PageError):
    """A profile, album or search page, or a page that nothing is known about."""

    slug = "page-not-a-post"


class BlockedError(WxArchiveError):
    """The site asks for a person or for less haste; nothing of its answer is stored."""

    slug = "blocked"
    exit_code = 4


class VerifyRequiredError(BlockedError):
    """The site answered with its captcha page."""

    slug = "blocked-verify"
    default_hint = (
        "open the link in a browser, pass the check there, wait a while, then run the same command again"
    )


class TooFrequentError(BlockedError):
    """The site says that requests come too often."""

    slug = "blocked-too-frequent"
    default_hint = "wait an hour or more, then run the same command again"


class FetchError(WxArchiveError):
    """A request failed on its way."""

    slug = "fetch-failed"
    exit_code = 5


class ConnectError(FetchError):
    """The server cannot be reached, or broke the connection."""

    slug = "fetch-connect"
    default_hint = "check the network, the proxy, or the address given with --replay"


class FetchTimeoutError(FetchError):
    """The server did not answer in time."""

    slug = "fetch-timeout"
    default_hint = "try again later"


class StatusError(FetchError):
    """The server answered with an HTTP status that carries no page."""

    slug = "fetch-status"

    def __init__(
        self, message: str, *, subject: str | None = None, hint: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(message, subject=subject, hint=hint)
        self.status = status


class TooLargeError(FetchError):
    """The answer is larger than the limit."""

    slug = "fetch-too-large"


class ForbiddenHostError(FetchError):
    """The address or a redirect leads to a host that is not asked."""

    slug = "fetch-forbidden-host"


class SourceError(FetchError):
    """An album, a feed or a file that is followed gives no list of posts."""

    slug = "fetch-source"


class ParseError(WxArchiveError):
    """The bytes cannot be read as any form of post that is known."""

    slug = "parse-failed"
    exit_code = 6


class PageTooLargeError(ParseError):
    """The page is larger than the limit for reading."""

    slug = "parse-too-large"


class StoreError(WxArchiveError):
    """The archive cannot be used as asked."""

    slug = "store-failed"
    exit_code = 7


class NoArchiveError(StoreError):
    """There is no archive at the place named."""

    slug = "store-no-archive"
    default_hint = "fetch or import a post first, or name another archive with --archive"


class NotAnArchiveError(StoreError):
    """The file at the archive's place is not an archive."""

    slug = "store-not-an-archive"
    default_hint = "name another folder with --archive"


class SchemaTooNewError(StoreError):
    """The archive was written by a newer wxarchive."""

    slug = "store-schema-too-new"
    default_hint = "upgrade wxarchive"


class StoreLockedError(StoreError):
    """Another program holds the archive."""

    slug = "store-locked"
    default_hint = "wait for the other program to end, then try again"


class StoreWriteError(StoreError):
    """The archive's folder or disk cannot be written."""

    slug = "store-cannot-write"
    default_hint = "check the folder's permissions and the free space, or name another with --archive"


class PostNotFoundError(StoreError):
    """No post of this id is stored."""

    slug = "store-no-such-post"
    default_hint = "wxarchive list shows the ids"


class ExportError(WxArchiveError):
    """The export cannot be written."""

    slug = "export-failed"
    exit_code = 8


class TargetExistsError(ExportError):
    """The target of an export is there already."""

    slug = "export-target-exists"
    default_hint = "name another path, or add --force to replace it"


class SomeFailedError(WxArchiveError):
    """Several inputs were given and some of them failed; each was reported on its own line."""

    slug = "some-failed"
    exit_code = 9

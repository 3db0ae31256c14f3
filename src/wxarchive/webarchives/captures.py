"""What goes into a web archive: a page as it was had, what was read from it, and the files that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wxarchive.pages import Page

__all__ = ["CapturedFile", "WebCapture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedFile:
    """A picture or sound: its address, MIME type and bytes, and when they were stored."""

    url: str
    type: str
    data: bytes
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCapture:
    """A page with its time and address, and what the archive knows of it."""

    page: Page
    url: str
    """The address that it stands for; of an imported file that of its post."""
    captured_at: datetime
    title: str | None
    text: str
    """The post's clean text, for searching; empty where the page is no post."""
    facts: Mapping[str, Any]
    """The record, and the capture's place in the chain: JSON-ready."""
    files: tuple[CapturedFile, ...] = ()

"""What all tests share: where the real pages are, and a guard that nothing but loopback is spoken to."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No deadline: machines wander. In CI the examples are the same at every run, so that a change is judged by itself;
# elsewhere they are new each time, and what they find is mended in a change of its own.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages beside the project."""
    if not (SHARED / "pages").is_dir():
        message = "needs the real pages in ../shared, which are not here"
        if os.environ.get("WXARCHIVE_REQUIRE_SHARED") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return SHARED


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("WXARCHIVE_") and name != "WXARCHIVE_REQUIRE_SHARED":
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family != socket.AF_UNIX and not str(host).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"a test spoke to {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)

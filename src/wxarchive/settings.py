"""Settings: what can be set once, where each value comes from, and what it means.

A value is the default, unless ``config.toml`` says another, unless the environment does, unless an option does.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wxarchive.errors import InputError

__all__ = ["SETTINGS", "Setting", "Value", "load_settings", "to_pace"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in ``config.toml``, its variable, its default as people write it, what it means."""

    name: str
    variable: str
    default: Any
    read: Callable[[Any], Any]
    """A value as a file, a variable or an option gives it → the value; raises ValueError or TypeError."""
    help: str


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a setting, and where it comes from: ``default``, a file, a variable or ``option``."""

    value: Any
    origin: str


def to_pace(text: Any) -> tuple[float, float]:
    """``3-6`` or ``3`` → the shortest and the longest pause in seconds. Raises ValueError for anything else.

    >>> to_pace("3-6"), to_pace(0)
    ((3.0, 6.0), (0.0, 0.0))
    """
    if isinstance(text, list):
        least, most = map(float, text)
    else:
        first, dash, second = str(text).replace("–", "-").partition("-")
        least = float(first)
        most = float(second) if dash else least
    if not 0 <= least <= most < 86_400:
        raise ValueError("a pace is the shortest and the longest pause in seconds")
    return least, most


def _to_text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is wanted")
    return value


def _to_path(value: Any) -> Path:
    return Path(_to_text(str(value))).expanduser()


def _to_number(value: Any) -> float:
    number = float(value)
    if not 0 < number < 1e9 or isinstance(value, bool):
        raise ValueError("a number above zero is wanted")
    return number


def _to_hosts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else str(value).replace(",", " ").split()
    return tuple(_to_text(item) for item in items)


def _to_media(value: Any) -> str:
    if value not in ("now", "later", "no"):
        raise ValueError("now, later or no")
    return str(value)


SETTINGS: Final = tuple(
    Setting(*row)
    for row in (
        ("archive", "WXARCHIVE_HOME", None, _to_path, "the archive's folder"),
        (
            "pace",
            "WXARCHIVE_PACE",
            "3-6",
            to_pace,
            "seconds between two requests to WeChat: shortest-longest",
        ),
        ("media_pace", "WXARCHIVE_MEDIA_PACE", "0.3-0.8", to_pace, "the same for pictures and sound"),
        ("media", "WXARCHIVE_MEDIA", "now", _to_media, "pictures and sound: now, later or no"),
        ("max_media_mb", "WXARCHIVE_MAX_MEDIA_MB", 32.0, _to_number, "the largest picture or sound, in MB"),
        (
            "timeout",
            "WXARCHIVE_TIMEOUT",
            30.0,
            _to_number,
            "seconds without a sign of life that end a request",
        ),
        ("max_seconds", "WXARCHIVE_MAX_SECONDS", 300.0, _to_number, "seconds that one answer may take"),
        ("proxy", "WXARCHIVE_PROXY", None, _to_text, "http://host:port"),
        ("cookies", "WXARCHIVE_COOKIES", None, _to_path, "a cookies.txt in Netscape's format"),
        ("user_agent", "WXARCHIVE_USER_AGENT", None, _to_text, "what requests call themselves"),
        ("allow_hosts", "WXARCHIVE_ALLOW_HOSTS", (), _to_hosts, "hosts that may be asked beside WeChat's"),
        ("log", "WXARCHIVE_LOG", None, _to_path, "a file that outcomes are written to, with their time"),
        ("replay", "WXARCHIVE_REPLAY", None, _to_text, "a server that every request goes to instead"),
    )
)


def load_settings(
    file: Path | None, environment: Mapping[str, str], given: Mapping[str, Any] | None = None
) -> dict[str, Value]:
    """All settings with their values and where those come from.

    ``given`` are the values of options, None where one was not given. A file that is not there is no error. Raises
    InputError for a file that cannot be read, a name that is no setting, and a value that cannot be used.
    """
    values = {
        setting.name: Value(_read(setting, setting.default, "default"), "default") for setting in SETTINGS
    }
    written = _load_file(file) if file is not None and file.exists() else {}
    for setting in SETTINGS:
        for value, origin in (
            (written.get(setting.name), str(file)),
            (environment.get(setting.variable) or None, setting.variable),
            ((given or {}).get(setting.name), "option"),
        ):
            if value is not None:
                values[setting.name] = Value(_read(setting, value, origin), origin)
    return values


def _read(setting: Setting, value: Any, origin: str) -> Any:
    if value is None:
        return None
    try:
        return setting.read(value)
    except (ValueError, TypeError) as error:
        where = f"{setting.name} in {origin}" if origin != "option" else f"--{setting.name.replace('_', '-')}"
        raise InputError(f"{value!r} cannot be used: {setting.help}", subject=where) from error


def _load_file(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", subject=str(file)) from error
    except ValueError as error:
        raise InputError(f"this is no TOML: {error}", subject=str(file)) from error
    names = [setting.name for setting in SETTINGS]
    for name in written:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(names)}"
            raise InputError(f"there is no setting {name!r}", subject=str(file), hint=hint)
    return written

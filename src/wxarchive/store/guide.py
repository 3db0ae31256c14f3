"""What pages are read by in an archive: the program's rules, the user's, what accounts repeat, codes in pictures."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Final

from wxarchive.clean import NO_RULES, OwnRules, parse_own_rules
from wxarchive.errors import InputError
from wxarchive.read import Guide
from wxarchive.store.learned import load_codes, load_learned

__all__ = ["RULES_FILE", "load_guide", "load_own_rules"]

RULES_FILE: Final = "rules.toml"
"""The user's rules, in the archive's folder."""


def load_guide(connection: sqlite3.Connection, folder: Path) -> Guide:
    """The guide of an archive. Raises InputError for a ``rules.toml`` with a mistake."""
    file = folder / RULES_FILE
    rules = load_own_rules(file) if file.is_file() else NO_RULES
    learned = load_learned(connection)
    codes = load_codes(connection)
    said = repr((rules, sorted(learned.items()), sorted(codes.items())))
    name = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Guide(rules=rules, learned=learned, codes=codes, name=name)


def load_own_rules(file: Path) -> OwnRules:
    """The rules in a file. Raises InputError that names the file, the rule and the mistake."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is not UTF-8", subject=str(file)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", subject=str(file)) from error
    return parse_own_rules(text, str(file))

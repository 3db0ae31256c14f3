"""Fields of a post: ask the witnesses in their order, take the first that speaks, remember who it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from wxarchive.parse.document import Document, node_text
from wxarchive.parse.script import JsValue
from wxarchive.parse.witnesses import WITNESSES
from wxarchive.text import decode_entities

__all__ = ["Testimony", "ask", "ask_all", "read_fields"]

# Where the template itself would show through: a value that is a placeholder is no value.
_PLACEHOLDERS = frozenset({"undefined", "null", "NaN", "getXmlValue"})
# The account that shows advertisements is named in the scripts of every page.
_NOT_AN_ACCOUNT = frozenset({"gh_1e80bb81a1d2"})


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness says of a field."""

    witness: str
    value: str


def read_fields(document: Document) -> dict[str, Testimony]:
    """Each field of the table that some witness knows, with the witness that was taken."""
    link = ask(document, "link", {})
    parameters = _parameters(link.value if link else None)
    found = {} if link is None else {"link": link}
    for field in WITNESSES:
        if field != "link":
            testimony = ask(document, field, parameters)
            if testimony is not None:
                found[field] = testimony
    return found


def ask(document: Document, field: str, link: Mapping[str, str]) -> Testimony | None:
    """The first witness of ``field`` that says something; ``link`` has the parameters of the post's own link."""
    for witness in WITNESSES[field]:
        value = _hear(document, witness, link)
        if value:
            return Testimony(witness, value)
    return None


def ask_all(document: Document, field: str) -> tuple[Testimony, ...]:
    """What every witness of ``field`` says, in their order: for explaining where they disagree."""
    link = ask(document, "link", {})
    parameters = _parameters(link.value if link else None)
    heard = ((witness, _hear(document, witness, parameters)) for witness in WITNESSES[field])
    return tuple(Testimony(witness, value) for witness, value in heard if value)


def _hear(document: Document, witness: str, link: Mapping[str, str]) -> str | None:
    source, _, name = witness.partition(":")
    if source == "dom":
        return document.find_text(name)
    if source == "css":
        return _hear_selector(document, name)
    if source == "meta":
        value: JsValue = document.metas.get(name)
        if isinstance(value, str) and name.startswith("og:"):
            value = value.replace("\\n", "\n").replace("\\x0a", "\n")
    elif source == "link":
        value = link.get(name)
    elif source == "url":
        value = _parameters(document.url).get(name)
    else:
        facts = {"cgi": document.cgi, "var": document.variables, "error": document.error}[source]
        value = _walk(facts, name)
    return _as_text(value)


def _walk(facts: Mapping[str, JsValue], path: str) -> JsValue:
    first, *keys = path.split(".") if "." in path else (path,)
    value = facts.get(first)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _hear_selector(document: Document, name: str) -> str | None:
    name, _, attribute = name.partition("/")
    selector, _, n = name.rpartition("@")
    nodes = document.tree.css(selector)
    if len(nodes) <= int(n):
        return None
    node = nodes[int(n)]
    return node.attributes.get(attribute) if attribute else node_text(node)


def _as_text(value: JsValue) -> str | None:
    """A value as trimmed text with its HTML references undone; None for nothing, placeholders and objects."""
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return None
    text = decode_entities(str(value)).strip()
    if not text or text in _PLACEHOLDERS or text in _NOT_AN_ACCOUNT:
        return None
    return text


def _parameters(url: str | None) -> dict[str, str]:
    """The query of a link; the names that older links use mean what the newer ones do."""
    if not url:
        return {}
    try:
        pairs = parse_qsl(urlsplit(url.replace("&amp;", "&")).query, keep_blank_values=False)
    except ValueError:
        return {}
    found = dict(reversed(pairs))
    for old, new in (("appmsgid", "mid"), ("msgid", "mid"), ("itemidx", "idx")):
        if old in found:
            found.setdefault(new, found[old])
    return found

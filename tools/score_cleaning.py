"""Score cleaning on labelled pages: by label, by rule, and with the pages of each account left out in turn.

    python tools/score_cleaning.py PAGES [-v] [--pin tests/score_floor.json [--allow-lower]]

PAGES holds pages and dumps, ``manifest.tsv`` (file and account), and ``labels/*.json``. Body kept is a share of
characters; boilerplate gone is a share of labelled pieces of four characters or more. Leaving an account out means
that every wording (an alternative of a rule's pattern) which only that account's pages support is dropped before its
pages are scored: what remains is what a new account would meet. ``--pin`` writes the figures that a test holds, and
refuses to write a lower one unless told to.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from wxarchive.blocks import Body
from wxarchive.clean import About, Cleaned, clean_body
from wxarchive.clean.rules import FENCES, RULES, Fence, Rule
from wxarchive.clean.signs import BOOK, Rulebook, compile_rules
from wxarchive.decode import decode
from wxarchive.parse import open_document, parse_post
from wxarchive.parse.textdump import parse_text_dump
from wxarchive.read import about_post

SQUEEZE: Final = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
PIECE: Final = 8
SHORTEST: Final = 4
ROLES_OF_LABELS: Final = ("source", "author", "editor", "reviewer", "photographer")
NO_BOILERPLATE: Final = ("credit", "qr-image", "meta")


def squeeze(text: str | None) -> str:
    """``text`` without any space."""
    return SQUEEZE.sub("", text or "")


@dataclass(frozen=True)
class Page:
    """A labelled page, read but not cleaned."""

    name: str
    account: str
    form: str
    body: Body
    about: About
    bodies: tuple[str, ...]
    pieces: Mapping[str, str]
    """Boilerplate → its label."""
    credits: tuple[str, ...]
    stated: Mapping[str, Any]


@dataclass
class Tally:
    """Counts of one set of pages."""

    pages: int = 0
    kept: int = 0
    body: int = 0
    gone: int = 0
    boiler: int = 0
    flawless: int = 0

    @property
    def kept_share(self) -> float:
        return self.kept / self.body if self.body else 1.0

    @property
    def gone_share(self) -> float:
        return self.gone / self.boiler if self.boiler else 1.0

    def add(self, other: "Tally") -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        return (
            f"{self.pages}: body kept {self.kept_share:.4f}   boilerplate gone {self.gone_share:.4f}"
            f"   flawless {self.flawless}/{self.pages}"
        )


@dataclass
class Score:
    """What cleaning did to one page."""

    tally: Tally
    lost: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    """Label and text of what should have gone."""


def load_pages(root: Path) -> list[Page]:
    """The labelled pages of a folder."""
    accounts = dict(_read_manifest(root / "manifest.tsv"))
    found = []
    for path in sorted((root / "labels").glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        file = root / page["file"]
        decoded = decode(file.read_bytes())
        parsed = (
            parse_text_dump(decoded.text)
            if decoded.form == "text"
            else parse_post(open_document(decoded.markup or decoded.source, decoded.url))
        )
        bodies, pieces, lines = _read_labels(page)
        found.append(
            Page(
                name=path.stem,
                account=accounts.get(page["file"]) or parsed.get("nickname") or path.stem,
                form="dumps" if parsed.form == "dump" else "pages",
                body=parsed.body,
                about=about_post(parsed),
                bodies=tuple(bodies),
                pieces=pieces,
                credits=tuple(lines),
                stated=page.get("credits") or {},
            )
        )
    return found


def _read_manifest(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            columns = line.split("\t")
            yield columns[0], columns[3]


def _read_labels(page: Mapping[str, Any]) -> tuple[list[str], dict[str, str], list[str]]:
    bodies: list[str] = []
    pieces: dict[str, str] = {}
    credit_lines: list[str] = []
    for place, block in enumerate(page["blocks"]):
        text, label = squeeze(block["text"]), page["labels"].get(str(place))
        inside = [squeeze(piece) for piece in page.get("mixed", {}).get(str(place), [])]
        if label in (None, "mixed"):
            for piece in inside:
                text = text.replace(piece, "")
                pieces[piece] = "mixed"
            bodies.append(text)
        elif label in NO_BOILERPLATE:
            credit_lines.append(text)
        else:
            pieces[text] = label
    joined = "".join(bodies)
    return bodies, {t: n for t, n in pieces.items() if len(t) >= SHORTEST and t not in joined}, credit_lines


def count_covered(block: str, text: str) -> int:
    """How many characters of a block ``text`` holds, whole or in pieces."""
    if not block or block in text:
        return len(block)
    size = min(PIECE, len(block))
    cut = [block[n : n + size] for n in range(0, len(block), size)]
    return sum(len(piece) for piece in cut if piece in text)


def score_page(page: Page, cleaned: Cleaned) -> Score:
    """Compare what is left with the labels."""
    text = squeeze(cleaned.body.text)
    tally = Tally(pages=1)
    score = Score(tally)
    for body in page.bodies:
        covered = count_covered(body, text)
        tally.kept += covered
        tally.body += len(body)
        if covered < len(body):
            score.lost.append(body)
    for piece, label in page.pieces.items():
        tally.boiler += 1
        if piece in text:
            score.left.append((label, piece))
        else:
            tally.gone += 1
    tally.flawless = int(not score.lost and not score.left)
    return score


# ----------------------------------------------------------------------------------------------------------------
# Wordings: the alternatives of a pattern, each by itself


def split_pattern(pattern: str) -> list[str]:
    """The alternatives of a pattern at its outermost level; flags and look-arounds stay where they are.

    >>> split_pattern("a(?:b|c)|[|]d")
    ['a(?:b|c)', '[|]d']
    """
    parts, depth, begin, at, in_set = [], 0, 0, 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
            if pattern[at + 1 : at + 2] in ("]", "^"):
                at += 1
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            parts.append(pattern[begin:at])
            begin = at + 1
        at += 1
    return [*parts, pattern[begin:]]


def find_support(pages: Iterable[Page]) -> dict[tuple[str, str], set[str]]:
    """Rule and wording → the accounts in whose labelled boilerplate it is met."""
    from wxarchive.clean.lines import to_key

    wordings = [
        (row.id, part, re.compile(part, re.IGNORECASE), isinstance(row, Fence))
        for row in (*RULES, *FENCES)
        for part in split_pattern(row.pattern)
    ]
    support: dict[tuple[str, str], set[str]] = defaultdict(set)
    for page in pages:
        keys = [to_key(piece) for piece in page.pieces]
        for rule, part, pattern, whole in wordings:
            if any((pattern.fullmatch(key) if whole else pattern.search(key)) for key in keys):
                support[rule, part].add(page.account)
    return support


def book_without(account: str, support: Mapping[tuple[str, str], set[str]]) -> Rulebook:
    """The rules without every wording that only ``account`` supports. What nobody supports stays."""

    def left(row: Rule | Fence) -> str | None:
        parts = [
            part
            for part in split_pattern(row.pattern)
            if support.get((row.id, part)) != {account} or getattr(row, "weight", 1) < 0
        ]
        return "|".join(parts) if parts else None

    rules = [replace(row, pattern=pattern) for row in RULES if (pattern := left(row)) is not None]
    fences = [replace(row, pattern=pattern) for row in FENCES if (pattern := left(row)) is not None]
    return compile_rules(rules, fences)


# ----------------------------------------------------------------------------------------------------------------
# Figures


@dataclass
class Report:
    """All figures."""

    plain: dict[str, Tally]
    left_out: dict[str, Tally]
    mean_plain: dict[str, tuple[float, float]]
    mean_left_out: dict[str, tuple[float, float]]
    labels: dict[str, list[int]]
    rules: dict[str, list[int]]
    credits: tuple[int, int, list[str]]
    notes: list[str]


def measure(pages: list[Page]) -> Report:
    """Clean every page with all rules, and with those that its account alone supports left out."""
    plain: dict[str, Tally] = defaultdict(Tally)
    left_out: dict[str, Tally] = defaultdict(Tally)
    by_account: dict[tuple[str, str], tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    labels: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rules: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    notes: list[str] = []
    support = find_support(pages)
    books = {account: book_without(account, support) for account in {page.account for page in pages}}
    right = stated = 0
    wrong_credits: list[str] = []
    for page in pages:
        cleaned = clean_body(page.body, page.about, BOOK)
        score = score_page(page, cleaned)
        alone = score_page(page, clean_body(page.body, page.about, books[page.account]))
        plain[page.form].add(score.tally)
        left_out[page.form].add(alone.tally)
        pair = by_account[page.form, page.account]
        pair[0].add(score.tally)
        pair[1].add(alone.tally)
        still = {piece for _, piece in score.left}
        for piece, label in page.pieces.items():
            labels[label][0] += piece not in still
            labels[label][1] += 1
        for rule, good in _judge_removals(page, cleaned):
            rules[rule][0] += 1
            rules[rule][1 if good else 2] += 1
        ok, all_, wrong = score_credits(page, cleaned)
        right, stated = right + ok, stated + all_
        wrong_credits += wrong
        notes += [f"{page.name}: lost {text[:90]}" for text in score.lost]
        notes += [f"{page.name}: left {label}: {text[:90]}" for label, text in score.left]
        notes += [
            f"{page.name}: without its account lost {t[:90]}" for t in alone.lost if t not in score.lost
        ]
        notes += [
            f"{page.name}: without its account left {label}: {t[:90]}"
            for label, t in alone.left
            if (label, t) not in score.left
        ]
    return Report(
        plain=dict(plain),
        left_out=dict(left_out),
        mean_plain=_means(by_account, 0),
        mean_left_out=_means(by_account, 1),
        labels=dict(labels),
        rules=dict(rules),
        credits=(right, stated, wrong_credits),
        notes=notes,
    )


def _means(
    pairs: Mapping[tuple[str, str], tuple[Tally, Tally]], which: int
) -> dict[str, tuple[float, float]]:
    """Form → mean over accounts of body kept and boilerplate gone; the latter over those that have any."""
    means = {}
    for form in {form for form, _ in pairs}:
        own = [pair[which] for (name, _), pair in pairs.items() if name == form]
        some = [tally for tally in own if tally.boiler]
        means[form] = (
            sum(tally.kept_share for tally in own) / len(own),
            sum(tally.gone_share for tally in some) / max(len(some), 1),
        )
    return means


def _judge_removals(page: Page, cleaned: Cleaned) -> Iterator[tuple[str, bool]]:
    """Each removal's rule, and whether what it took is no body."""
    joined = "".join(page.bodies)
    others = "".join([*page.pieces, *page.credits])
    for piece in cleaned.removed:
        text = squeeze(piece.text)
        yield piece.rule, len(text) < SHORTEST or text not in joined or text in others


def score_credits(page: Page, cleaned: Cleaned) -> tuple[int, int, list[str]]:
    """How many labelled credits are found in their role, of how many; and in words what is missing or made up.

    An author may be the one that the page's own field names. Made up is a name that the page does not have.
    """
    wanted: dict[str, list[str]] = {}
    for role, value in page.stated.items():
        more = value.items() if isinstance(value, dict) else [(role, value)]
        for name, one in more:
            if one:
                wanted.setdefault(name, []).extend(one if isinstance(one, list) else [one])
    have = {role: [squeeze(name) for name in names] for role, names in cleaned.credits.items()}
    have["source"] = [squeeze(cleaned.source)] if cleaned.source else []
    if page.about.author:
        have.setdefault("author", []).append(squeeze(page.about.author))
    flat = [name for names in have.values() for name in names]
    right, stated, wrong = 0, 0, []
    for role, names in wanted.items():
        for name in names:
            stated += 1
            value = squeeze(name)
            own = have.get(role, []) if role in ROLES_OF_LABELS else flat
            if value in own or (own and value in "".join(own)) or all(one in own for one in _split(value)):
                right += 1
            else:
                wrong.append(f"{page.name}: {role} {name!r} is not found: {dict(cleaned.credits)}")
    text = squeeze(page.body.text)
    wrong += [
        f"{page.name}: {role} {name!r} is made up"
        for role, names in cleaned.credits.items()
        for name in names
        if not all(piece in text for piece in squeeze(name).split("*"))
    ]
    return right, stated, wrong


def _split(value: str) -> list[str]:
    return [part for part in re.split(r"[、，,/&]", value) if part] or [value]


def digest_of(root: Path) -> str:
    """A digest of labels and labelled pages: figures are only comparable where it is the same."""
    digest = hashlib.sha256()
    for path in sorted((root / "labels").glob("*.json")):
        page = root / json.loads(path.read_text(encoding="utf-8"))["file"]
        for one in (path, page):
            digest.update(one.name.encode() + hashlib.sha256(one.read_bytes()).digest())
    return digest.hexdigest()[:16]


def to_figures(report: Report) -> dict[str, float]:
    """The figures that are pinned, cut to four places."""
    figures: dict[str, float] = {}
    for form, tally in sorted(report.plain.items()):
        alone = report.left_out[form]
        figures |= {
            f"{form} body kept": tally.kept_share,
            f"{form} boilerplate gone": tally.gone_share,
            f"{form} flawless": tally.flawless,
            f"{form} body kept, account left out": alone.kept_share,
            f"{form} boilerplate gone, account left out": alone.gone_share,
        }
    figures["credits right"] = report.credits[0]
    return {name: int(value * 10_000) / 10_000 for name, value in figures.items()}


def to_text(report: Report, *, verbose: bool) -> str:
    """The report for a reader."""
    lines = []
    for form in sorted(report.plain, reverse=True):
        lines.append(f"{form} {report.plain[form]}")
        lines.append(f"{form}, account left out {report.left_out[form]}")
        kept, gone = report.mean_plain[form]
        lines.append(f"{form}, mean over accounts: body kept {kept:.4f}   boilerplate gone {gone:.4f}")
        kept, gone = report.mean_left_out[form]
        lines.append(f"{form}, mean, account left out: body kept {kept:.4f}   boilerplate gone {gone:.4f}")
    right, stated, wrong = report.credits
    lines += [
        "",
        f"credits right {right}/{stated}, {len(wrong)} missing or made up",
        "",
        "label            gone  of",
    ]
    for label, (gone, all_) in sorted(report.labels.items()):
        lines.append(f"{label:<16} {gone:>4} {all_:>4}")
    lines += ["", "rule                     fired right wrong"]
    for rule, (fired, good, bad) in sorted(report.rules.items()):
        lines.append(f"{rule:<24} {fired:>5} {good:>5} {bad:>5}")
    silent = sorted(
        {row.id for row in (*RULES, *FENCES) if getattr(row, "weight", 1) > 0} - set(report.rules)
    )
    lines += ["", "never named as the reason: " + " ".join(silent)]
    if verbose:
        lines += ["", *report.notes, *wrong]
    return "\n".join(lines) + "\n"


def pin(path: Path, corpus: str, figures: Mapping[str, float], *, allow_lower: bool) -> list[str]:
    """Write the floor; gives the figures that sink, and writes nothing then unless they may."""
    held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"figures": {}}
    sunk = [name for name, value in held["figures"].items() if figures.get(name, 0.0) < value]
    if not sunk or allow_lower:
        text = json.dumps({"corpus": corpus, "figures": dict(figures)}, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8")
    return [] if allow_lower else sunk


def main() -> int:
    """Score, print, and pin if asked to."""
    parser = argparse.ArgumentParser(description="Score cleaning on labelled pages.")
    parser.add_argument("pages", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="also what was lost and left")
    parser.add_argument("--pin", type=Path, help="write the figures there as the new floor")
    parser.add_argument("--allow-lower", action="store_true", help="let --pin lower a figure")
    options = parser.parse_args()
    report = measure(load_pages(options.pages))
    sys.stdout.write(to_text(report, verbose=options.verbose))
    if options.pin:
        sunk = pin(options.pin, digest_of(options.pages), to_figures(report), allow_lower=options.allow_lower)
        if sunk:
            sys.stderr.write(f"not pinned, these would sink: {', '.join(sunk)}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

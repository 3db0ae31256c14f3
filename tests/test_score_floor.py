"""The score of cleaning on the labelled pages, with each account left out too, does not sink unseen.

``tools/score_cleaning.py`` measures; ``tests/score_floor.json`` holds the figures, and a digest of the labels and pages
they were taken on. ``make pin-score`` raises them, and lowers one only with ``A=--allow-lower``.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / "tests" / "score_floor.json"


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_cleaning", ROOT / "tools" / "score_cleaning.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load_tool()


@pytest.mark.shared
def test_no_figure_is_below_its_floor(shared: Path, tool: ModuleType) -> None:
    held = json.loads(FLOOR.read_text(encoding="utf-8"))
    pages = shared / "pages"
    assert tool.digest_of(pages) == held["corpus"], "labels or pages changed: pin the figures anew"
    report = tool.measure(tool.load_pages(pages))
    figures = tool.to_figures(report)
    low = {
        name: (figures.get(name), floor) for name, floor in held["figures"].items() if figures[name] < floor
    }
    assert low == {}, tool.to_text(report, verbose=True)


def test_a_lower_figure_is_pinned_only_when_told_to(tmp_path: Path, tool: ModuleType) -> None:
    file = tmp_path / "floor.json"
    assert tool.pin(file, "a", {"pages body kept": 0.99}, allow_lower=False) == []
    assert tool.pin(file, "a", {"pages body kept": 0.98}, allow_lower=False) == ["pages body kept"]
    assert json.loads(file.read_text(encoding="utf-8"))["figures"] == {"pages body kept": 0.99}
    assert tool.pin(file, "a", {"pages body kept": 0.98}, allow_lower=True) == []
    assert json.loads(file.read_text(encoding="utf-8"))["figures"] == {"pages body kept": 0.98}


def test_a_pattern_is_split_at_its_outermost_alternatives_only(tool: ModuleType) -> None:
    assert tool.split_pattern(r"a(?:b|c)d|[|)]e|\|f") == ["a(?:b|c)d", "[|)]e", r"\|f"]


def test_a_wording_that_one_account_alone_supports_is_left_out_for_it(tool: ModuleType) -> None:
    support = {("qr.bare", part): {"山前小筑"} for part in tool.split_pattern(rule_pattern("qr.bare"))}
    ids = {rule.id for rule, _ in tool.book_without("山前小筑", support).matchers}
    assert "qr.bare" not in ids
    assert "qr.bare" in {rule.id for rule, _ in tool.book_without("小城慢读", support).matchers}


def rule_pattern(name: str) -> str:
    from wxarchive.clean.rules import RULES

    return next(rule.pattern for rule in RULES if rule.id == name)

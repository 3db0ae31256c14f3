"""The direction of imports: data flows one way, so a module imports only what lies below it.

Reads every import of every module, those inside functions too, and says which third-party package may be imported
where. In-function imports of our own modules hide cycles, so they are allowed only where start-up needs them.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "wxarchive"

# Lowest first. A module may import from a lower layer, or from its own package.
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "errors times kinds",
        "text han markup settings processes",
        "records",
        "blocks pages query",
        "excerpts address diff",
        "media codes",
        "decode parse fetch clean render webarchives",
        "normalize files attachments",
        "read",
        "store export",
        "lanes readers",
        "pipeline reparsing merging preserving learning reviewing doctor",
        "repairing sources citations",
        "collect",
        "sync",
        "output",
        "cli",
        "__init__ __main__",
    )
)
# Third-party package → the only modules that may import it.
OWNERS = {
    "httpx": {"fetch"},
    "httpcore": {"fetch"},  # under httpx: where names become connections
    "brotli": {"fetch"},
    "feedparser": {"sources"},
    "selectolax": {"parse"},
    "nh3": {"render"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "zstandard": {"store", "fetch"},  # fetch unpacks answers
    "warcio": {"webarchives"},  # an extra: WARC is the field's own format, with many odd writers
    "typer": {"cli"},
    "PIL": {"codes"},
    "zxingcpp": {"codes"},
    "platformdirs": {"cli"},
}
# Where a function may import a module of ours: each for the sake of start-up, none for hiding a cycle.
LATE_IMPORTS = {
    "cli",
    "collect",
    "doctor",
    "export",
    "output",
    "pipeline",
    "settings",
    "store",
    "sync",
    "__init__",
    "__main__",
}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room(path: Path) -> str:
    """The module or package that a file belongs to, as the layers name it."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each imported module's dotted name, and whether it is imported inside a function."""
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in inside
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield node.module or "", node in inside


def layer_of(name: str) -> int:
    return next(n for n, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downwards(path: Path) -> None:
    here = room(path)
    for name, late in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] != "wxarchive":
            continue
        there = parts[1] if len(parts) > 1 else "__init__"
        if there == here:
            continue
        if there == "__init__":
            assert here in {"cli", "__main__", "store", "preserving"}, (
                f"{path.name} imports the package's front"
            )
            continue
        assert layer_of(there) < layer_of(here), f"{here} imports {there}, which lies above or beside it"
        assert not late or here in LATE_IMPORTS, f"{here} imports {there} inside a function"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_third_party_packages_are_imported_only_by_their_owners(path: Path) -> None:
    here = room(path)
    for name, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        package = name.split(".")[0]
        if package in OWNERS:
            assert here in OWNERS[package], f"{here} imports {package}, which belongs to {OWNERS[package]}"
        elif package not in sys.stdlib_module_names and package != "wxarchive":
            pytest.fail(f"{here} imports {package}, which has no owner: add it to OWNERS with a reason")


def test_every_module_has_a_layer() -> None:
    known = frozenset().union(*LAYERS)
    assert {room(path) for path in modules()} <= known


def test_only_output_prints() -> None:
    for path in modules():
        if room(path) == "output":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", f"{path.name} prints"

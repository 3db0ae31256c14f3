"""Pages that are generated are what would be generated; what the READMEs promise is there."""

import doctest
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from write_docs import COMMANDS, PAGES, SUBCOMMANDS, help_of  # noqa: E402 - a tool, not a package


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_up_to_date(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


@pytest.mark.parametrize("command", [*COMMANDS, *SUBCOMMANDS])
def test_every_command_has_help_with_an_example(command: str) -> None:
    text = help_of(*command.split())
    assert "Examples:" in text
    assert f"wxarchive {command}" in text.split("Examples:")[1]


def test_every_command_is_documented() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", help_of().split("Commands:")[1], re.MULTILINE)
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_begins_with_what_it_is_and_names_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "微信公众号" in text.splitlines()[0]
    assert text.index("make demo") < text.index("make test") < text.index("wxarchive fetch 'https")


def test_both_readmes_show_the_same_commands() -> None:
    def blocks(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        code = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
        return [re.sub(r"\s+#.*", "", line).strip() for line in code.splitlines()]

    assert blocks("README.md") == blocks("README.zh-CN.md")


def test_every_link_between_the_pages_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "fixtures" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize(
    "path",
    [p for p in sorted((ROOT / "src").rglob("*.py")) if ">>> " in p.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_the_examples_in_docstrings_hold(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    assert doctest.testmod(import_module(name)).failed == 0

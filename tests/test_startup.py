"""What a command loads: sets of modules, not milliseconds, so that the answer never wanders."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"httpx", "sqlite_utils", "selectolax", "pydantic", "rich", "asyncio", "nh3", "stamina", "hypothesis"}


def modules_after(*arguments: str, cwd: Path) -> set[str]:
    """The top-level modules that are loaded when ``wxarchive`` has run with these arguments."""
    code = (
        "import sys, json\n"
        "from wxarchive.__main__ import main\n"
        f"sys.argv = ['wxarchive', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "sys.stderr.write('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, check=True)
    return set(json.loads(done.stderr.rsplit("\n", 1)[1]))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("startup")
    page = next((Path(__file__).resolve().parent.parent / "fixtures" / "pages").glob("article-*.html"))
    command = [sys.executable, "-m", "wxarchive", "import", str(page), "--archive", str(folder / "archive")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "archive"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["search", "--help"], ["fetch", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert HEAVY & modules_after(*arguments, cwd=tmp_path) == set()


@pytest.mark.parametrize("arguments", [["search", "的"], ["search", "的", "--json"], ["list"], ["info"]])
def test_reading_an_archive_loads_only_sqlite(arguments: list[str], archive: Path, tmp_path: Path) -> None:
    loaded = modules_after(*arguments, "--archive", str(archive), cwd=tmp_path)
    assert "sqlite3" in loaded
    assert HEAVY & loaded == set()


def test_importing_the_package_loads_next_to_nothing(tmp_path: Path) -> None:
    code = "import sys, wxarchive; print(sorted(m for m in sys.modules if m.startswith('wxarchive')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.strip() == "['wxarchive']"


def test_a_search_loads_no_record(archive: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from wxarchive.__main__ import main\n"
        f"sys.argv = ['wxarchive', 'search', '的', '--archive', {str(archive)!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "sys.stderr.write('wxarchive.records' if 'wxarchive.records' in sys.modules else 'light')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout, "something was found"
    assert done.stderr.rsplit("\n", 1)[-1] == "light"

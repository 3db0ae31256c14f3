#!/usr/bin/env bash
# The package as users get it: built, installed alone, run. Catches a dependency that only the dev group brings.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
"$python" -m venv "$room/venv"
"$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
"$room/venv/bin/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$room" .
"$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$room"/*.whl
"$room/venv/bin/wxarchive" --help >/dev/null
page=$(find fixtures/pages -name 'article-*.html' | sort | head -n 1)
"$room/venv/bin/wxarchive" import "$page" --archive "$room/archive"
"$room/venv/bin/wxarchive" list --archive "$room/archive"
echo "smoke: the wheel works alone"

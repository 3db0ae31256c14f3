#!/usr/bin/env bash
# The main job, shown on the fixtures: a loopback server plays WeChat, nothing leaves this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

archive=demo-archive
rm -rf "$archive"
mkdir -p "$archive"
port_file=$(mktemp)
python tests/fakewechat.py --port 0 --port-file "$port_file" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$port_file"' EXIT
for _ in $(seq 100); do
  [ -s "$port_file" ] && break
  kill -0 "$server" || exit 1
  sleep 0.1
done
export WXARCHIVE_REPLAY="http://127.0.0.1:$(cat "$port_file")"
export WXARCHIVE_HOME="$archive"

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "$@"; "$@"; }

# One link in the file leads to a deleted post: fetch reports it and exits with 9, "some failed".
say wxarchive fetch -f fixtures/links.txt
wxarchive fetch -f fixtures/links.txt || [ $? -eq 9 ]
say wxarchive fetch -f fixtures/links.txt "  # again: nothing is asked twice"
wxarchive fetch -f fixtures/links.txt --quiet || [ $? -eq 9 ]
run wxarchive search 防汛
run wxarchive info
run wxarchive export csv --bom -o "$archive/posts.csv"
printf '\nThe archive and posts.csv are in %s/. Try: WXARCHIVE_HOME=%s .venv/bin/wxarchive search 春耕\n' "$archive" "$archive"

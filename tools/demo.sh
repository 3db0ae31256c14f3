#!/usr/bin/env bash
# The main job, shown on the fixtures: a loopback server plays WeChat, nothing leaves this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

archive=demo-archive
rm -rf "$archive"
mkdir -p "$archive"
port_file=$(mktemp)
# The 32nd request, in the middle of the album that is followed below, is answered with a captcha.
python tests/fakewechat.py --port 0 --port-file "$port_file" --made 12 --album 12 --captcha-at 32 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$port_file"' EXIT
for _ in $(seq 100); do
  [ -s "$port_file" ] && break
  kill -0 "$server" || exit 1
  sleep 0.1
done
export WXARCHIVE_REPLAY="http://127.0.0.1:$(cat "$port_file")"
export WXARCHIVE_HOME="$archive"
export WXARCHIVE_CONFIG="$archive/config.toml"

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "$@"; "$@"; }

# One link in the file leads to a deleted post: fetch reports it and exits with 9, "some failed".
say wxarchive fetch -f fixtures/links.txt
wxarchive fetch -f fixtures/links.txt || [ $? -eq 9 ]
say wxarchive fetch -f fixtures/links.txt "  # again: nothing is asked twice"
wxarchive fetch -f fixtures/links.txt --quiet || [ $? -eq 9 ]
run wxarchive search 防汛

# An album is followed; in the middle of it the site shows a captcha, and the run stops with 4. Nothing is lost.
album='https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA5OTk5OTk5OQ==&action=getalbum&album_id=700000001'
run wxarchive follow "$album" --name 河湾旧事
say wxarchive sync
wxarchive sync && exit 1 || [ $? -eq 4 ]
run wxarchive queue --limit 3
run wxarchive fetch --resume
say wxarchive sync "  # again: no post is asked for twice"
wxarchive sync

# The pictures came along: an exported page shows them from files, with the network off.
run wxarchive media 2
run wxarchive export html -o "$archive/site" --account 河湾读书会
grep -o 'img src="media/[^"]*"' "$archive"/site/*.html | head -1
run wxarchive info
run wxarchive export csv --bom -o "$archive/posts.csv"
printf '\nThe archive and posts.csv are in %s/. Try: WXARCHIVE_HOME=%s .venv/bin/wxarchive search 春耕\n' "$archive" "$archive"

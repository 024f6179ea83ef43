#!/usr/bin/env bash
# Gets a browser for the tests that drive one, and says what it does. Nothing is done where one is there already.
# As root, or with sudo that asks for no password: the system's package chromium, by apt-get. Otherwise Playwright's own
# Chromium, into the user's cache: it needs no root, but the system's libraries that a browser wants must be there.
set -uo pipefail
cd "$(dirname "$0")/.."
PYTHON=.venv/bin/python
say() { echo "browser: $*"; }

on_path() {      # the names of tests/helpers.py
    for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
        command -v "$name" && return 0
    done
    return 1
}
playwrights() {  # prints where Playwright keeps its own, if it is there
    path=$($PYTHON -c 'from playwright.sync_api import sync_playwright as p
with p() as pw: print(pw.chromium.executable_path)' 2>/dev/null) && [ -x "$path" ] && echo "$path"
}
found() { at=$(on_path || playwrights) && say "the tests will use $at"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
can_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

found && exit 0
if command -v apt-get >/dev/null && can_root; then
    say "none here: installing the system's package chromium with apt-get"
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
    found && exit 0
fi
say "none here: fetching Playwright's own Chromium into the user's cache"
$PYTHON -m playwright install chromium
found && exit 0
say "no browser could be had. Install chromium (Debian: apt-get install chromium) and run this again" >&2
exit 1

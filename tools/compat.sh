#!/usr/bin/env bash
# Does the library run under the newest fastai and fastcore that settings.ini allows, with nbdev and its pins out of reach?
# They go into .compat/ (pip --target) and stand before .venv's own on the path; then every notebook runs as a plain script.
# tools/compat.sh [words]: only the notebooks whose names hold one of the words.   FASTAI=, FASTCORE= choose other versions.
set -uo pipefail
cd "$(dirname "$0")/.."
want="fastai==${FASTAI:-2.8.12} fastcore==${FASTCORE:-2.2.*}"
if [ "$(cat .compat/.want 2>/dev/null)" != "$want" ]; then
    rm -rf .compat
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps \
        --target .compat $want fasttransform fastprogress 'plum-dispatch<2.10' || exit 1
    echo "$want" > .compat/.want
fi
export PYTHONPATH="$PWD/.compat" OMP_NUM_THREADS=1 MPLBACKEND=agg PYTHONDONTWRITEBYTECODE=1
exec .venv/bin/python tools/compat.py "$@"

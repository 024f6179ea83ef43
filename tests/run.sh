#!/usr/bin/env bash
# The tests: lint, lessons and all the rest, what is quick first. Changes no tracked file. Arguments are handed to pytest.
# Exit code 1 if one failed; pytest's closing line comes last and counts everything.
set -uo pipefail
cd "$(dirname "$0")/.."
# one thread for each process; no bytecode, so that the tree stays as it was; the profiler of torch keeps its log to itself
export PATH="$PWD/.venv/bin:$PATH" OMP_NUM_THREADS=1 MPLBACKEND=agg PYTHONDONTWRITEBYTECODE=1 KINETO_LOG_LEVEL=99
exec python -m pytest tests -p no:cacheprovider "$@"

#!/usr/bin/env bash
# Everything that proves the project. Every stage runs to its end; exit code 1 if one failed; pytest's closing line comes last.
# Changes no tracked file. Arguments are handed to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
cores=$(env -u OMP_NUM_THREADS nproc 2>/dev/null || echo 2); workers=$(( cores > 1 ? 2 : 1 ))
# one thread for each worker; no bytecode, so that the tree stays as it was; the profiler of torch keeps its log to itself
export PATH="$PWD/.venv/bin:$PATH" OMP_NUM_THREADS=1 MPLBACKEND=agg PYTHONDONTWRITEBYTECODE=1 KINETO_LOG_LEVEL=99
echo "== notebooks: every lesson, top to bottom, $workers at a time"
nbdev_test --n_workers "$workers" --do_print --timing
POSE_ATTN_NBDEV_TEST=$?; export POSE_ATTN_NBDEV_TEST      # tests/test_repo.py fails on it, so that the closing line tells
[ "$POSE_ATTN_NBDEV_TEST" = 0 ] && echo "== notebooks: all ran" || echo "== notebooks: FAILED, see above"
echo "== the whole: in sync, clean, README, layers, exercises, imports"
python -m pytest tests -p no:cacheprovider "$@"
rc=$?
exit $(( rc || POSE_ATTN_NBDEV_TEST ))

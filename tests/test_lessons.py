"Every lesson runs from top to bottom: those that tests/quick.txt names, which take a few seconds, and the others"
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lessons import ROOT, notebooks

LINES = (ROOT/'tests/quick.txt').read_text().splitlines()
QUICK = [o.split()[0] for o in LINES if o.strip() and not o.startswith('#')]
NAMED = f'^({"|".join(QUICK)})_'                               # a lesson's number stays, also where its name changes


def run(capfd, *which):
    "nbdev_test on the notebooks that `which` names, two at a time; what it says goes to the terminal"
    cmd = [Path(sys.executable).with_name('nbdev_test'), '--n_workers', '2', '--do_print', '--timing', *which]
    with capfd.disabled():
        print('\n== lessons', *which, flush=True)
        rc = subprocess.run(cmd, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    assert rc == 0, 'nbdev_test failed: its report stands above'


def test_quick_lessons_exist():
    numbers = {p.name[:2] for p in notebooks()}
    assert len(QUICK) == len(set(QUICK)) > 9 and set(QUICK) <= numbers, sorted(set(QUICK)-numbers)
    assert [p for p in notebooks() if not re.match(NAMED, p.name)], 'no lesson is left for the second test'


def test_quick_lessons(capfd):
    run(capfd, '--file_re', NAMED)


@pytest.mark.long
def test_other_lessons(capfd):
    run(capfd, '--skip_file_re', f'^[_.]|{NAMED}')

"Each exercise's check leaves the untouched stub alone, takes the right answer and refuses a plausible wrong one"

import pytest
from lessons import check_exercises, lessons, notebooks

WITH = lessons() + [p for p in notebooks() if p.stem == '91_findings']  # the one core lesson above 90


@pytest.mark.parametrize('p', WITH, ids=lambda p: p.stem)
def test_checks_tell_right_from_wrong(p, capsys):
    check_exercises(p, capsys)

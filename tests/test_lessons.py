"Every lesson runs from top to bottom: those that tests/quick.txt names, which take a few seconds, and the others"

import base64
import io
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image
from lessons import ROOT, cells, hidden, is_code, notebooks, src

LINES = (ROOT / 'tests/quick.txt').read_text().splitlines()
QUICK = [o.split()[0] for o in LINES if o.strip() and not o.startswith('#')]
NAMED = f'^({"|".join(QUICK)})_'  # a lesson's number stays, also where its name changes


def command(*which):
    "nbdev_test on the notebooks that `which` names, two at a time"
    return [Path(sys.executable).with_name('nbdev_test'), '--n_workers', '2', '--do_print', '--timing', *which]


def test_quick_lessons_exist():
    numbers = {p.name[:2] for p in notebooks()}
    assert len(QUICK) == len(set(QUICK)) > 9 and set(QUICK) <= numbers, sorted(set(QUICK) - numbers)
    assert [p for p in notebooks() if not re.match(NAMED, p.name)], 'no lesson is left for the second test'


def test_quick_lessons(capfd):
    with capfd.disabled():
        print('\n== quick lessons', flush=True)
        rc = subprocess.run(command('--file_re', NAMED), cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    assert rc == 0, 'nbdev_test failed: its report stands above'


@contextmanager
def other_lessons():
    "The slower lessons, begun: what they say goes to a file, `(process, file)`; stopped where nobody waits for them"
    with TemporaryDirectory() as d, open(Path(d) / 'said.txt', 'w+') as f:
        cmd = command('--skip_file_re', f'^[_.]|{NAMED}')
        p = subprocess.Popen(cmd, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=f, stderr=f, start_new_session=True)
        try:
            yield p, f
        finally:
            if p.poll() is None:
                os.killpg(p.pid, signal.SIGTERM)
                p.wait()


@pytest.mark.long
def test_other_lessons(capfd, request):
    "They were begun with the first test, see conftest.py, and run beside the others"
    process, f = request.config.other_lessons
    rc = process.wait()
    f.seek(0)
    with capfd.disabled():
        print('\n== other lessons', f.read(), sep='\n', flush=True)
    assert rc == 0, 'nbdev_test failed: its report stands above'


# --- the parts of a core lesson -------------------------------------------------------------------


def text_of(p):
    return '\n\n'.join(src(c) for c in cells(p) if not is_code(c))


CORE = [p for p in notebooks() if '**Core · ' in text_of(p)[:1200]]
core = pytest.mark.parametrize('p', CORE, ids=lambda p: p.stem)


def section(p, title):
    "What stands under the heading `title`"
    parts = re.split(r'^## (.+)$', text_of(p), flags=re.M)
    found = [body.strip() for name, body in zip(parts[1::2], parts[2::2]) if name.strip() == title]
    assert len(found) == 1, f'wanted one section "## {title}", got {len(found)}'
    return found[0]


def test_there_is_a_core():
    assert len(CORE) >= 18, [p.stem for p in CORE]


@core
def test_goals(p):
    head = next(src(c) for c in cells(p) if not is_code(c))
    said = re.search(r'^\*\*Core · \d+ minutes · needs .*After this lesson you can (?P<goals>.+)$', head, re.M)
    assert said, 'wanted "**Core · 30 minutes · needs …**. After this lesson you can …" in the first text'
    goals = [o for o in re.split(r', and |, | and ', said['goals']) if len(o.split()) > 2]
    assert 2 <= len(goals) <= 4, f'two or three goals are wanted: {goals}'


@core
def test_what_to_remember(p):
    lines = section(p, 'What to remember').splitlines()
    assert len(lines) == 3 and all(o.startswith('- ') and len(o.split()) > 6 for o in lines), lines


@core
def test_quiz(p):
    text = section(p, 'Quiz')
    found = re.findall(r'<details><summary>(\d)\. (.+?)</summary>(.+?)</details>', text, re.S)
    assert [o[0] for o in found] == ['1', '2', '3'], f'wanted three questions with collapsed answers: {text[:200]}'
    assert all(len(question) > 20 and len(answer) > 15 for _, question, answer in found)


@core
def test_read_further(p):
    lines = section(p, 'Read further').splitlines()
    assert 2 <= len(lines) <= 3 and all(re.match(r'- .*\]\(\S+\)', o) for o in lines), lines


# --- the trained network first, and exercises of three kinds --------------------------------------

TRAINED_FIRST = '21 22 23 24 25 26 31'.split()


@pytest.mark.parametrize('number', TRAINED_FIRST)
def test_trained_network_first(number):
    "Within the first five cells that a reader sees stands a stored picture of the trained network on faces"
    p = next(p for p in CORE if p.name.startswith(number))
    made = '#| default_exp', '[![', '<details'  # a badge and a folded table do not count
    seen = [c for c in cells(p) if not hidden(c) and not src(c).startswith(made)][:5]
    drawn = [c for c in seen if is_code(c) and any('image/png' in o.get('data', {}) for o in c['outputs'])]
    assert any("load_pretrained('faces" in src(c) for c in drawn), [src(c)[:60] for c in seen]


@core
def test_three_kinds_of_exercises(p):
    told = '\n'.join(src(c) for c in cells(p)).split('## Try it\n')[-1]
    parts = re.split(r'^### \d\. ', told, flags=re.M)[1:]
    kinds = [re.match(r'Predict, then run|Build|Change the idea', o) for o in parts]
    assert all(kinds), [o[:40] for o in parts]
    assert {o[0] for o in kinds} == {'Predict, then run', 'Build', 'Change the idea'}
    for part, kind in zip(parts, kinds):
        if kind[0] == 'Build':
            assert re.search(r'(About|One|Two) [\w ]*lines?', part), f'no word about its size: {part[:80]}'
            assert [h for h in re.findall(r'<summary>Hint (\d)</summary>', part)] == ['1', '2'], part[:80]
            inside = r'Hint 1</summary>((?!</details>).)*<details><summary>Hint 2'
            assert re.search(inside, part, re.S), f'the second hint opens without the first: {part[:80]}'
            draws = r'compare_answers\(|show_row\(|plt\.subplots\('
            assert re.search(draws, part) or 'first_epoch' in part, f'its check draws nothing: {part[:80]}'
        if kind[0] == 'Change the idea':
            assert re.search(r'^train_change\(my_change\)$', part, re.M), part[:80]


@core
def test_pictures_are_large(p):
    "A tile of 160 pixels with its title is 170 high; a video shows the network's own pixels"
    small = []
    for c in filter(is_code, cells(p)):
        for o in c['outputs']:
            if 'image/png' in o.get('data', {}):
                im = Image.open(io.BytesIO(base64.b64decode(''.join(o['data']['image/png']))))
                if im.height < (128 if getattr(im, 'n_frames', 1) > 1 else 170) or im.width < 250:
                    small.append((c['id'], im.size))
    assert not small, f'cells with small pictures: {small}'

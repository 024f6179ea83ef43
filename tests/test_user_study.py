"""A study from videos to report: rated in a real browser by hand, by finger and by keys; files that should not
be believed
"""

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
import pytest
from helpers import SHOTS
from lessons import NBS, ROOT, check_exercises
from pose_attn.files import light_command

METHODS = ['ours', 'copy_source', 'copy_driving', 'blend']
LIKING = dict(
    identity=['copy_source', 'ours', 'blend', 'copy_driving'], motion=['copy_driving', 'ours', 'blend', 'copy_source']
)  # what the robot prefers, best first


def made_up(study, rater, seed=0):
    "What the page would save of a rater who ranks at random"
    import random

    rng, rows = random.Random(seed), []
    for q in study.questions:
        for p, videos in study.pairs.items():
            shown = rng.sample(videos, len(videos))
            rows.append(
                dict(
                    question=q,
                    pair=p,
                    shown=shown,
                    ranks={v: k + 1 for k, v in enumerate(rng.sample(videos, len(videos)))},
                    at='2026-01-01T00:00:00.000Z',
                    ms=4000,
                )
            )
    return dict(study=study.spec['id'], rater=rater, tag='', answers=rows)


def small_study(folder, pairs, size=32, frames=8, **kw):
    from pose_attn.data.worlds import get_world
    from pose_attn.lab.user_study import TRIVIAL_BASELINES, make_study, question_videos, world_pairs

    def half(S, d):
        return (S[:1] * 2 + d) / 3

    methods = dict(ours=half, **TRIVIAL_BASELINES)
    return make_study(folder, question_videos(methods, world_pairs(get_world('faces', size), pairs, frames)), **kw)


@pytest.fixture(scope='module')
def served(tmp_path_factory):
    "`serve(folder)` gives the address of a plain server of files"
    running = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, '.js': 'text/javascript'}

        def log_message(self, *a):
            pass

    def serve(folder):
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=str(folder)))
        running.append(s)
        threading.Thread(target=s.serve_forever, daemon=True).start()
        return f'http://127.0.0.1:{s.server_port}/'

    yield serve
    for s in running:
        s.shutdown()
        s.server_close()


def command(*args):
    "The console command as its own process, as pip would start it"
    exe = Path(tempfile.gettempdir()) / f'pose_attn_study_{os.getpid()}.py'
    exe.write_text('from pose_attn.files import pose_attn_study\nif __name__=="__main__": pose_attn_study()\n')
    try:
        return subprocess.run(
            [sys.executable, exe, *map(str, args)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=dict(os.environ, PYTHONWARNINGS='ignore', PYTHONPATH=str(ROOT)),
        )
    finally:
        exe.unlink()


class Rater:
    "Somebody at the exported page, with words for what they do there"

    def __init__(self, browser, url, study, **kw):
        self.study, self.said, self.asked = study, [], []
        self.ctx = browser.new_context(accept_downloads=True, **kw)
        self.page = p = self.ctx.new_page()
        p.on('console', lambda m: self.said.append(f'{m.type}: {m.text}'))
        p.on('pageerror', lambda e: self.said.append(f'error: {e}'))
        p.on(
            'request',
            lambda r: (
                self.asked.append(r.url)
                or (None if r.url.startswith((url, 'data:', 'blob:')) else self.said.append(f'asks {r.url}'))
            ),
        )
        p.on('response', lambda r: self.said.append(f'{r.status} {r.url}') if r.status >= 400 else None)
        p.goto(url + 'index.html')
        self.root = p.locator('.pose-attn-study')

    def begin(self, name):
        self.page.get_by_label('your name').fill(name)
        self.page.get_by_role('button', name='begin').click()
        self.wait(0)

    def wait(self, step):
        self.page.wait_for_selector(f'.pose-attn-study[data-step="{step}"]', timeout=20_000)

    def videos(self):
        return self.page.locator('.card').evaluate_all('cs => cs.map(c => c.dataset.video)')

    def question(self):
        return 'motion' if 'motion' in self.page.locator('h2').inner_text() else 'identity'

    def want(self):
        return [LIKING[self.question()].index(self.study.key[f]) + 1 for f in self.videos()]

    def ranks(self):
        return [int(o) if o.isdigit() else 0 for o in self.page.locator('.card .rank').all_inner_texts()]

    def count(self):
        return self.page.locator('.count').inner_text()

    def keys(self, *ks):
        [self.page.keyboard.press(k) for k in ks]

    def by_keys(self, step):
        self.wait(step)
        want = self.want()
        self.keys(*map(str, want))
        assert self.ranks() == want
        self.keys('Enter')

    def middle(self, loc):
        b = loc.bounding_box()
        return b['x'] + b['width'] / 2, b['y'] + b['height'] / 2

    def drag(self, a, b):
        m = self.page.mouse
        m.move(*self.middle(a))
        m.down()
        m.move(*self.middle(b), steps=5)
        m.up()

    def card(self, i):
        return self.page.locator('.card').nth(i)

    def slot(self, r):
        return self.page.locator('.slot').nth(r - 1)

    def download(self, to, button='save the answers'):
        with self.page.expect_download() as d:
            self.page.get_by_role('button', name=button).click()
        d.value.save_as(to)
        return d.value.suggested_filename

    def shot(self, name):
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=SHOTS / f'study_{name}.png')

    def close(self):
        self.ctx.close()
        assert not self.said, '\n'.join(self.said[:10])


# --- from start to end ----------------------------------------------------------------------------


def test_from_videos_to_report(browser, served, tmp_path):
    """50 pairs, two questions, a rater who knows what they like and takes it from start to end, two who go
    home early: all in the browser; the report finds the order
    """
    study = small_study(tmp_path / 'study', 50, title='Moving faces')
    r = command('export', tmp_path / 'study', '--to', tmp_path / 'page')
    assert r.returncode == 0, r.stderr
    secret = [m.encode() for m in ('"ours"', '"copy_source"', '"copy_driving"', '"blend"')]
    assert not any(s in p.read_bytes() for p in (tmp_path / 'page').rglob('*') if p.is_file() for s in secret), (
        'a rater could read which method made a video'
    )
    url = served(tmp_path / 'page')
    ada = Rater(browser, url, study, viewport=dict(width=1000, height=900))
    ada.shot('welcome')
    ada.begin('Ada')
    assert (
        ada.count() == '1 of 100'
        and ada.ranks() == [0] * 4
        and ada.page.get_by_role('button', name='next').is_disabled()
    )
    ada.page.wait_for_function(
        "() => { const v = [...document.querySelectorAll('video')]; return v.length === 5 && v.every(o => o.videoWidth === 32 && o.currentTime > .1 && !o.paused) }"
    )
    ada.keys(' ')
    assert ada.page.evaluate("[...document.querySelectorAll('video')].every(o => o.paused)")
    ada.keys(' ')
    want = ada.want()
    order = sorted(range(4), key=lambda i: want[i])
    for i in order[:3]:
        ada.drag(ada.card(i), ada.slot(want[i]))  # 1: dragged; one to a wrong place, and mended
    ada.drag(ada.card(order[3]), ada.slot(1))
    assert ada.ranks()[order[3]] == 1 and ada.ranks()[order[0]] == 0
    ada.drag(ada.slot(1), ada.slot(4))
    ada.drag(ada.card(order[0]), ada.slot(1))
    assert ada.ranks() == want
    ada.shot('light')
    ada.page.get_by_role('button', name='next').click()
    ada.wait(1)
    want = ada.want()
    [ada.card(want.index(k)).click() for k in (1, 2, 3, 4)]
    assert ada.ranks() == want  # 2: tapped from best to worst
    ada.card(want.index(2)).click()
    assert ada.ranks()[want.index(2)] == 0 and ada.page.get_by_role('button', name='next').is_disabled()
    ada.card(want.index(2)).click()
    ada.page.get_by_role('button', name='next').click()
    for s in range(2, 40):
        ada.by_keys(s)
    ada.wait(40)
    before = ada.videos()
    ada.page.reload()
    ada.wait(40)
    assert ada.videos() == before and ada.count() == '41 of 100'  # a reload goes on, in the same order
    ada.page.get_by_role('button', name='back').click()
    ada.wait(39)
    assert ada.ranks() == ada.want()
    ada.keys('Enter')  # what was said stands there
    for s in range(40, 100):
        ada.by_keys(s)
    ada.page.wait_for_selector('[data-done="100"]')
    ada.shot('end')
    name = ada.download(tmp_path / 'in/ada.json')
    assert re.fullmatch(r'answers_[0-9a-f]{12}_[0-9a-f]{8}\.json', name)
    assert json.loads(
        ada.page.get_by_label('answers as a text').evaluate('e => (e.closest("details").open = true, e.value)')
    ) == json.loads((tmp_path / 'in/ada.json').read_text())
    ada.page.get_by_role('button', name='another person').click()
    ada.begin('Bo')
    for s in range(20):
        ada.by_keys(s)
    ada.wait(20)
    ada.download(tmp_path / 'in/bo.json', 'save so far')
    ada.page.get_by_role('button', name='leave').click()
    ada.page.get_by_role('button', name='Bo (20 of 100)').wait_for()
    ada.page.get_by_role('button', name='Ada (100 of 100)').wait_for()
    ada.begin('Ada')  # another of that name
    for s in range(7):
        ada.by_keys(s)
    ada.wait(7)
    ada.download(tmp_path / 'in/ada2.json', 'save so far')
    ada.close()
    rows = [a for f in (tmp_path / 'in').iterdir() for a in json.loads(f.read_text())['answers']]
    places = Counter((i, study.key[f]) for a in rows for i, f in enumerate(a['shown']))
    assert len(places) == 16 and max(places.values()) < 60, places  # 127/4 expected in each, deviation 4.9
    r = command('import', tmp_path / 'study', '--answers', tmp_path / 'in')
    assert r.returncode == 0 and '100  ' in r.stdout, r.stderr
    again = command('import', tmp_path / 'study', '--answers', tmp_path / 'in')
    assert [o.split()[-1] for o in again.stdout.splitlines()[1:]] == ['0'] * 3
    r = command('report', tmp_path / 'study')
    assert r.returncode == 0, r.stderr
    rep = json.loads((tmp_path / 'study/report/report.json').read_text())
    summary = {o['question']: o for o in rep['summary']}
    for a, order in LIKING.items():
        got = {o['method']: o['rank'] for o in rep['ranks'] if o['question'] == a}
        assert sorted(got, key=got.get) == order and summary[a]['winner'] == order[0], (a, got)
    assert max(summary[a]['W'] or 0 for a in LIKING) > 0.99 and summary['identity']['raters'] + summary['motion'][
        'raters'
    ] in (3, 4)
    assert {o['answers'] for o in rep['ranks'] if o['question'] == 'all'} == {127}
    assert 'Study of 50 pairs' in r.stdout and '3 raters, 127 answers' in r.stdout and 'Ada' not in r.stdout


def test_dark_narrow_and_by_finger(browser, served, tmp_path):
    study = small_study(tmp_path / 'study', 2, 64, 24)
    from pose_attn.lab.user_study import export_study

    url = served(export_study(study, tmp_path / 'page'))
    d = Rater(browser, url, study, viewport=dict(width=1000, height=900), color_scheme='dark')
    d.begin('Ada')
    d.keys('2', '1')
    d.shot('dark')
    assert d.page.evaluate("getComputedStyle(document.body).backgroundColor") == 'rgb(23, 23, 28)'
    d.close()
    p = Rater(
        browser, url, study, viewport=dict(width=390, height=844), device_scale_factor=2, is_mobile=True, has_touch=True
    )
    p.shot('phone_welcome')
    p.begin('Bo')
    assert p.page.evaluate('document.documentElement.scrollWidth') <= 390, 'the page is wider than the phone'
    finger = p.ctx.new_cdp_session(p.page)

    def touch(kind, *xy):
        return finger.send('Input.dispatchTouchEvent', dict(type=kind, touchPoints=[dict(x=x, y=y) for x, y in xy]))

    grip = p.card(1).locator('.grip')
    grip.scroll_into_view_if_needed()
    a, b = p.middle(grip), p.middle(p.slot(3))
    y = p.page.evaluate('scrollY')
    touch('touchStart', a)
    [touch('touchMove', tuple(u + (v - u) * i / 6 for u, v in zip(a, b))) for i in range(1, 7)]
    p.shot('phone_drag')
    touch('touchEnd')
    assert p.ranks() == [0, 3, 0, 0] and p.page.evaluate('scrollY') == y
    [p.card(i).tap() for i in (3, 0, 2)]
    assert p.ranks() == [2, 3, 4, 1]
    p.shot('phone')
    p.page.get_by_role('button', name='next').tap()
    p.wait(1)
    p.close()


def test_keys_alone(browser, served, tmp_path):
    "No hand on the mouse from the first moment to the last; and what Enter does before all is ranked: nothing"
    study = small_study(tmp_path / 'study', 1)
    from pose_attn.lab.user_study import export_study

    p = Rater(browser, served(export_study(study, tmp_path / 'page')), study, reduced_motion='reduce')
    p.page.keyboard.type('Ada')
    p.keys('Enter')
    p.wait(0)
    assert p.page.evaluate(
        "[...document.querySelectorAll('video')].every(o => o.paused)"
    )  # asked for no motion: none until asked
    p.keys('4', 'Enter')
    assert (
        p.count() == '1 of 2'
        and 'every video needs a rank' in p.page.locator('.say').inner_text()
        and p.ranks() == [4, 0, 0, 0]
    )
    p.keys('ArrowUp')
    assert p.ranks() == [4, 1, 0, 0]
    p.keys('ArrowRight', 'ArrowDown')
    assert p.ranks() == [4, 1, 3, 0]
    p.keys('ArrowDown')
    assert p.ranks() == [3, 1, 4, 0]
    p.keys('Delete')
    assert p.ranks() == [3, 1, 0, 0]
    p.keys('2')
    assert p.ranks() == [3, 1, 2, 0]
    p.keys('4', '9', '0', 'x')
    assert p.ranks() == [3, 1, 2, 4]
    for _ in range(20):
        if p.page.evaluate("document.activeElement.className") == 'play':
            break
        p.keys('Tab')
    else:
        pytest.fail('the keyboard does not reach the buttons')
    p.page.get_by_role('button', name='next').focus()
    p.keys('Enter')
    p.wait(1)
    p.by_keys(1)
    p.page.wait_for_selector('[data-done="2"]')
    name = p.page.evaluate("document.activeElement.textContent")
    assert name == 'save the answers'
    p.close()


def test_names_are_only_text(browser, served, tmp_path):
    study = small_study(tmp_path / 'study', 1, title='<img src=x onerror=alert(1)>')
    from pose_attn.lab.user_study import export_study, import_answers

    p = Rater(browser, served(export_study(study, tmp_path / 'page')), study)
    evil = '<img src=x onerror="document.title=1">../..\u202e'
    p.begin(evil)
    p.by_keys(0)
    p.by_keys(1)
    p.page.wait_for_selector('[data-done="2"]')
    name = p.download(tmp_path / 'a.json')
    assert 'img' not in name and '..' not in name
    p.page.get_by_role('button', name='another person').click()
    p.page.get_by_role('button', name=evil[:-1]).wait_for()
    assert not p.page.locator('.body img').count() and p.page.title() == '<img src=x onerror=alert(1)>'
    p.close()
    import_answers(study, [tmp_path / 'a.json'])
    assert [a['rater'] for a in study.kept()] == [evil[:-1]] * 2


def test_from_disk(browser, tmp_path):
    "No server at all: index.html opened as a file"
    study = small_study(tmp_path / 'study', 1)
    from pose_attn.lab.user_study import export_study

    p = Rater(browser, export_study(study, tmp_path / 'page').as_uri() + '/', study)
    p.begin('Ada')
    p.page.wait_for_function("() => [...document.querySelectorAll('video')].every(o => o.currentTime > 0)")
    p.by_keys(0)
    p.wait(1)
    p.close()


def test_the_order_is_fair(browser, served):
    """Over 600 raters each video stands in each position equally often, each question comes first equally
    often, and the order of pairs differs between raters
    """
    page = browser.new_page()
    page.goto(served(ROOT / 'pose_attn/static') + 'study.html')
    got = page.evaluate("""async () => { const {stepsOf} = await import('/study.js'), videos = [...'abcd'], study = {id: 's', questions: [{id: 'i'}, {id: 'm'}], pairs: [...'12345'].map(id => ({id, videos}))};
        return Array.from({length: 600}, (_, n) => stepsOf(study, {rater: 'rater '+n, tag: ''}).map(s => [s.question.id, s.pair.id, ...s.shown])); }""")
    page.close()
    assert all(
        sorted(s[:2] for s in steps) == sorted([a, q] for a in 'im' for q in '12345')
        and all(sorted(s[2:]) == list('abcd') for s in steps)
        for steps in got
    )
    for place in range(4):
        for s in (0, 5, 9):
            n = Counter(steps[s][2 + place] for steps in got)
            assert all(110 < n[f] < 190 for f in 'abcd'), (place, s, n)  # 150 expected, deviation 10.6
    n = Counter(steps[0][0] for steps in got)
    assert 240 < n['i'] < 360, n
    first = Counter(steps[0][1] for steps in got)
    assert all(80 < first[q] < 160 for q in '12345'), first


# --- the command, and what should not be believed -------------------------------------------------


@pytest.mark.long
def test_command_says_what_is_wrong(tmp_path, capsys):
    study = small_study(tmp_path / 'study', 1, 16, 2)
    f = tmp_path / 'a.json'
    light = light_command('pose_attn_study')
    good = made_up(study, 'Ada')

    def refused(said, *args, **kw):
        capsys.readouterr()
        with pytest.raises(SystemExit) as e:
            light(*map(str, args), **kw)
        err = capsys.readouterr().err
        assert e.value.code == 2 and err.startswith('error: ') and err.count('\n') == 1 and said in err, err

    def bad(said, change):
        d = json.loads(json.dumps(good))
        change(d)
        f.write_text(json.dumps(d))
        refused(f'{f}{said}', 'import', tmp_path / 'study', answers=str(f))

    def field(k, v):
        return lambda d: d['answers'][1].update({k: v})

    bad(', $.answers[1].ranks: wanted a rank from 1 to 4', field('ranks', {'../../x': 1}))
    bad(', $.answers[1].pair', field('pair', 'p999'))
    bad(', $.answers[1].at', field('at', '2026-13-01T00:00:00.000Z'))
    bad(', $.rater: wanted a name', lambda d: d.update(rater='a\x1b[31m'))
    bad(', $.study: wanted ' + study.spec['id'], lambda d: d.update(study='x'))
    bad(", $: 'answers' is a required property", lambda d: d.pop('answers'))
    assert not study.kept()
    refused('no answers yet', 'report', tmp_path / 'study')
    refused('no study there', 'report', tmp_path / 'no')
    refused('wanted make, export, import or report; got dance', 'dance', tmp_path / 'study')
    refused('not overwritten', 'make', tmp_path / 'study', pairs=1, frames=2)
    refused('No such file', 'import', tmp_path / 'study', answers=str(tmp_path / 'none.json'))
    r = command('dance', tmp_path / 'study')
    assert r.returncode == 2 and 'got dance' in r.stderr and 'Traceback' not in r.stderr, r.stderr
    r = command('--help')
    assert r.returncode == 0 and 'usage' in r.stdout and 'Run a user study' in r.stdout


def test_exercises(capsys):
    check_exercises(NBS / 'lab/90_user_study.ipynb', capsys)

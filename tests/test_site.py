"""The documentation site: no dead link, every page in a real browser without a word in its console, the
explorers equal to PyTorch
"""

import base64
import functools
import html.parser
import http.server
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
import numpy as np
import pytest
import torch
from PIL import Image
from lessons import ROOT
from helpers import SHOTS, same

sys.path.insert(0, str(ROOT / 'docs'))
REQUIRED = 'sphinx myst_nb furo onnx onnxscript onnxruntime'.split()


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    "Folder of a site that was built just now, no notebook run; POSE_ATTN_SITE names one that is there already"
    if there := os.environ.get('POSE_ATTN_SITE'):
        return Path(there).resolve()
    gone = [o for o in REQUIRED if not importlib.util.find_spec(o)]
    assert not gone, f'the site needs {gone}: pip install -e .[docs], or run make setup again'
    to = tmp_path_factory.mktemp('site')
    t = time.time()
    r = subprocess.run(
        [sys.executable, ROOT / 'docs/build.py', '--stored', '--to', to],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=to,
    )
    assert r.returncode == 0, (r.stdout + r.stderr)[-4000:]
    print(f'\nthe site took {time.time() - t:.0f} s')
    return to / '_docs'


@pytest.fixture(scope='module')
def server(site):
    "Address of a plain server of files: no special headers"

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *a):
            pass

    s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=s.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{s.server_port}/'
    s.shutdown()
    s.server_close()


# --- what the files say ---------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    "ids of a page, what it links to, and what it loads"

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.assets = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.ids |= {a[k] for k in ('id', 'name') if a.get(k)}
        if tag in ('a', 'area') and a.get('href') is not None:
            self.links.append(a['href'])
        elif tag == 'link' and a.get('href') and a.get('rel') not in ('index', 'search', 'next', 'prev', 'canonical'):
            self.assets.append(a['href'])
        elif tag == 'link' and a.get('href'):
            self.links.append(a['href'])
        self.assets += [a[k] for k in ('src', 'poster', 'data') if a.get(k) and tag != 'a']
        self.assets += [o.split()[0] for o in (a.get('srcset') or '').split(',') if o.strip()]


def elsewhere(u):
    return bool(re.match(r'(?:[a-z][a-z0-9+.-]*:)?//|(?:mailto|https?):', u))


def faults(site):
    "Dead links and missing or foreign assets of all pages under `site`"
    ps = {p.resolve(): Page(p.read_text(encoding='utf-8')) for p in site.rglob('*.html')}
    bad = []
    for p, page in ps.items():
        for u in page.assets + page.links:
            asset = u in page.assets
            if u.startswith(('data:', 'javascript:')):
                continue
            if elsewhere(u):
                if asset:
                    bad.append(f'{p.relative_to(site)} loads {u}')
                continue
            path, _, at = u.partition('#')
            path = urllib.parse.unquote(path.split('?')[0])
            to = (p.parent / path).resolve() if path else p
            if not to.is_file():
                bad.append(f'{p.relative_to(site)}: {u} is not there')
            elif at and to in ps and urllib.parse.unquote(at) not in ps[to].ids:
                bad.append(f'{p.relative_to(site)}: no place {u}')
    for p in site.rglob('*.css'):
        for u in re.findall(r'url\(\s*[\'"]?([^\'")]+)', p.read_text(encoding='utf-8')):
            if not u.startswith('data:') and (elsewhere(u) or not (p.parent / u.split('#')[0].split('?')[0]).exists()):
                bad.append(f'{p.relative_to(site)}: {u}')
        bad += [
            f'{p.relative_to(site)}: @import {u}'
            for u in re.findall(r'@import[^;]*//[^;]*', p.read_text(encoding='utf-8'))
        ]
    return bad


def test_no_dead_link_and_nothing_from_elsewhere(site):
    assert not (bad := faults(site.resolve())), '\n'.join(bad[:30])


def test_faults_are_found(tmp_path):
    (tmp_path / 'a.html').write_text(
        '<a href="b.html"></a><a href="a.html#no"></a><img src="x.png"><script src="https://else.where/s.js"></script>'
        '<a href="https://fine.example/"></a><i id="yes"></i><a href="#yes"></a>'
    )
    (tmp_path / 's.css').write_text('@font-face{src:url(//else.where/f.woff)} a{background:url(none.png)}')
    assert len(faults(tmp_path.resolve())) == 6


def test_everything_has_its_page(site):
    import api
    import pages
    import results

    for p in pages.notebooks():
        assert (site / p.relative_to(ROOT).with_suffix('.html')).exists(), p
    for s in api.modules():
        for o in (f"api/{s.name.removeprefix('pose_attn.')}", f"_modules/{s.name.replace('.', '/')}"):
            assert (site / f'{o}.html').exists(), o
    for stem in results.pages_of():
        assert (site / 'results' / f'{stem}.html').exists(), stem
    page = (site / 'api/widgets.puppet.html').read_text(encoding='utf-8')
    for o in (
        '_modules/pose_attn/widgets/puppet.html#Puppet.video',
        'nbs/widgets/74_puppet.html#cell-',
        'Keypoints <code',
        'A <code',
    ):
        assert o in page, o
    front = (site / 'index.html').read_text(encoding='utf-8')
    assert re.search(r'<img[^>]+front\.webp', front) and 'results/runs.html' in front


@pytest.mark.long
def test_stored_or_executed(tmp_path):
    "A notebook is run anew but for the cells that tests leave out, and one that fails says its name"
    import nbformat
    import pages
    from nbformat.v4 import new_notebook, new_code_cell, new_output

    old = [new_output('stream', name='stdout', text='old')]
    nb = new_notebook(
        cells=[new_code_cell('print(20+3)', outputs=list(old)), new_code_cell('#| slow\n1/0', outputs=list(old))]
    )
    p = tmp_path / 'ok.ipynb'
    nbformat.write(nb, p)
    got = [''.join(c['outputs'][0]['text']) for c in pages.run(p)['cells']]
    assert got == ['23\n', 'old']
    nbformat.write(new_notebook(cells=[new_code_cell('import matplotlib.pyplot as plt; plt.plot([4,8,15]);')]), p)
    assert any('image/png' in o.get('data', {}) for o in pages.run(p)['cells'][0]['outputs']), (
        'executed pages lose their pictures'
    )
    code = (
        "import plotly.graph_objects as go, ipywidgets as W, torch\nfrom pose_attn.widgets.canvas import ImageCanvas\n"
        "W.VBox([go.FigureWidget([go.Scatter(y=[4,8,15])]), W.HBox([ImageCanvas(label='a <picture>').draw(torch.rand(3,6,8))])])"
    )
    nbformat.write(new_notebook(cells=[new_code_cell(code)]), p)
    nb = pages.page(pages.run(p), 'nbs/x.ipynb', None, {})
    shown = nb['cells'][0]['outputs'][0]['data']['text/html']
    assert (
        '"y": [4, 8, 15]' in shown
        and 'alt="a &lt;picture&gt;"' in shown
        and 'width="32"' in shown
        and 'widget-note' in shown
    )
    nbformat.write(new_notebook(cells=[new_code_cell('1/0')]), tmp_path / 'broken.ipynb')
    with pytest.raises(RuntimeError, match='broken.ipynb'):
        pages.run(tmp_path / 'broken.ipynb')


def test_links_lead_to_pages():
    import pages

    l = pages.Links('https://home.example/x', {'results/runs.csv': 'results/runs'})

    def f(s):
        return l.text(s, 'nbs/00_core.ipynb')

    assert (
        f('[`a`](../results/runs.csv) and `[b](no.csv)`, [t](../tests/lessons.py)')
        == '[`a`](../results/runs.md) and `[b](no.csv)`, [t](https://home.example/x/blob/main/tests/lessons.py)'
    )
    with pytest.raises(ValueError, match='dead link'):
        f('see [this](../results/none.csv)')


# --- in the browser -------------------------------------------------------------------------------


class Visit:
    "A page in the browser that hears every word of the console and every request that fails or leaves the server"

    def __init__(self, browser, server, **kw):
        self.server, self.said, self.ctx = server, [], browser.new_context(**kw)
        self.page = p = self.ctx.new_page()
        p.on('console', lambda m: self.said.append(f'{m.type}: {m.text}'))
        p.on('pageerror', lambda e: self.said.append(f'error: {e}'))
        p.on(
            'request',
            lambda r: None if r.url.startswith((server, 'data:', 'blob:')) else self.said.append(f'asks {r.url}'),
        )
        p.on('response', lambda r: self.said.append(f'{r.status} {r.url}') if r.status >= 400 else None)

    def go(self, path):
        self.page.goto(self.server + path, wait_until='load')
        return self

    def explorer(self, path):
        self.go(path)
        self.page.wait_for_function(
            "() => document.querySelector('.explorer').dataset.said === 'ready' || document.querySelector('.wrong')",
            timeout=90_000,
        )
        self.calm()
        return self

    def state(self, k):
        return self.page.locator('.explorer').get_attribute(f'data-{k}')

    def calm(self, ms=300):
        "Wait until nothing has been computed or drawn for a while"

        def seen():
            return self.page.evaluate(
                "() => [...document.querySelectorAll('.explorer, .explorer canvas')].map(o => [o.dataset.frames, o.dataset.drawn])"
            )

        was = None
        for _ in range(60):
            now = seen()
            if now == was:
                return
            was = now
            self.page.wait_for_timeout(ms)
        raise AssertionError('the explorer does not come to rest')

    def wait(self, js):
        self.page.wait_for_function(js, timeout=30_000)

    def pad(self, label):
        return self.page.locator(f'canvas[aria-label="{label}"]')

    def point(self, pad, x, y):
        b = pad.bounding_box()
        return b['x'] + (x + 1) / 2 * b['width'], b['y'] + (y + 1) / 2 * b['height']

    def pixels(self, label, size):
        a = np.array(
            Image.open(
                io.BytesIO(base64.b64decode(self.pad(label).evaluate('c => c.toDataURL()').split(',')[1]))
            ).convert('RGB')
        )
        y, x = (((np.arange(n) + 0.5) * k / n).astype(int) for n, k in zip(size, a.shape))
        return torch.tensor(a[y][:, x]).permute(2, 0, 1) / 255

    def shot(self, name):
        self.page.screenshot(path=SHOTS / f'site_{name}.png')

    def close(self):
        self.ctx.close()
        assert not self.said, '\n'.join(self.said[:10])


def test_every_page_is_silent(browser, server, site):
    v = Visit(browser, server, viewport=dict(width=1200, height=800))
    bad = []
    for p in sorted(site.rglob('*.html')):
        path = p.relative_to(site).as_posix()
        v.go(path)
        if v.page.locator('.math').count():
            v.wait("() => document.querySelector('mjx-container')")
        if v.page.locator('.plotly-figure').count():
            v.wait("() => [...document.querySelectorAll('.plotly-figure')].every(o => o.dataset.drawn)")
        if v.page.locator('.explorer').count():
            v.wait("() => document.querySelector('.explorer').dataset.said === 'ready'")
        gone = v.page.evaluate(
            "() => [...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').map(i => i.src)"
        )
        bad += [f'{path}: {o}' for o in v.said + gone]
        v.said.clear()
    v.close()
    assert not bad, '\n'.join(bad[:20])


def test_search_figures_videos_themes(browser, server):
    v = Visit(browser, server, viewport=dict(width=1200, height=800), color_scheme='dark')
    v.go('search.html?q=soft_argmax')
    v.wait("() => document.querySelectorAll('#search-results li a').length > 0")
    assert 'model.keypoints' in ' '.join(
        v.page.locator('#search-results li a').evaluate_all('as => as.map(a => a.href)')
    )
    v.go('results/runs.html')
    v.wait("() => document.querySelector('.plotly-figure').dataset.drawn")
    assert v.page.evaluate(
        "() => typeof Plotly.relayout === 'function' && document.querySelectorAll('.plotly-figure path.point').length > 5"
    )
    b = v.page.locator('.plotly-figure path.point').first.bounding_box()
    v.page.mouse.move(b['x'] + b['width'] / 2, b['y'] + b['height'] / 2)
    v.wait("() => document.querySelector('.hoverlayer .hovertext')")

    def color():
        return v.page.evaluate("() => getComputedStyle(document.querySelector('.plotly-figure .xtick text')).fill")

    def bg():
        return v.page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    dark = color(), bg()
    v.page.locator('.theme-toggle:visible').first.click()
    v.page.wait_for_timeout(300)
    v.page.emulate_media(color_scheme='light')
    v.page.wait_for_timeout(300)
    assert all(a != b for a, b in zip(dark, (color(), bg()))), 'the figure or the page stays dark'
    v.go('videos.html')
    v.wait(
        "() => { const f = [...document.querySelectorAll('video')]; "
        "return f.length > 5 && f.every(o => o.readyState > 0 && o.videoWidth > 100 && o.duration > 1) }"
    )
    v.page.locator('video').first.evaluate('v => v.play()')
    v.wait("() => document.querySelector('video').currentTime > .2")
    v.said = [o for o in v.said if 'Changed to' not in o]
    v.close()  # the theme says so when its button is pressed


@pytest.fixture(scope='module')
def scene(site):
    "What the page has, for PyTorch: network, sources `(people n 3 H W)`, driving frame, scene.json"
    from pose_attn.model.reassembler import Reassembler

    s = json.loads((site / '_static/site/scene.json').read_text())
    x = torch.frombuffer(bytearray((site / '_static/site/scene.bin').read_bytes()), dtype=torch.uint8)
    x = x.view(-1, s['size'], s['size'], 3).movedim(-1, -3) / 255
    k = len(s['people']) * s['n']
    return Reassembler.from_pretrained('faces'), x[:k].unflatten(0, (-1, s['n'])), x[k:], s


def test_onnx_equals_pytorch(site, scene):
    from pose_attn.animate import SourceBank, attention
    from pose_attn.widgets.puppet import generate_from_keypoints
    from pose_attn.export import load_onnx

    G, people, driving, s = scene
    run = load_onnx(site / '_static/site')
    gap = 0.0
    for S, n in zip(people, (8, 1, 3, 5)):
        bank = SourceBank(G, S[:n])
        (P_S, A_S, _), B = run['embedding'](S[:n]), run['background'](S[:n])[0]
        for d in driving[::6]:
            p_d, _, kp = run['embedding'](d[None])
            g, at, *_ = run['generator'](p_d, P_S, A_S, B, torch.ones(1), S[:n])
            gk = run['generator'](run['pose'](kp)[0], P_S, A_S, B, torch.ones(1), S[:n])[0]
            pairs = (
                (g, bank.parts(d[None]).g[0]),
                (at.view(256, n, 16, 16), attention(bank, d)),
                (gk, generate_from_keypoints(bank, kp[0]).g[0]),
            )
            gap = max(gap, *((a - b).abs().max().item() for a, b in pairs))
    print(f'\nonnxruntime against PyTorch: {gap:.1e}')
    assert gap < 1e-3


def puppet_is(v, scene, moved):
    "Does the canvas show what PyTorch makes of the page's points?"
    from pose_attn.animate import SourceBank
    from pose_attn.widgets.puppet import generate_from_keypoints

    G, people, _, s = scene
    kp = torch.tensor(json.loads(v.state('kp')))
    bank = SourceBank(G, people[int(v.state('person'))])
    want = generate_from_keypoints(bank, kp).g[0]
    for i, to in moved.items():
        assert (kp[i] - torch.tensor(to)).abs().max() < 0.02, f'point {i} is at {kp[i].tolist()}, not at {to}'
    same(v.pixels('the puppet with its keypoints', want.shape[1:]), want, 0.8, 0.02)
    return want


def test_the_browser_equals_pytorch(browser, server, scene):
    from pose_attn.animate import SourceBank, attention
    from pose_attn.widgets.puppet import generate_from_keypoints

    G, people, driving, s = scene
    v = Visit(browser, server).explorer('puppet.html')
    js = '''async kp => {
      const {Network} = await import('/_static/explorers.js'), net = await Network.load(() => {}), b = await net.bank(1, 5);
      const f = async p => { const {g, attn} = await net.generate(p, b); return [Array.from(g.rgb), Array.from(attn)]; };
      return [...await f(await net.pose(kp)), ...await f((await net.drive(7)).p)]; }'''
    kp = torch.tensor(s['keypoints'][3])
    got = [torch.tensor(o) for o in v.page.evaluate(js, kp.tolist())]
    bank = SourceBank(G, people[1][:5])

    def pic(o):
        return o.view(128, 128, 3).permute(2, 0, 1)

    gaps = [
        (pic(got[0]) - generate_from_keypoints(bank, kp).g[0]).abs().max(),
        (pic(got[2]) - bank.parts(driving[7:8]).g[0]).abs().max(),
        (got[3].view(256, 5, 16, 16) - attention(bank, driving[7])).abs().max(),
    ]
    print('\nthe browser against PyTorch:', ', '.join(f'{o:.1e}' for o in gaps))
    assert max(gaps) < 1e-3
    v.close()


def test_puppet_by_mouse_and_keys(browser, server, scene):
    v = Visit(browser, server, viewport=dict(width=1200, height=900)).explorer('puppet.html')
    name = 'the puppet with its keypoints'
    pad = v.pad(name)
    pad.scroll_into_view_if_needed()
    before = puppet_is(v, scene, {})
    kp = json.loads(v.state('kp'))
    to = [kp[6][0] + 0.45, kp[6][1] - 0.3]
    m = v.page.mouse
    m.move(*v.point(pad, *kp[6]))
    m.down()
    m.move(*v.point(pad, *to), steps=4)
    m.up()
    v.calm()
    v.shot('puppet')
    after = puppet_is(v, scene, {6: to})
    assert (after - before).abs().mean() > 0.005, 'the face did not follow'
    pad.focus()
    v.page.keyboard.press('3')
    v.page.keyboard.press('Shift+ArrowLeft')
    v.calm()
    puppet_is(v, scene, {6: to, 3: [kp[3][0] - 0.12, kp[3][1]]})
    v.page.get_by_label('person').select_option('2')
    v.calm()
    assert v.state('person') == '2'
    puppet_is(v, scene, {6: to})
    v.page.get_by_role('button', name='mirror').click()
    v.calm()
    puppet_is(v, scene, {})
    v.page.get_by_role('button', name='reset').click()
    v.calm()
    puppet_is(v, scene, {6: kp[6]})
    v.close()


def test_puppet_follows_while_dragged(browser, server):
    "New frames come while a point is still held; how many in a second is said, not asserted"
    v = Visit(browser, server, viewport=dict(width=1200, height=900)).explorer('puppet.html')
    pad = v.pad('the puppet with its keypoints')
    pad.scroll_into_view_if_needed()
    x, y = json.loads(v.state('kp'))[6]
    m = v.page.mouse
    m.move(*v.point(pad, x, y))
    m.down()
    n, t = int(v.state('frames')), time.perf_counter()
    while (s := time.perf_counter() - t) < 3:
        m.move(*v.point(pad, x + 0.2 * np.sin(6 * s), y + 0.1 * np.cos(6 * s)))
    made = int(v.state('frames')) - n
    fps = made / (time.perf_counter() - t)
    said = v.page.locator('.speed').inner_text()
    m.up()
    v.calm()
    v.close()
    print(f'\npuppet on the site: {fps:.1f} frames a second while a point is dragged; the page says: {said}')
    assert made >= 2 and said, 'the face moved only when the point was let go'


def test_puppet_on_a_phone(browser, server, scene):
    v = Visit(
        browser,
        server,
        viewport=dict(width=390, height=844),
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        color_scheme='dark',
    ).explorer('puppet.html')
    pad = v.pad('the puppet with its keypoints')
    pad.scroll_into_view_if_needed()
    assert v.page.evaluate('document.documentElement.scrollWidth') <= 390, 'the page is wider than the phone'
    kp = json.loads(v.state('kp'))
    before = puppet_is(v, scene, {})
    to = [kp[6][0] - 0.45, kp[6][1] - 0.3]
    finger = v.ctx.new_cdp_session(v.page)
    y = v.page.evaluate('scrollY')

    def touch(kind, *xy):
        finger.send('Input.dispatchTouchEvent', dict(type=kind, touchPoints=[dict(x=x, y=y) for x, y in xy]))

    touch('touchStart', v.point(pad, *kp[6]))
    [touch('touchMove', v.point(pad, *(a + (b - a) * i / 6 for a, b in zip(kp[6], to)))) for i in range(1, 7)]
    touch('touchEnd')
    v.calm()
    v.shot('puppet_phone')
    assert (puppet_is(v, scene, {6: to}) - before).abs().mean() > 0.005 and v.page.evaluate('scrollY') == y
    v.close()


def test_attention_explorer(browser, server, scene):
    from pose_attn.animate import SourceBank, attention, place_of
    from pose_attn.viz import overlay
    from pose_attn.widgets.attention import attention_received, attention_stats, overlay_sources
    from pose_attn.widgets.canvas import mosaic_position

    G, people, driving, s = scene
    v = Visit(browser, server, viewport=dict(width=1200, height=1300)).explorer('attention.html')
    size = 256, 512

    def click(label, x, y):
        p = v.pad(label)
        p.scroll_into_view_if_needed()
        v.page.mouse.click(*v.point(p, x, y))
        v.calm()

    bank = SourceBank(G, people[0])
    at = attention(bank, driving[0])
    click('driving frame', 0.2, -0.3)
    a = at[place_of(torch.tensor([0.2, -0.3]), 16, 16)]
    want, _, texts = overlay_sources(bank.frames, a)
    same(v.pixels('source frames', size), want, 0.85)
    assert f"{attention_stats(a)['entropy']:.1f} bits" in v.page.locator('.explorer [role=status]').last.inner_text()
    v.shot('attention')
    click('source frames', *mosaic_position(5, -0.2, 0.1, [4, 2]))
    j = place_of(torch.tensor([-0.2, 0.1]), 16, 16)
    same(
        v.pixels('result', (128, 128)),
        overlay(bank.parts(driving[:1]).g[0], attention_received(at, 5, j // 16, j % 16)),
    )
    for i, keys in enumerate(
        (['ArrowRight'] * 5, ['Home', 'ArrowRight', 'ArrowRight'], ['ArrowLeft'] * 10)
    ):  # frame 5, three sources, a low temperature
        v.page.locator('.explorer input[type=range]').nth(i).focus()
        [v.page.keyboard.press(k) for k in keys]
    v.calm()
    click('driving frame', -0.2, 0.1)
    b3 = SourceBank(G, people[0][:3])
    at = attention(b3, driving[5], 10**-0.5)
    want = overlay_sources(b3.frames, at[place_of(torch.tensor([-0.2, 0.1]), 16, 16)])[0]
    same(v.pixels('source frames', want.shape[1:]), want, 0.85)
    same(v.pixels('result', (128, 128)), b3.parts(driving[5:6], 10**-0.5).g[0], 0.9, 0.02)
    v.close()

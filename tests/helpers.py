"What several test files need: a browser, a JupyterLab, a lesson that is run in them; conftest.py has the fixtures"

import base64
import io
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SHOTS = Path(os.environ.get('POSE_ATTN_SHOTS', ROOT / '_shots'))
BROWSERS = 'chromium chromium-browser google-chrome google-chrome-stable microsoft-edge'.split()  # see tools/browser.sh
NO_BROWSER = 'no browser for the tests: run `bash tools/browser.sh`, which gets one, and try again'


def playwrights_own():
    "Where Playwright keeps its own browser, whether or not it has been fetched"
    ask = 'from playwright.sync_api import sync_playwright as p\nwith p() as pw: print(pw.chromium.executable_path)'
    return subprocess.run([sys.executable, '-c', ask], capture_output=True, text=True).stdout.strip()


def find_browser(which=shutil.which, own=playwrights_own):
    "Path of a browser: on the PATH, else Playwright's own; installs nothing, and fails with the way to get one"
    if got := next(filter(None, map(which, BROWSERS)), None):
        return got
    got = own()
    if got and Path(got).exists():
        return got
    pytest.fail(NO_BROWSER, pytrace=False)


def free_port():
    "A port of this machine that nobody listens on"
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def address_of(app, log, port):
    "The address that the app has printed, once it answers"
    for _ in range(480):
        assert app.poll() is None, log.read_text()
        with socket.socket() as s:
            if not s.connect_ex(('127.0.0.1', port)):
                return re.search(r'http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{32}', log.read_text())[0]
        time.sleep(0.5)
    pytest.fail(f'it did not answer within four minutes: {log.read_text()}')


def setting(home, name, text):
    "Write a setting of JupyterLab, as its own editor would"
    p = home / 'lab_settings_dir' / '@jupyterlab' / f'{name}.jupyterlab-settings'
    p.parent.mkdir(parents=True, exist_ok=True)
    p.write_text(text)


def serve_lab(home, app):
    "JupyterLab or Notebook 7 on copies of the widget lessons; ends with the tests: `(address, token, folder)`"
    work = home / 'work'
    work.mkdir()
    for p in (ROOT / 'nbs').rglob('7*.ipynb'):
        shutil.copy(p, work)
    shutil.copytree(ROOT / 'docs/images', work / 'docs/images')  # the badges of the lessons
    setting(home, 'notebook-extension/tracker', '{"windowingMode": "none"}')  # every cell is in the page, seen or not
    setting(home, 'apputils-extension/notification', '{"fetchNews": "false"}')
    port, token = free_port(), secrets.token_hex(16)
    folders = ('_CONFIG_DIR', '_RUNTIME_DIR', 'LAB_SETTINGS_DIR', 'LAB_WORKSPACES_DIR')
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ['PATH']])
    env = dict(os.environ, OMP_NUM_THREADS='1', PYTHONWARNINGS='ignore', PATH=path)
    env |= {f'JUPYTER{k}': str(home / k.lower().strip('_')) for k in folders}
    args = ['--no-browser', '--ip=127.0.0.1', f'--port={port}']
    args += [f'--IdentityProvider.token={token}', f'--ServerApp.root_dir={work}']
    if app == 'jupyterlab':
        args.append('--LabApp.news_url=None')
    if hasattr(os, 'geteuid') and os.geteuid() == 0:
        args.append('--allow-root')
    with open(home / 'log', 'w') as log:
        cmd = [sys.executable, '-m', app, *args]
        p = subprocess.Popen(cmd, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=work, start_new_session=True)
        try:
            for _ in range(240):
                if p.poll() is not None:
                    pytest.fail(f'{app} ended at once:\n' + (home / 'log').read_text()[-2000:])
                try:
                    urllib.request.urlopen(f'http://127.0.0.1:{port}/api?token={token}', timeout=2)
                    break
                except OSError:
                    time.sleep(0.5)
            else:
                pytest.fail(f'{app} did not answer within two minutes')
            yield f'http://127.0.0.1:{port}', token, home
        finally:
            os.killpg(p.pid, signal.SIGTERM)
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, signal.SIGKILL)
                p.wait()


NOT_OURS = "Cannot read properties of undefined (reading 'schema')"  # Notebook 7.6 says so of an empty notebook, too
RAN = '''() => {
    const c = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(o => o.textContent);
    return c.length && !c.some(o => o.includes('*')) }'''
BROKEN = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"], .jupyter-widgets.widget-error'


def picture(pad, size):
    "What stands on a canvas as a picture `(3 H W)`: each pixel is read at the middle of its square"
    url = pad.evaluate('c => c.toDataURL()')
    a = np.array(Image.open(io.BytesIO(base64.b64decode(url.split(',')[1]))).convert('RGB'))
    y, x = (((np.arange(n) + 0.5) * k / n).astype(int) for n, k in zip(size, a.shape))
    return torch.tensor(a[y][:, x]).permute(2, 0, 1) / 255


class Lesson:
    "A lesson that has been opened and run in the browser"

    def __init__(
        self, browser, lab, name, dark=False, size=(1300, 1000), wait='.pose-attn-canvas canvas', during=None, app='lab'
    ):
        self.name, self.errors, self.work = name, [], lab[2] / 'work'
        theme = 'JupyterLab Dark' if dark else 'JupyterLab Light'
        setting(lab[2], 'apputils-extension/themes', '{"theme": "%s"}' % theme)
        view = dict(width=size[0], height=size[1])
        self.page = browser.new_page(viewport=view, color_scheme='dark' if dark else 'light')
        self.page.on('console', lambda m: self.errors.append(f'{m.text} {m.location}') if m.type == 'error' else None)
        ignored = NOT_OURS if app == 'notebook7' else None
        self.page.on('pageerror', lambda e: None if ignored and ignored in str(e) else self.errors.append(str(e)))
        in_lab = f'{lab[0]}/lab/workspaces/{name[:2]}/tree/{name}?token={lab[1]}&reset'
        self.page.goto(in_lab if app == 'lab' else f'{lab[0]}/notebooks/{name}?token={lab[1]}')
        self.page.wait_for_selector('.jp-Notebook .jp-CodeCell', timeout=120_000)
        status = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
        idle = self.page.get_by_text('| Idle') if app == 'lab' else self.page.locator(status)
        idle.first.wait_for(timeout=120_000)  # the kernel is there
        self.page.wait_for_timeout(1000)
        self.menu('Run', 'Run All Cells')
        try:
            if during:
                during(self)
            self.page.wait_for_timeout(3000)
            self.page.wait_for_function(RAN, timeout=300_000)
            self.page.wait_for_selector(wait, state='attached', timeout=30_000)
        except Exception:
            self.page.screenshot(path=SHOTS / f'{name[:2]}_failed.png')
            raise

    def menu(self, *names):
        for n in names:
            self.page.get_by_role('menuitem', name=n, exact=True).first.click()
            self.page.wait_for_timeout(300)

    def pad(self, label):
        return self.page.locator(f'canvas[aria-label="{label}"]').first

    def pixels(self, label, size):
        "What stands on the canvas as a picture `(3 H W)`"
        return picture(self.pad(label), size)

    def act(self, label, f):
        "Do `f` and wait until Python has answered and the canvas is drawn; milliseconds"
        pad = self.pad(label)
        pad.scroll_into_view_if_needed()
        n = pad.get_attribute('data-drawn')
        t = time.perf_counter()
        f(pad)
        drawn = '([c,n]) => c.dataset.drawn !== n'
        self.page.wait_for_function(drawn, arg=[pad.element_handle(), n], polling=5, timeout=20_000)
        return (time.perf_counter() - t) * 1000

    def until_other(self, label, f):
        "Do `f` and wait until the canvas shows another picture; milliseconds"
        pad = self.pad(label)
        was = pad.evaluate('c => c.toDataURL()')
        t = time.perf_counter()
        f()
        other = '([c,was]) => c.toDataURL() !== was'
        self.page.wait_for_function(other, arg=[pad.element_handle(), was], polling=5, timeout=20_000)
        return (time.perf_counter() - t) * 1000

    def held(self, label, places):
        "Drag over `places`, at each of them until the picture has followed; milliseconds of each"
        pad, m = self.pad(label), self.page.mouse
        pad.scroll_into_view_if_needed()
        m.move(*self.point(pad, *places[0]))
        m.down()
        ms = [self.act(label, lambda p: m.move(*self.point(p, *o))) for o in places[1:]]
        m.up()
        self.page.wait_for_timeout(1000)
        return ms

    def point(self, pad, x, y):
        b = pad.bounding_box()
        return b['x'] + (x + 1) / 2 * b['width'], b['y'] + (y + 1) / 2 * b['height']

    def click(self, label, x, y):
        return self.act(label, lambda p: self.page.mouse.click(*self.point(p, x, y)))

    def drag(self, label, a, b, steps=5):
        def f(p):
            self.page.mouse.move(*self.point(p, *a))
            self.page.mouse.down()
            self.page.mouse.move(*self.point(p, *b), steps=steps)
            self.page.mouse.up()

        self.act(label, f)
        self.page.wait_for_timeout(1500)

    def shot(self, tag='', label=None):
        if label:
            self.pad(label).scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=SHOTS / f'{self.name[:2]}{tag}.png')

    def close(self):
        bad = self.page.locator(BROKEN).all_inner_texts()
        self.page.close()
        assert not bad, bad[0][:2000]
        assert not self.errors, self.errors[:3]


def same(got, want, share=0.93, eps=0.012):
    "Most pixels are those that the function gives; the rest is under a cross, a caption or a handle"
    near = ((got - want.clamp(0, 1)).abs() < eps).all(0).float().mean().item()
    assert near >= share, f'only {near:.0%} of the pixels are as they should be'

"""How fast is the live studio? The app, a real Chromium, and the camera that Chromium imitates, all on this machine.

    python tools/live.py faces --sources 4 --seconds 20 --bf16

Prints what the page says of its last three seconds: pictures a second, milliseconds from the camera's frame to the
repainted page, frames dropped."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'tests'))
from helpers import address_of, find_browser

SERVE = 'from pose_attn.cli import pose_attn_app as app; app({!r}, port={}, bf16={})'
CAMERA = ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=fps={}']


def measure(url, sources, seconds, fps, shot):
    "What the live tab says after `seconds`, each second of the last ten: (pictures a second, ms, dropped)"
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path=find_browser(), args=[o.format(fps) for o in CAMERA])
        page = b.new_page(viewport=dict(width=900, height=900))
        page.goto(url, timeout=180_000)
        page.locator('canvas[aria-label="the studio"]').wait_for(timeout=180_000)
        slider = page.get_by_text('use frames').locator('xpath=..').locator('.widget-readout')
        slider.fill(str(sources))
        slider.press('Enter')
        page.get_by_role('tab', name='live').click()
        page.get_by_role('button', name='start webcam').click()
        page.wait_for_timeout(1000 * max(seconds - 10, 1))
        canvas, said = page.locator('canvas[aria-label="live"]'), []
        for _ in range(min(seconds, 10)):
            page.wait_for_timeout(1000)
            said.append([float(canvas.get_attribute(f'data-{k}')) for k in ('fps', 'ms', 'dropped')])
        if shot:
            page.screenshot(path=shot)
        b.close()
    return said


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('weights', nargs='?', default='faces')
    p.add_argument('--sources', type=int, default=4, help='source frames')
    p.add_argument('--seconds', type=int, default=20)
    p.add_argument('--fps', type=int, default=30, help="the imitated camera's frames a second")
    p.add_argument('--bf16', action='store_true')
    p.add_argument('--port', type=int, default=8867)
    p.add_argument('--shot', help='picture of the page, to look at')
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as tmp, open(Path(tmp) / 'log', 'w+') as log:
        app = subprocess.Popen(
            [sys.executable, '-c', SERVE.format(a.weights, a.port, a.bf16)],
            cwd=tmp,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            url = address_of(app, Path(log.name), a.port)
            said = measure(url, a.sources, a.seconds, a.fps, a.shot)
        finally:
            os.killpg(app.pid, signal.SIGKILL)
    fps, ms, _ = (sorted(o)[len(said) // 2] for o in zip(*said))
    print(f'{a.weights}, {a.sources} sources{", bfloat16" * a.bf16}: {fps:.1f} pictures a second, {ms:.0f} ms', end=' ')
    print(f'from the camera to the page (medians of {len(said)} readings);', end=' ')
    print(f'camera {a.fps} a second, {said[-1][2]:.0f} dropped')


if __name__ == '__main__':
    main()

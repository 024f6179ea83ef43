"""The widgets in a real JupyterLab and Notebook 7, in a real browser, moved by a real mouse: what stands on
the canvas must be what the pure function says
"""

import base64
import io
import json
import os
import signal
import statistics
import subprocess
import sys
import uuid
import urllib.error
import urllib.request
from pathlib import Path
import pytest
import torch
from PIL import Image
from helpers import NO_BROWSER, ROOT, SHOTS, Lesson, address_of, find_browser, free_port, picture, same


def world_and_network(name):
    from pose_attn.data.worlds import get_world
    from pose_attn.model.reassembler import Reassembler

    torch.manual_seed(0)
    G = Reassembler.from_pretrained(name)
    return get_world('faces', G.cfg.size), G


@pytest.fixture(scope='module')
def scene():
    return world_and_network('faces_tiny')  # of lesson 75


@pytest.fixture(scope='module')
def large():
    return world_and_network('faces')  # of lessons 71, 72 and 74: 128x128


def clips(world, seed, T):
    ident, pose = world.identities(2, seed), world.motions(2, T, seed)
    return [world.render(ident[i : i + 1], pose[i : i + 1])[0] for i in (0, 1)]


def test_attention_explorer(browser, lab, large):
    from pose_attn.animate import SourceBank, attention, place_of
    from pose_attn.widgets.attention import overlay_sources, attention_received
    from pose_attn.widgets.canvas import mosaic_position, mosaic
    from pose_attn.viz import overlay

    world, G = large
    driving, b = clips(world, 11, 48)
    bank = SourceBank(G, b[::6])
    at = attention(bank, driving[0])
    l = Lesson(browser, lab, '72_attention.ipynb')
    l.shot('_light', 'driving frame')
    spots = [(-0.3, -0.2), (0.1, 0.3), (0.4, -0.5), (0, 0), (-0.1, 0.6), (0.3, 0.1), (-0.5, 0.5)]
    ms = [l.click('driving frame', *o) for o in spots]
    want = overlay_sources(bank.frames, at[place_of(torch.tensor(spots[-1]), 16, 16)])[0]
    l.page.wait_for_timeout(500)
    same(l.pixels('source frames', want.shape[1:]), want, 0.85)
    other = overlay_sources(bank.frames, at[place_of(torch.tensor(spots[0]), 16, 16)])[0]
    assert (other - want).abs().mean() > 0.002  # a click that does nothing would not do
    x, y = mosaic_position(5, -0.2, 0.1, [4, 2])
    l.click('source frames', x, y)
    l.page.wait_for_timeout(500)
    j = place_of(torch.tensor([-0.2, 0.1]), 16, 16)
    g = bank.parts(driving[:1]).g[0]
    same(l.pixels('result', (128, 128)), overlay(g, attention_received(at, 5, j // 16, j % 16)))
    same(l.pixels('source frames', (256, 512)), mosaic(bank.frames, 4)[0], 0.9)
    print(f'\nattention explorer, 8 sources: click to picture {statistics.median(ms):.0f} ms (median of {len(ms)})')
    l.shot('_played', 'driving frame')
    l.close()


@pytest.mark.parametrize('app', ['lab', 'notebook7'])
def test_keypoint_explorer(browser, request, large, app):
    from pose_attn.widgets.keypoints import soft_maps
    from pose_attn.viz import overlay

    world, G = large
    pose = world.motions(1, 48, 3)
    x = world.render(world.identities(6, 3)[:1], pose)[0]
    kp, maps = soft_maps(G, x[:1])
    l = Lesson(browser, request.getfixturevalue(app), '71_keypoints.ipynb', app=app)
    l.click('clip with its keypoints', *kp[0, 5].tolist())
    l.page.wait_for_timeout(800)
    same(l.pixels('soft map of the keypoint', (128, 128)), overlay(x[0], maps[0, 5]), 0.97)
    pad = l.pad('clip with its keypoints')
    pad.focus()
    l.page.keyboard.press('n')
    l.page.wait_for_timeout(1000)  # the keyboard alone is enough
    same(l.pixels('soft map of the keypoint', (128, 128)), overlay(x[0], maps[0, 6]), 0.97)
    handle = l.page.locator('.widget-hslider', has_text='frame').first.locator('.noUi-handle')
    handle.focus()
    ms = [l.until_other('soft map of the keypoint', lambda: l.page.keyboard.press('ArrowRight')) for _ in range(12)]
    print(
        f'\nkeypoint explorer in {app}: key to picture while scrubbing {statistics.median(ms):.0f} ms (median of {len(ms)})'
    )
    l.page.wait_for_timeout(800)
    _, maps = soft_maps(G, x[12:13])
    same(l.pixels('soft map of the keypoint', (128, 128)), overlay(x[12], maps[0, 6]), 0.97)
    l.shot('' if app == 'lab' else '_notebook7', 'clip with its keypoints')
    l.close()


def test_puppet(browser, lab, large):
    from pose_attn.animate import SourceBank
    from pose_attn.widgets.keypoints import soft_maps
    from pose_attn.widgets.puppet import generate_from_keypoints

    world, G = large
    driving, b = clips(world, 21, 40)
    bank = SourceBank(G, b[::10])
    kp = soft_maps(G, driving[:1])[0][0]
    l = Lesson(browser, lab, '74_puppet.ipynb', dark=True)
    name = 'the puppet with its keypoints'
    same(l.pixels(name, (128, 128)), generate_from_keypoints(bank, kp).g[0], 0.85)
    to = (kp[6] + torch.tensor([0.4, -0.16])).tolist()
    l.drag(name, kp[6].tolist(), to)
    moved = kp.clone()
    moved[6] = torch.tensor(to)
    want = generate_from_keypoints(bank, moved).g[0]
    same(l.pixels(name, (128, 128)), want, 0.8, 0.03)
    assert (want - generate_from_keypoints(bank, kp).g[0]).abs().mean() > 0.01
    l.shot('_dark', name)
    l.page.get_by_role('button', name='mirror').first.click()
    l.page.wait_for_timeout(800)
    l.shot('_mirror', name)
    l.page.get_by_role('button', name='reset').first.click()
    l.page.wait_for_timeout(800)
    g = torch.linspace(0, 6, 13)
    ms = l.held(name, [kp[6].tolist(), *[(kp[6] + torch.tensor([0.2 * a.sin(), 0.1 * a.cos()])).tolist() for a in g]])
    print(f'\npuppet in JupyterLab: point moved to face redrawn {statistics.median(ms):.0f} ms (median of {len(ms)})')
    (l.work / 'puppet').touch()
    keep = l.page.get_by_role('button', name='export').first  # a file stands where the folder should

    def says(t):
        return l.page.locator('.widget-html-content', has_text=t).first.wait_for(timeout=60_000)

    keep.click()
    says('not written: puppet: a file of that name is in the way; choose another folder')
    l.shot('_unwritten', name)
    (l.work / 'puppet').unlink()
    keep.click()
    says('frames written: puppet/puppet.mp4')
    assert (l.work / 'puppet/puppet.mp4').stat().st_size > 1000
    l.close()


@pytest.fixture(scope='module')
def loops(scene):
    "The lesson's first pair, and what its two small networks make of it: name -> picture of the whole loop"
    from pose_attn.model.reassembler import Reassembler
    from pose_attn.widgets.cross_identity import cross_identity_steps, cross_identity_grid

    world, _ = scene
    g = world.identities(2, ('loop', 0)), world.motions(2, 40, ('loop', 0))

    def f(a, b, t):
        return world.render(g[0][a : a + 1], g[1][b : b + 1, t])[0]

    s_A, d_A, s_B, truth = f(0, 0, [0, 20]), f(0, 0, [39])[0], f(1, 1, [0, 20]), f(1, 0, [39])[0]
    found = {
        k: cross_identity_steps(Reassembler.from_pretrained(f'faces_{k}_loop'), s_A, d_A, s_B, truth)
        for k in ('without', 'with')
    }
    return {k: (o, cross_identity_grid(s_A[0], d_A, s_B[0], o, 3, truth)[0]) for k, o in found.items()}


def test_cross_identity_with_and_without(browser, lab, loops):
    l = Lesson(browser, lab, '73_cross_identity.ipynb', dark=True)
    text = l.page.locator('.widget-html-content', has_text='r from its ground truth').first
    l.page.get_by_role('button', name='3. A moved by r').first.click()
    l.page.wait_for_timeout(1500)
    for k in ('without', 'with'):  # by the keyboard: Tab reaches the button, Enter presses it
        b = l.page.get_by_role('button', name=f'{k} the cross-identity loss').first
        b.focus()
        l.page.keyboard.press('Enter')
        l.page.wait_for_timeout(1500)
        o, want = loops[k]
        same(l.pixels('cross-identity steps', (128, 256)), want, 0.8)
        said = text.inner_text()
        assert f"again. L1 {o['L_cross']:.3f}" in said and all(
            f"{v[0]['r_error']:.3f}" in said for v in loops.values()
        ), said
        assert f'{k} the cross-identity loss' in next(o for o in said.splitlines() if '\u25b6' in o), said
    assert (loops['with'][1] - loops['without'][1]).abs().mean() > 0.002
    l.shot('_dark', 'cross-identity steps')
    l.close()


def test_captions_break_where_cells_are_narrow(browser):
    "A long caption goes into two lines, and no letter is squeezed"
    p = browser.new_page()
    code = base64.b64encode((ROOT / 'pose_attn/static/canvas.js').read_bytes()).decode()
    js = """async ([code, w, zoom, captions]) => {
      const {drawCanvas} = await import('data:text/javascript;base64,'+code), c = document.createElement('canvas'), said = []; [c.width, c.height] = [w, w/2];
      const ctx = c.getContext('2d'), f = ctx.fillText.bind(ctx); ctx.fillText = (t, x, y, n) => { said.push([t, ctx.measureText(t).width, n, x, y]); f(t, x, y, n); };
      drawCanvas(ctx, w, w/2, {points: [], colors: [], names: [], active: -1, at: [], cells: [4, 2], captions, zoom}); return said; }"""
    words = [
        's_A',
        '',
        'G(s_A,d_A): L1 0.031',
        'G(s_A,r): L1 0.032',
        's_B',
        'd_A',
        'r = G(s_B,d_A): 0.022',
        'ground truth of r',
    ]
    wide, narrow, phone = (p.evaluate(js, [code, 640, z, words]) for z in (1, 640 / 386, 640 / 300))
    p.close()
    assert [o[0] for o in wide] == [o for o in words if o]
    for got in (narrow, phone):
        assert len(got) > len(wide) and ' '.join(o[0] for o in got).split() == ' '.join(words).split()
        assert all(w <= n + 0.5 and 0 <= x % 160 <= x % 160 + w < 160 and y <= 320 for _, w, n, x, y in got), got
        for a, b in zip(got, got[1:]):
            assert (int(a[3] / 160), int(a[4] / 160)) != (int(b[3] / 160), int(b[4] / 160)) or b[4] > a[
                4
            ]  # one below the other


def test_cross_identity_stepper(browser, lab):
    l = Lesson(browser, lab, '73_cross_identity.ipynb', size=(760, 1000))
    before = l.pixels('cross-identity steps', (128, 256))
    l.page.get_by_role('button', name='3. A moved by r').first.click()
    l.page.wait_for_timeout(1500)
    after = l.pixels('cross-identity steps', (128, 256))
    assert (before[:, :64, 128:] - 0.93).abs().mean() < 0.06 and (after[:, :64, 128:] - 0.93).abs().mean() > 0.1
    l.shot('_narrow', 'cross-identity steps')
    l.close()


def test_canvas_lesson(browser, lab):
    l = Lesson(browser, lab, '70_canvas.ipynb')
    pad = l.pad('seven frames')
    pad.scroll_into_view_if_needed()
    before = l.pixels('seven frames', (128, 256))
    pad.focus()
    l.page.keyboard.press('ArrowRight')
    l.page.wait_for_timeout(400)
    assert not torch.equal(before, l.pixels('seven frames', (128, 256)))
    l.close()  # the cross went one step to the right


class StudioPage(Lesson):
    "The studio's lesson, with words for what a hand does there"

    def __init__(self, *args, **kw):
        super().__init__(*args, name='75_studio.ipynb', **kw)
        self.pad('the studio').scroll_into_view_if_needed()

    def choose(self, label, *names):
        self.page.get_by_label(label, exact=True).first.select_option(list(names))
        self.page.wait_for_timeout(800)

    def says(self, text, timeout=60_000):
        self.page.locator('.widget-html-content', has_text=text).first.wait_for(timeout=timeout)

    def notes(self, text):
        self.page.locator('.pose-attn-note', has_text=text).first.wait_for(timeout=30_000)

    def give(self, label, files):
        self.page.get_by_label(label).first.set_input_files(files)

    def frame(self):
        return int(self.page.locator('.widget-play').first.locator('xpath=..').locator('.widget-readout').inner_text())

    def shows(self, want, share=0.88):
        self.page.wait_for_timeout(700)
        same(self.pixels('the studio', (128, 192)), want, share)


def in_memory(name, data):
    return dict(name=name, mimeType='video/mp4', buffer=data)


@pytest.fixture(scope='module')
def cast(scene):
    "The lesson's people, and what `result_grid` shows of them: `(clips, want)`"
    from pose_attn.animate import SourceBank
    from pose_attn.widgets.studio import world_clips, pick_sources, shipped_clips, result_grid

    world, G = scene
    clips = world_clips(world) | shipped_clips(64)

    def want(source, d, n=8):
        return result_grid(SourceBank(G, pick_sources([clips[source]], n)), d.float() / 255)[0]

    return clips, want


def test_studio_plays(browser, lab, cast):
    clips, want = cast
    l = StudioPage(browser, lab)
    l.shot('_light', 'the studio')
    l.shows(want('person 2', clips['person 1'].frames[0]))
    l.choose('sources', 'person 4')
    l.choose('driving', 'person 3')
    l.shows(want('person 4', clips['person 3'].frames[0]))
    other = want('person 2', clips['person 1'].frames[0])
    assert (other - want('person 4', clips['person 3'].frames[0])).abs().mean() > 0.05
    k = 'shipped clip: faces'
    l.choose('sources', k)
    l.shows(want(k, clips['person 3'].frames[0]))
    l.choose('driving', k)
    l.shows(want(k, clips[k].frames[0]))
    l.shot('_shipped', 'the studio')
    l.choose('sources', 'person 4')
    l.choose('driving', 'person 3')
    play = l.page.locator('.widget-play button').first
    play.focus()
    l.page.keyboard.press('Enter')
    l.page.wait_for_timeout(1500)  # by the keyboard
    l.page.keyboard.press('Enter')
    l.page.wait_for_timeout(1500)
    t = l.frame()
    assert t > 0
    l.shows(want('person 4', clips['person 3'].frames[t]))
    l.shot('_played', 'the studio')
    l.close()


def test_studio_takes_files(browser, lab, cast, tmp_path):
    from pose_attn.data.video import write_video
    from pose_attn.widgets.studio import read_upload

    clips, want = cast
    l = StudioPage(browser, lab, dark=True)
    video = write_video(tmp_path / 'a.mp4', clips['person 3'].frames[:20], 12).read_bytes()
    big = tmp_path / 'two_gigabytes.mp4'
    with open(big, 'wb') as f:
        f.truncate(2 * 2**30)
    l.give('own driving', in_memory('broken.mp4', video[: len(video) // 2]))
    l.says('not added: broken.mp4')
    l.give('own driving', in_memory('<img src=x>.mp4', b'no'))
    l.says('not added: <img src=x>.mp4')
    assert not l.page.locator('.widget-html-content img').count()
    l.give('own source', str(big))
    l.says('two_gigabytes.mp4: 2048 MB, at most 200 MB are allowed')
    l.shot('_dark', 'the studio')
    l.shows(want('person 2', clips['person 1'].frames[0]))  # nothing has changed
    large = (
        video + (12 * 2**20).to_bytes(4, 'big') + b'free' + bytes(12 * 2**20 - 8)
    )  # a video of 12 MB: more than a server takes in one message
    l.give('own driving', in_memory('mine.mp4', large))
    l.says('mine.mp4: 20 frames, chosen as driving')
    l.shows(want('person 2', read_upload('mine.mp4', video, 64).frames[0]))
    l.close()


def test_studio_exports(browser, lab, cast):
    from pose_attn.data.video import read_video

    clips, want = cast
    l = StudioPage(browser, lab, size=(600, 1000))
    l.shot('_narrow', 'the studio')
    before = {p for p in l.work.parent.rglob('*')}
    l.page.get_by_label('name', exact=True).first.fill('../../<b>x</b>')
    l.page.keyboard.press('Tab')
    l.page.get_by_role('button', name='export mp4').first.click()
    l.says('48 frames written: studio/b.mp4')
    new = [
        p.relative_to(l.work).as_posix()
        for p in set(l.work.parent.rglob('*')) - before
        if p.suffix == '.mp4' or p.parent == l.work.parent
    ]
    assert new == ['studio/b.mp4'], new
    got = read_video(l.work / 'studio/b.mp4', size=64).float()
    t = 30
    w = want('person 2', clips['person 1'].frames[t])[:, :64, 128:]
    assert (
        len(got) == 48
        and (got[t] - w).abs().mean()
        < 0.03
        < (got[t] - want('person 2', clips['person 1'].frames[0])[:, :64, 128:]).abs().mean()
    )
    l.close()


def test_studio_without_a_webcam(browser, lab):
    l = StudioPage(browser, lab)
    l.page.get_by_role('tab', name='live').click()
    l.page.get_by_role('button', name='start webcam').click()
    l.notes('no webcam')
    l.close()


def y4m(path, x):
    "A video of one frame `(3 H W)` as Chromium takes it for a camera"
    r, g, b = (x * 255).round()
    y = 16 + (65.5 * r + 128.6 * g + 25 * b) / 256
    u = 128 + (-37.8 * r - 74.2 * g + 112 * b) / 256
    v = 128 + (112 * r - 93.8 * g - 18.2 * b) / 256
    _, H, W = x.shape

    def half(o):
        return torch.nn.functional.avg_pool2d(o[None, None], 2)[0, 0]

    planes = b''.join(o.round().clamp(0, 255).byte().numpy().tobytes() for o in (y, half(u), half(v)))
    path.write_bytes(f'YUV4MPEG2 W{W} H{H} F20:1 Ip A1:1 C420\n'.encode() + (b'FRAME\n' + planes) * 2)
    return path


def test_studio_live(chromium, lab, cast, scene, tmp_path):
    "Webcam, relative motion and a clip: what is drawn is what `animate` makes of the frame that is drawn beside it"
    from pose_attn.animate import SourceBank, animate
    from pose_attn.widgets.studio import pick_sources

    clips, _ = cast
    face = torch.nn.functional.interpolate(clips['person 4'].float()[5:6], scale_factor=5, mode='nearest')[0]
    wide = torch.nn.functional.pad(face, (80, 80), value=0.2)  # 480x320, as cameras are
    fake = f'--use-file-for-fake-video-capture={y4m(tmp_path / "me.y4m", wide)}'
    b = chromium('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', fake)
    l = StudioPage(b, lab)
    bank = SourceBank(scene[1], pick_sources([clips['person 2']], 8))

    def agrees(**kw):
        "The three pictures; the result is that of the driving frame"
        l.page.wait_for_timeout(4000)
        source, d, g = l.pixels('live', (64, 192)).split(64, -1)
        frames = torch.stack([d, d]) if kw else d[None]
        want = animate(bank, frames, **kw)[-1]
        same(source, bank.frames[0], 0.99)
        same(g, want, 0.99)
        return d, want

    l.page.get_by_role('tab', name='live').click()
    l.page.get_by_role('button', name='start webcam').click()
    l.notes('the webcam is on')
    me, absolute = agrees()
    person = clips['person 4'].float()[5]
    assert (me - person.flip(-1)).abs().mean() < 0.05 < (me - person).abs().mean()  # the middle, mirrored
    l.notes('frames/s')
    l.shot('_live', 'live')
    l.page.get_by_label('relative motion').check()
    l.page.get_by_role('button', name='start here').click()
    _, relative = agrees(relative=True)
    assert (relative - absolute).abs().mean() > 0.01
    l.page.get_by_label('relative motion').uncheck()
    l.page.get_by_role('button', name='stop webcam').click()
    l.says('from the webcam, chosen as driving')
    chosen = l.page.get_by_label('driving', exact=True).first.evaluate('o => o.selectedOptions[0].text')
    assert chosen.split() == ['webcam', 'recording']
    l.choose('live from', 'person 3')
    l.page.get_by_role('button', name='start video').click()
    l.page.wait_for_timeout(3000)
    l.page.get_by_role('button', name='stop video').click()
    d, _ = agrees()
    assert (clips['person 3'].float() - d).abs().amax((1, 2, 3)).min() < 0.01
    l.close()
    b.close()


SLOW = """async code => {     // webcam.js with a camera whose k-th frame is grey level k, and a Python that takes 250 ms
  const {render} = await import('data:text/javascript;base64,'+code), wait = ms => new Promise(f => setTimeout(f, ms));
  const camera = document.createElement('canvas'), ctx = camera.getContext('2d'), heard = {}, sent = [];
  [camera.width, camera.height] = [64, 48];
  let k = 0, underway = 0, most = 0;
  const show = () => { k = Math.min(k+1, 250); ctx.fillStyle = `rgb(${k},${k},${k})`; ctx.fillRect(0, 0, 64, 48); };
  const timer = setInterval(show, 40);
  Object.defineProperty(navigator, 'mediaDevices', {value: {getUserMedia: async () => camera.captureStream(25)}});
  const state = {size: 8, rate: 0, label: 'webcam', captions: ['me']}, model = {
    get: x => state[x], set: (x, v) => { state[x] = v; }, save_changes() {}, off() {}, on: (x, f) => { heard[x] = f; },
    async send(m, _, buffers) {
      if (m.kind !== 'frame') return;
      most = Math.max(most, ++underway); const rgb = new Uint8Array(buffers[0]); sent.push([rgb[0], k]);
      await wait(250); underway--; heard['msg:custom']({done: m.n, shape: [8, 8]}, [new DataView(rgb.buffer)]);
    }};
  render({model, el: document.body}); document.querySelector('button').click(); await wait(7000); clearInterval(timer);
  const c = document.querySelector('canvas'); await wait(1200);
  const shown = c.getContext('2d').getImageData(0, 0, 1, 1).data[0];
  return {sent, most, data: {...c.dataset}, shown, k, text: document.body.innerText}; }"""


def test_live_frames_are_dropped_not_queued(browser):
    "With a network of 250 ms, each frame sent is the newest that the camera has, and one is under way at a time"
    p = browser.new_page()
    code = base64.b64encode((ROOT / 'pose_attn/static/webcam.js').read_bytes()).decode()
    got = p.evaluate(SLOW, code)
    p.close()
    late = [k - grey for grey, k in got['sent']]  # frames between the one sent and the camera's newest
    assert got['most'] == 1 and 8 < len(got['sent']) < 36, got
    assert max(late[1:]) < 12, late  # a queue would be 100 late at the end
    assert int(got['data']['dropped']) > 20 and float(got['data']['ms']) >= 250, got
    assert abs(got['shown'] - got['k']) < 12 and 'frames/s' in got['text'], got


def test_app(browser, cast, tmp_path):
    "The studio as a page: for this machine, only with its token, no code, and what it shows and exports is right"
    from pose_attn.data.video import read_video
    from pose_attn.model.reassembler import Reassembler
    from pose_attn.animate import SourceBank
    from pose_attn.widgets.studio import pick_sources, result_grid

    port, log = free_port(), tmp_path / 'log'
    code = f'from pose_attn.files import pose_attn_app; pose_attn_app(weights="faces_tiny", port={port})'
    with open(log, 'w') as f:
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')]))
        cmd = [sys.executable, '-c', code]
        app = subprocess.Popen(cmd, cwd=tmp_path, stdout=f, stderr=f, env=env, start_new_session=True)
    try:
        url = address_of(app, log, port)
        with pytest.raises(urllib.error.HTTPError, match='403'):
            urllib.request.urlopen(f'http://127.0.0.1:{port}/api/kernels/{uuid.uuid4()}', timeout=20)
        with urllib.request.urlopen(f'http://127.0.0.1:{port}/', timeout=20) as r:
            assert '/login' in r.url and b'pose-attn' not in r.read()
        if sys.platform.startswith('linux'):
            here = [o.split() for f in ('tcp', 'tcp6') for o in Path(f'/proc/net/{f}').read_text().splitlines()[1:]]
            assert [o[1] for o in here if o[3] == '0A' and o[1].endswith(f':{port:04X}')] == [f'0100007F:{port:04X}']
        page = browser.new_page(viewport=dict(width=900, height=900))
        answer = page.goto(url, timeout=180_000)
        assert "default-src 'self'" in answer.headers['content-security-policy']
        pad = page.locator('canvas[aria-label="the studio"]')
        pad.wait_for(timeout=180_000)
        G, clip = Reassembler.from_pretrained('faces_tiny'), cast[0]['shipped clip: faces']
        bank = SourceBank(G, pick_sources([clip], 8))
        want = [result_grid(bank, o)[0] for o in clip.float()]
        page.wait_for_timeout(2000)
        same(picture(pad, (128, 192)), want[0], 0.88)
        play = page.locator('.widget-play button').first
        readout = page.locator('.widget-play').locator('xpath=..').locator('.widget-readout')
        play.click()
        for _ in range(600):  # play until frame 5, which looks different
            if int(readout.inner_text()) >= 5:
                break
            page.wait_for_timeout(100)
        play.click()
        page.wait_for_timeout(2500)
        t = int(readout.inner_text())
        assert t >= 5 and (want[t] - want[0]).abs().mean() > 0.01
        same(picture(pad, (128, 192)), want[t], 0.88)
        page.screenshot(path=SHOTS / 'app.png')
        assert 'load_pretrained' not in page.inner_text('body')
        page.get_by_role('button', name='export mp4').click()
        page.locator('.widget-html-content', has_text='36 frames written').wait_for(timeout=120_000)
        assert len(read_video(tmp_path / 'studio/video.mp4')) == 36
        page.close()
        app.send_signal(signal.SIGINT)
        assert app.wait(60) == 0 and 'Traceback' not in log.read_text(), log.read_text()
    finally:
        if app.poll() is None:
            os.killpg(app.pid, signal.SIGKILL)
            app.wait()


@pytest.mark.parametrize('app', ['lab', 'notebook7'])
def test_monitor(browser, request, app):
    live = []

    def during(l):
        l.page.wait_for_selector('.js-plotly-plot', state='attached', timeout=180_000)
        l.page.locator('.js-plotly-plot').first.scroll_into_view_if_needed()
        for n in (5, 35):  # the curve grows while it is looked at; an epoch has 30 steps
            l.page.wait_for_function(
                'n => (document.querySelector(".js-plotly-plot")?.data?.[0]?.y?.length ?? 0) > n',
                arg=n,
                timeout=120_000,
            )
            live.append(
                l.page.evaluate('[...document.querySelectorAll(".js-plotly-plot .legendtext")].map(o => o.textContent)')
            )
        l.page.screenshot(path=SHOTS / f'76_live_{app}.png')

    l = Lesson(
        browser,
        request.getfixturevalue(app),
        '76_monitor.ipynb',
        app=app,
        dark=app == 'lab',
        size=(760 if app == 'lab' else 1300, 1000),
        during=during,
        wait='.jp-OutputArea-output img[src^="data:image/png"]',
    )
    assert 'training' in live[0] and 'self error' in live[1], live
    assert not l.page.locator('.js-plotly-plot, .pose-attn-canvas').count()  # what was alive is gone
    l.page.locator('.jp-OutputArea-output img').last.scroll_into_view_if_needed()
    l.shot(f'_end_{app}')
    l.page.keyboard.press('Control+s')
    l.page.wait_for_timeout(3000)
    nb = json.loads((l.work / l.name).read_text())
    data = [
        o['data']
        for c in nb['cells']
        if 'cbs=Monitor()' in ''.join(c['source']) and c['cell_type'] == 'code'
        for o in c['outputs']
        if 'data' in o
    ]
    png = base64.b64decode(''.join(data[-1]['image/png']))
    assert len(png) <= 100_000 and Image.open(io.BytesIO(png)).width > 400
    assert (
        not any('widget' in k for d in data for k in d) and 'widgets' not in nb['metadata']
    )  # nothing that would need a kernel
    l.close()


def test_no_browser_says_how(tmp_path):
    """Nothing on the PATH and nothing of Playwright's: the test fails, is not left out, and says what to run;
    what Playwright has is taken
    """

    def nothing(name):
        return None

    for own in ('', str(tmp_path / 'gone')):
        with pytest.raises(pytest.fail.Exception, match='tools/browser.sh'):
            find_browser(nothing, lambda: own)
    (tmp_path / 'chrome').touch()
    assert find_browser(nothing, lambda: str(tmp_path / 'chrome')) == str(tmp_path / 'chrome')
    assert 'tools/browser.sh' in NO_BROWSER and (ROOT / 'tools/browser.sh').exists()

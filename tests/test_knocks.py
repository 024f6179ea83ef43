"""Hard knocks: damaged videos, weights and banks, kill -9, a full disk, and nothing of a user's file is ever run

Everything dangerous happens in a forked child with limits on time and memory, so that a crash, a hang or a flood is seen as such and names its file.
Short by default; POSE_ATTN_LONG=1 (`make test-long`) has 200 damaged inputs, 100 damaged weights of each kind, and 20 kills of training and animating.
"""

import ast
import contextlib
import faulthandler
import gc
import json
import math
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
import wave
import zlib
from dataclasses import asdict
from pathlib import Path
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from children import child, ended
from lessons import ROOT
from pose_attn.core import preset
from pose_attn.data.video import ClipError, read_video, read_audio, write_video
from pose_attn.data.clips import cached_clip, find_clips, load_clips
from pose_attn.data.prepare import prepare_dataset
from pose_attn.model.reassembler import Reassembler
from pose_attn.model.weights import load_network, save_network
from pose_attn.train.learner import SaveCheckpoint
from pose_attn.animate import SourceBank, animate_files, save_figure
from pose_attn.eval.networks import EvalIdentityEncoder, EvalKeypointDetector, load_eval_net, save_eval_net
from pose_attn.eval.evaluate import write_csv_row
from pose_attn.train.recipe import Recipe
from pose_attn.train.run import run_training

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not sys.platform.startswith('linux'), reason='limits and kills children that are forked from this process'
    ),
]
LONG = os.environ.get('POSE_ATTN_LONG', '') not in ('', '0')
INPUTS, WEIGHTS, KILLS = (200, 100, 20) if LONG else (40, 25, 2)
SECONDS, MEGABYTES = 20, 700  # for one damaged file

# ---- children


def inside(jobs, seconds=SECONDS, megabytes=MEGABYTES, limit=None):
    """What came of each `(name, function)` in one child: `{name: (kind of exception or '', its words)}`; fails
    at a crash, a hang and a flood, and names the job
    """
    r, w = os.pipe()

    def all_of_them():
        faulthandler.disable()  # a crash is wanted to be told by us alone

        def say(*a):
            return os.write(w, (json.dumps(a) + '\n').encode())

        data = int(re.search(r'VmData:\s+(\d+)', Path('/proc/self/status').read_text())[1]) * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (data + (megabytes + 1000) * 2**20,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit:
            resource.setrlimit(*limit)

        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

        start = peak()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for name, f in jobs:
            signal.alarm(seconds)
            say('begin', name)
            try:
                f()
                what = ('', '')
            except Exception as e:
                what = (
                    type(e).__name__ + isinstance(e, (ClipError, ValueError, FileNotFoundError)) * ' named',
                    str(e)[:600],
                )
            say('end', name, *what, peak() - start)

    pid = child(all_of_them)
    os.close(w)
    with os.fdopen(r) as f:
        lines = [json.loads(o) for o in f]
    rc, out, was, eaten = ended(pid), {}, '', 0
    for kind, name, *more in lines:
        was = name
        if kind == 'begin':
            continue
        assert more[2] - eaten < megabytes, f'{name}: it ate {more[2] - eaten} MB'
        eaten = max(eaten, more[2])
        out[name] = tuple(more[:2])
    assert rc != -signal.SIGALRM, f'{was}: it hung for more than {seconds} s'
    assert rc == 0, f'{was}: the process ended with {rc}'
    assert len(out) == len(jobs)
    return out


def each_used_or_named(out, of=lambda name: name):
    "Every job went well, or raised a ValueError or FileNotFoundError that names the file and is not about memory"
    for name, (kind, words) in out.items():
        if not kind:
            continue
        assert kind.endswith(' named'), f'{name}: {kind}: {words}'
        assert of(name) in words, f'{name} is not named: {kind}: {words}'
        assert not re.search('alloc|memory', words), f'{name}: {words}'


def test_the_watch_sees_crash_hang_and_flood():
    for f, said in (
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), 'ended with -11'),
        (lambda: time.sleep(9), 'hung'),
        (lambda: bytearray(10**8).find(1), 'ate'),
    ):
        with pytest.raises(AssertionError, match=f'bad.mp4.*{said}'):
            inside([('good.mp4', int), ('bad.mp4', f)], seconds=1, megabytes=50)
    with pytest.raises(AssertionError, match='bad.mp4: MemoryError'):
        each_used_or_named(inside([('bad.mp4', lambda: bytearray(10**10))]))
    with pytest.raises(AssertionError, match='is not named'):
        each_used_or_named(inside([('bad.mp4', lambda: read_video('gone.mp4'))]))


# ---- damaged videos


def some_film(T=10, H=40, W=56):
    torch.manual_seed(0)
    x = torch.nn.functional.avg_pool2d(torch.rand(T, 3, H + 8, W + 8), 9, 1)
    return (x - x.min()) / (x.max() - x.min())


def wav(path, seconds=0.5, rate=16000):
    y = (np.sin(np.arange(int(seconds * rate)) / 9) * 9000).astype('<i2')
    with wave.open(str(path), 'wb') as f:
        f.setparams((1, 2, rate, 0, 'NONE', ''))
        f.writeframes(y.tobytes())
    return path


def motion_jpeg(path, x):
    import av

    with av.open(str(path), 'w') as c:
        v = c.add_stream('mjpeg', rate=25)
        v.height, v.width, v.pix_fmt = *x.shape[-2:], 'yuvj420p'
        for o in x:
            c.mux(
                v.encode(
                    av.VideoFrame.from_ndarray((o * 255).byte().movedim(0, -1).contiguous().numpy(), format='rgb24')
                )
            )
        c.mux(v.encode(None))
    return path


@pytest.fixture(scope='module')
def sound_ones(tmp_path_factory):
    "One small valid file of each kind, as bytes"
    d, x = tmp_path_factory.mktemp('whole'), some_film()
    write_video(d / 'a.mp4', x, 25, audio_from=wav(d / 'a.wav'))
    write_video(d / 'a.gif', x, 25)
    motion_jpeg(d / 'a.avi', x)
    for s in ('png', 'jpg'):
        Image.fromarray((x[0] * 255).byte().movedim(0, -1).numpy()).save(d / f'a.{s}')
    return {s: (d / f'a.{s}').read_bytes() for s in ('mp4', 'gif', 'avi', 'png', 'jpg', 'wav')}


def truncated(b, s, rng):
    return b[: rng.randrange(1, len(b))]


def flipped(b, s, rng, n=None):
    b = bytearray(b)
    for _ in range(n or rng.choice((1, 3, 10, 100))):
        b[rng.randrange(len(b))] ^= 1 << rng.randrange(8)
    return bytes(b)


def scribbled(b, s, rng):
    i = rng.randrange(len(b))
    n = rng.randint(1, 400)
    return b[:i] + rng.randbytes(n) + b[i + n :]


def other_header(b, s, rng):
    return rng.choice((rng.randbytes(16), b'RIFF' + b[4:16], b'GIF89a' + b[6:16], b'\x1aE\xdf\xa3' + b[4:16])) + b[16:]


def hollow(b, s, rng):
    return rng.choice((b'', bytes(len(b)), b[:64] + bytes(5000)))


def at_random(b, s, rng, mark, skip, fmt, *vals):
    "`vals` written `skip` bytes behind one of the places where `mark` stands"
    at = [o.start() for o in re.finditer(re.escape(mark), b)]
    i = rng.choice(at) + skip
    v = struct.pack(fmt, *vals)
    return b[:i] + v + b[i + len(v) :]


def absurd_size(b, s, rng):
    "The head speaks of a frame of a hundred million pixels and more"
    w, h = rng.choice(((14000, 14000), (16000, 12000), (60000, 60000), (65535, 65535)))
    if s == 'png':
        head = b'IHDR' + struct.pack('>II', w, h) + b[24:29]
        return b[:12] + head + struct.pack('>I', zlib.crc32(head)) + b[33:]
    if s == 'gif':
        return b[:6] + struct.pack('<HH', w, h) + b[10:]
    if s in ('jpg', 'avi'):
        return at_random(b, s, rng, b'\xff\xc0', 5, '>HH', w, h)
    return (
        at_random(b, s, rng, b'avc1', 28, '>HH', w, h)
        if rng.random() < 0.5
        else at_random(b, s, rng, b'stsz', 8, '>II', 0, 2**32 - 1)
    )


def endless(b, s, rng):
    "One frame that stays for days, a video whose clock runs away"
    if s == 'gif':
        return at_random(b, s, rng, b'\x21\xf9\x04', 4, '<H', 65535)
    if s == 'mp4':
        return at_random(b, s, rng, b'stts', 8, '>III', rng.choice((1, 9, 10)), rng.choice((2**31 - 1, 10**7)), 1)
    return flipped(b, s, rng, 20)


DAMAGES = (truncated, flipped, scribbled, other_header, hollow, absurd_size, endless)


def damaged_files(d, whole, n, seed):
    """`n` damaged files in the folder `d`, always the same for a `seed`: every damage to every kind of file,
    and things that are no video
    """
    rng, d = random.Random(seed), Path(d)
    d.mkdir()
    for i in range(n):
        f, s = (*DAMAGES, None)[i % 8], ('mp4', 'gif', 'mp4', 'png', 'avi', 'jpg')[i // 8 % 6] if i % 8 else 'mp4'
        if f:
            (d / f'{i:03d}_{f.__name__}.{s}').write_bytes(f(whole[s], s, rng))
            continue

        def p(what, s):
            return d / f'{i:03d}_{what}.{s}'

        k = i // 8 % 8
        other = rng.choice([o for o in whole if o != 'mp4'])
        if k == 0:
            p('only_sound', 'mp4').write_bytes(whole['wav'])
        if k == 1:
            p('folder', 'mp4').mkdir()
        if k == 2:
            os.mkfifo(p('pipe', rng.choice(('mp4', 'gif', 'png'))))
        if k == 3:
            p('zeros', rng.choice(('mp4', 'gif', 'png'))).symlink_to('/dev/zero')
        if k == 4:
            p(f'really_{other}', 'mp4').write_bytes(whole[other])
        if k == 5:
            p('really_mp4', rng.choice(('gif', 'png'))).write_bytes(whole['mp4'])
        if k == 6:
            p('huge_gif', 'mp4').write_bytes(absurd_size(whole['gif'], 'gif', rng))
        if k == 7:
            p('nowhere', 'mp4').symlink_to(d / 'there is no such file')
    return sorted(d.iterdir())


@pytest.fixture(scope='module')
def damaged(sound_ones, tmp_path_factory):
    fs = damaged_files(tmp_path_factory.mktemp('damaged') / 'in', sound_ones, INPUTS, seed=6)
    assert len(fs) == INPUTS
    return fs


@pytest.fixture(scope='module')
def small():
    torch.manual_seed(0)
    return Reassembler(
        preset('tiny', size=32, width=8, appearance_dim=32, pose_dim=24, bg_width=4, num_res_blocks=1)
    ).eval()


def test_reader(damaged):
    out = inside(
        [
            (f'{p.name} {kw}', lambda p=p, kw=kw: read_video(p, **kw))
            for p in damaged
            for kw in ({}, dict(size=24), dict(fps=30, max_frames=50))
        ]
    )
    each_used_or_named(out, lambda name: name.split()[0])
    refused = {k.split()[0] for k, v in out.items() if v[0]}
    assert len(refused) > INPUTS / 3, sorted(refused)
    for what in ('only_sound', 'folder', 'pipe', 'zeros', 'hollow'):
        assert all(p.name in refused for p in damaged if what in p.name), what
    assert all(
        'clock' in v[1] for k, v in out.items() if 'endless.gif {}' in k
    )  # eleven minutes of one frame are not laid out in memory
    each_used_or_named(inside([(p.name, lambda p=p: read_audio(p)) for p in damaged]))


def test_loaders(damaged, tmp_path):
    "One folder with all of them: every file that is there is used or left out with a reason"
    said = tmp_path / 'said.json'

    def load():
        kept, _, left = load_clips(find_clips(damaged[0].parent), 24, tmp_path / 'cache', min_frames=1)
        said.write_text(json.dumps([[o.name for o in kept], {k.name: str(v) for k, v in left.items()}]))

    each_used_or_named(inside([('all', load)], seconds=10 * SECONDS, megabytes=2 * MEGABYTES), str)
    kept, left = json.loads(said.read_text())
    assert sorted([*kept, *left]) == [p.name for p in damaged]  # none forgotten, not even the folder called .mp4
    assert len(left) > INPUTS / 3 and all(left.values())


def test_prepare(damaged, tmp_path):
    def run():
        return prepare_dataset(
            damaged[0].parent, tmp_path / 'out', size=24, per_shard=9, workers=2, progress=False, valid_pct=0
        )

    each_used_or_named(inside([('all', run)], seconds=10 * SECONDS, megabytes=2 * MEGABYTES), str)
    idx = json.loads((tmp_path / 'out' / 'index.json').read_text())
    assert sorted([*idx['clips']['name'], *idx['left_out']]) == [p.name for p in damaged]
    assert len(idx['left_out']) > INPUTS / 3 and all(
        k in (tmp_path / 'out' / 'left_out.txt').read_text() for k in idx['left_out']
    )


def test_animate(damaged, small, sound_ones, tmp_path):
    "Each as a driving frame and each as a source: a whole video, or a message with the file's name and no video"
    for s in ('mp4', 'png'):
        (tmp_path / f'good.{s}').write_bytes(sound_ones[s])

    def go(src, drv, i):
        animate_files(small, src, drv, tmp_path / 'out' / f'{i}.mp4', n_sources=2)

    out = inside(
        [(f'{p.name} drives', lambda p=p, i=i: go(tmp_path / 'good.png', p, f'd{i}')) for i, p in enumerate(damaged)]
        + [
            (f'{p.name} is moved', lambda p=p, i=i: go(p, tmp_path / 'good.mp4', f's{i}'))
            for i, p in enumerate(damaged)
        ]
    )
    each_used_or_named(out, lambda name: name.split()[0])  # a good file is never blamed either
    made = sorted(o.name for o in (tmp_path / 'out').iterdir())
    assert made == sorted(
        f'{"ds"[j]}{i}.mp4'
        for i, p in enumerate(damaged)
        for j, how in enumerate(('drives', 'is moved'))
        if not out[f'{p.name} {how}'][0]
    )
    assert 0 < len(made) < 1.4 * INPUTS and all(len(read_video(tmp_path / 'out' / o)) >= 2 for o in made[:5])


def test_thirty_films_leave_no_threads(sound_ones, tmp_path):
    (tmp_path / 'a.mp4').write_bytes(sound_ones['mp4'])
    read_video(tmp_path / 'a.mp4')
    gc.disable()
    try:

        def n():
            return len(os.listdir('/proc/self/task'))

        before = n()
        for _ in range(30):
            read_video(tmp_path / 'a.mp4')
        assert n() <= before + 3, f'{n() - before} threads are left'
    finally:
        gc.enable()


# ---- damaged weights and banks


def heads(b):
    return 8 + struct.unpack('<Q', b[:8])[0]


def flipped_head(b, rng):
    n = heads(b)
    return flipped(b[:n], '', rng, rng.choice((1, 1, 2, 5))) + b[n:]


def long_head(b, rng):
    return struct.pack('<Q', rng.choice((0, 2**63, 2**31, len(b), heads(b) - 9))) + b[8:]


def renamed(b, rng):
    "Valid, with a word of the header replaced by another"
    n = heads(b)
    h = b[8:n]
    words = sorted(set(re.findall(rb'[A-Za-z_]\w+', h)))
    h = h.replace(rng.choice(words), rng.choice((b'x', *words)))
    return struct.pack('<Q', len(h)) + h + b[n:]


def other_number(b, rng):
    "Valid, but a number of the header is absurd"
    n = heads(b)
    h = b[8:n]
    at = rng.choice(list(re.finditer(rb'(?<=[ :\[,])\d+', h)))
    h = (
        h[: at.start()]
        + rng.choice((b'0', b'-3', b'7', b'1000000', b'9999999999', b'1e99', b'NaN', b'null', b'[]'))
        + h[at.end() :]
    )
    return struct.pack('<Q', len(h)) + h + b[n:]


WEIGHT_DAMAGES = (
    lambda b, rng: b[: rng.randrange(len(b))],
    lambda b, rng: flipped(b, '', rng),
    flipped_head,
    lambda b, rng: scribbled(b, '', rng),
    long_head,
    renamed,
    other_number,
    lambda b, rng: rng.choice((b'', bytes(1000), b'hello', rng.randbytes(3000))),
    flipped_head,
    other_number,
)


def with_head(path, **change):
    "A copy of the safetensors file at `path` whose metadata is changed (None: removed)"
    from safetensors import safe_open

    with safe_open(path, 'pt') as f:
        head, sd = dict(f.metadata()), {k: f.get_tensor(k) for k in f.keys()}
    out = path.with_name('-'.join([path.stem, *change, str(abs(hash(str(change))) % 10**6)]) + path.suffix)
    save_file(sd, str(out), {k: v for k, v in (head | change).items() if v is not None})
    return out


@pytest.fixture(scope='module')
def banked(small, tmp_path_factory):
    d = tmp_path_factory.mktemp('weights')
    torch.manual_seed(0)
    save_network(small, d / 'network.safetensors')
    save_eval_net(EvalKeypointDetector(5, width=4), d / 'points.safetensors')
    save_eval_net(EvalIdentityEncoder(width=4, dim=8), d / 'people.safetensors')
    SourceBank(small, torch.rand(3, 3, 32, 32)).save(d / 'bank.safetensors')
    return d


def use_bank(G, p):
    b = SourceBank.load(G, p)
    b.parts(torch.rand(2, 3, 32, 32))


LOADERS = dict(
    network=lambda G, p: load_network(p),
    points=lambda G, p: load_eval_net(p),
    people=lambda G, p: load_eval_net(p),
    bank=use_bank,
)


@pytest.mark.parametrize('kind', LOADERS)
def test_damaged_weights(kind, small, banked, tmp_path):
    whole, rng, jobs = banked / f'{kind}.safetensors', random.Random(kind), []
    b = whole.read_bytes()
    n = WEIGHTS // 2 if kind in ('points', 'people') else WEIGHTS
    for i in range(n):
        p = tmp_path / f'{i:03d}.safetensors'
        p.write_bytes(WEIGHT_DAMAGES[i % len(WEIGHT_DAMAGES)](b, rng))
        jobs.append(p)
    (tmp_path / 'folder.safetensors').mkdir()
    jobs += [
        tmp_path / 'folder.safetensors',
        tmp_path / 'gone.safetensors',
        *(banked / f'{o}.safetensors' for o in LOADERS),
    ]
    out = inside([(str(p), lambda p=p: LOADERS[kind](small, p)) for p in jobs])
    each_used_or_named(out)
    assert not out[str(whole)][0] and sum(bool(v[0]) for v in out.values()) > n / 2


def test_headers_that_promise_too_much(small, banked):
    "Valid files whose configuration asks for a network of a terabyte, or for one that takes forever to build"
    cfg, net, jobs = asdict(small.cfg), banked / 'network.safetensors', []
    for k in ('size', 'K', 'width', 'down', 'blocks', 'cp', 'ca', 'bg_width'):
        for v in (10**6, 10**12, 0, -1, '8', None, [1]):
            jobs.append(with_head(net, cfg=json.dumps(dict(cfg, **{k: v}))))
    jobs += [with_head(net, cfg=o) for o in ('', '[]', '3', 'null', '{"K":', '[' * 3000)]
    jobs += [with_head(net, format=o) for o in ('x', None, '', '99')] + [with_head(net, kind=None)]
    jobs += [with_head(net, extra=o) for o in ('{"a":1}', '[1]', 'x')]
    out = inside([(str(p), lambda p=p: load_network(p)) for p in jobs], seconds=8)
    each_used_or_named(out)
    assert sum(bool(v[0]) for v in out.values()) > len(jobs) * 0.8
    pts = banked / 'points.safetensors'
    args = [
        dict(J=10**12, width=4),
        dict(J=5, width=10**6),
        dict(J=5, width=0),
        dict(J='x'),
        dict(colour=1),
        [1],
        None,
        3,
    ]
    jobs = (
        [with_head(pts, args=json.dumps(o)) for o in args]
        + [with_head(pts, args=o) for o in ('{', None)]
        + [with_head(pts, kind=None)]
    )
    out = inside([(str(p), lambda p=p: load_eval_net(p)) for p in jobs], seconds=8)
    each_used_or_named(out)
    assert all(v[0] for v in out.values())
    bank = banked / 'bank.safetensors'
    jobs = [with_head(bank, network=o) for o in (None, '', '1')] + [with_head(bank, kind=None)]
    out = inside([(str(p), lambda p=p: SourceBank.load(small, p)) for p in jobs])
    each_used_or_named(out)
    assert all(v[0] for v in out.values())


def test_banks_whose_tensors_do_not_fit(small, banked):
    from safetensors import safe_open

    with safe_open(banked / 'bank.safetensors', 'pt') as f:
        head, t = f.metadata(), {k: f.get_tensor(k) for k in f.keys()}
    jobs = []
    for k in t:
        for j, v in enumerate(
            (None, t[k][:0], t[k][..., :-1].contiguous(), t[k][0].contiguous(), torch.cat([t[k], t[k]], 1))
        ):
            if k == 'frames' and j == 4:
                continue  # 6 channels are covered by the others
            p = banked / f'bank_{k}_{j}.safetensors'
            save_file({a: b for a, b in (t | {k: v}).items() if b is not None}, str(p), head)
            jobs.append(p)
    out = inside([(str(p), lambda p=p: use_bank(small, p)) for p in jobs])
    each_used_or_named(out)
    assert all(v[0] for v in out.values()), [k for k, v in out.items() if not v[0]]


# ---- kill -9


def parts_in(d):
    return [o for o in os.listdir(d) if o.startswith('.') or o.endswith('.part')] if d.exists() else []


def sizes(d):
    with contextlib.suppress(OSError):
        return {o.name: o.stat().st_size for o in os.scandir(d)}


def visible(d):
    return [o for o in d.iterdir() if o.name not in parts_in(d)] if d.exists() else []


def whole_or_absent(p):
    "Raises when the file that stands at `p` is not a whole one of its kind"
    if p.suffix == '.pt':
        assert torch.load(p, weights_only=True)['model']
    elif p.suffix == '.safetensors':
        load_network(p)
    elif p.suffix == '.json':
        json.loads(p.read_text())
    elif p.suffix == '.jsonl':
        [json.loads(o) for o in p.read_text().splitlines()]
    elif p.suffix == '.png':
        with Image.open(p) as im:
            im.load()
    else:
        assert len(read_video(p)) == FRAMES, p


def killed_again_and_again(go, out, kills, longest, seed):
    """Kill `go` at random moments, every second time in the middle of writing a file; returns how often it was
    hit while it was at work
    """
    rng, hit = random.Random(seed), 0
    for i in range(kills):
        was, pid = sizes(out), child(go)
        end = time.time() + rng.uniform(0, 0.8 * longest)
        writing = rng.randint(1, 4)
        while time.time() < end or i % 2:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            if i % 2 and (now := sizes(out)) != was:
                was, writing = now, writing - 1
                if not writing:
                    break
            time.sleep(0.001)
        os.kill(pid, signal.SIGKILL)
        hit += ended(pid) == -signal.SIGKILL
        for p in visible(out):
            whole_or_absent(p)
    assert ended(child(go)) == 0
    for p in visible(out):
        whole_or_absent(p)
    return hit


def test_training_is_killed(tmp_path):
    minutes = 0.04 * (1 if not LONG else 2)

    def go():
        torch.set_num_threads(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        run_training(
            'faces',
            tmp_path / 'out',
            Recipe(gan=None),
            minutes=minutes,
            clock='cpu',
            n_test_pairs=2,
            cfg_overrides=dict(width=8, appearance_dim=32, pose_dim=24, bg_width=4, num_res_blocks=1),
        )

    assert killed_again_and_again(go, tmp_path / 'out', KILLS, 6, seed=1) >= KILLS / 2
    assert {o.name for o in visible(tmp_path / 'out')} >= {
        'model.safetensors',
        'state.pt',
        'log.jsonl',
        'samples.png',
        'result.json',
    }


FRAMES = 90


def test_animating_is_killed(small, tmp_path):
    write_video(tmp_path / 'drv.mp4', some_film(FRAMES, 48, 48), 25, audio_from=wav(tmp_path / 'a.wav', 3))
    out = tmp_path / 'out'

    def go():
        return animate_files(
            small,
            tmp_path / 'drv.mp4',
            tmp_path / 'drv.mp4',
            out / 'a.mp4',
            side_by_side_path=out / 'side.mp4',
            attention_path=out / 'fig.png',
            n_sources=2,
        )

    t = time.time()
    assert ended(child(go)) == 0
    t = time.time() - t
    want = read_video(out / 'a.mp4')
    shutil.rmtree(out)
    assert killed_again_and_again(go, out, KILLS, t, seed=2) >= KILLS / 2
    assert {o.name for o in visible(out)} == {'a.mp4', 'side.mp4', 'fig.png'}
    got = read_video(out / 'a.mp4')
    assert (got.float() - want.float()).abs().mean() < 0.01 and got.audio


# ---- a full disk


def noise():
    torch.manual_seed(0)
    return torch.rand(6, 3, 64, 64)


class _Kept(SaveCheckpoint):
    "A SaveState whose state is a tensor"

    def state(self):
        return dict(model=torch.rand(5000), iter=3)


def drawing():
    fig, ax = plt.subplots()
    ax.imshow(noise()[0].movedim(0, -1))
    return fig


WRITERS = dict(
    write_clip_mp4=('a.mp4', lambda p, G: write_video(p, noise(), 25)),
    write_clip_gif=('a.gif', lambda p, G: write_video(p, noise(), 25)),
    write_sound=('b.mp4', lambda p, G: write_video(p, noise(), 25, audio_from=p.parents[1] / 'a.wav')),
    save_network=('a.safetensors', lambda p, G: save_network(G, p)),
    save_eval_net=('j.safetensors', lambda p, G: save_eval_net(EvalKeypointDetector(5, width=4), p)),
    save_bank=('bank.safetensors', lambda p, G: SourceBank(G, torch.rand(3, 3, 32, 32)).save(p)),
    save_figure=('a.png', lambda p, G: save_figure(drawing(), p)),
    write_csv_row=(
        'l.csv',
        lambda p, G: write_csv_row(p, dict(name='run', **{f'c{i}': i * math.pi for i in range(300)})),
    ),
    cached_clip=('cache', lambda p, G: cached_clip(p.parents[1] / 'a.mp4', 64, p.parent)),
)


@pytest.mark.parametrize('name', WRITERS)
def test_full_disk(name, small, sound_ones, tmp_path):
    "The operating system refuses to let a file grow: what a full disk does, for one process"
    file, f = WRITERS[name]
    out = tmp_path / 'out'
    out.mkdir()
    p = out / file
    for s in ('wav', 'mp4'):
        (tmp_path / f'a.{s}').write_bytes(sound_ones[s])
    if name != 'cached_clip':
        p.write_bytes(b'' if name == 'write_csv_row' else b'old')
    if name == 'write_csv_row':
        p.write_text('name,c0\nold,1\n')
    was = {o.name: o.read_bytes() for o in out.iterdir()}
    ((kind, words),) = inside([(name, lambda: f(p, small))], limit=(resource.RLIMIT_FSIZE, (2000, 2000))).values()
    assert 'the disk is full' in words and str(p if name != 'cached_clip' else out) in words, f'{kind}: {words}'
    assert {o.name: o.read_bytes() for o in out.iterdir()} == was, 'the old file is gone, or half a new one is there'
    ((kind, words),) = inside([(name, lambda: f(p, small))]).values()
    assert not kind, words  # with room, the same call does it
    assert len([*out.iterdir()]) == 1 and all(o.stat().st_size > 2000 for o in out.iterdir())


def test_full_disk_does_not_end_a_training(tmp_path):
    p = tmp_path / 'state.pt'
    _Kept(p).write()
    was = p.read_bytes()

    def write():
        import warnings

        with warnings.catch_warnings(record=True) as ws:
            warnings.simplefilter('always')
            _Kept(p).write()
        raise ValueError(' '.join(str(o.message) for o in ws))

    ((kind, words),) = inside([('state', write)], limit=(resource.RLIMIT_FSIZE, (2000, 2000))).values()
    assert 'could not be kept' in words and 'the disk is full' in words and str(p) in words, words
    assert p.read_bytes() == was and len([*tmp_path.iterdir()]) == 1


# ---- nothing of a user's file is run, and nobody else is let in

UNSAFE = {'pickle', 'cPickle', 'dill', 'cloudpickle', 'joblib', 'shelve', 'marshal', 'jsonpickle'}


def unsafe(source, file):
    "Lines of a module that would unpickle"
    out = []
    for o in ast.walk(ast.parse(source)):
        if isinstance(o, ast.Import):
            bad = UNSAFE & {a.name.split('.')[0] for a in o.names}
        elif isinstance(o, ast.ImportFrom):
            bad = UNSAFE & {(o.module or '').split('.')[0]} or {a.name for a in o.names} & {
                'load_learner',
                'read_pickle',
            }
        elif isinstance(o, ast.Call):
            name, kw = ast.unparse(o.func), {k.arg: ast.unparse(k.value) for k in o.keywords}
            bad = (
                (name in ('torch.load', 'torch.hub.load_state_dict_from_url') and kw.get('weights_only') != 'True')
                or kw.get('allow_pickle', 'False') != 'False'
                or kw.get('weights_only', 'True') != 'True'
                or name.split('.')[-1] in ('load_learner', 'read_pickle')
            )
        else:
            continue
        if bad:
            out.append(f'{file}:{o.lineno}: {ast.unparse(o)[:120]}')
    return out


def test_no_pickle_is_ever_loaded():
    found = [
        o for p in sorted((ROOT / 'pose_attn').rglob('*.py')) for o in unsafe(p.read_text(encoding='utf-8'), p.name)
    ]
    assert not found, '\n'.join(found)
    for bad in (
        'import pickle',
        'from pickle import load',
        'torch.load(p)',
        'torch.load(p, weights_only=False)',
        'np.load(p, allow_pickle=True)',
        'pd.read_pickle(p)',
        'from fastai.learner import load_learner',
    ):
        assert unsafe(bad, 'x'), bad
    assert not unsafe("torch.load(p, map_location='cpu', weights_only=True); np.load(p); json.load(f)", 'x')


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_pickle_with_a_bomb_does_not_go_off(small, tmp_path):
    import pickle
    from pose_attn.losses import vgg19_features

    mine = str(tmp_path / 'BOOM')
    bomb = pickle.dumps(dict(model=Bomb(mine)))
    for s in ('pt', 'pth', 'pkl', 'safetensors', 'npy', 'mp4'):
        (tmp_path / f'bomb.{s}').write_bytes(bomb)
    torch.save(dict(model=Bomb(mine)), tmp_path / 'zip.pt')
    np.save(tmp_path / 'object.npy', np.array([Bomb(mine)], dtype=object), allow_pickle=True)
    from pose_attn.data.clips import map_frames

    for s in ('bomb.pt', 'zip.pt', 'bomb.pth', 'bomb.pkl', 'bomb.safetensors', 'object.npy', 'bomb.npy', 'bomb.mp4'):
        for f in (
            load_network,
            load_eval_net,
            lambda p: SourceBank.load(small, p),
            lambda p: SaveCheckpoint(p).read(),
            vgg19_features,
            read_video,
            map_frames,
        ):
            with contextlib.suppress(Exception):
                f(tmp_path / s)
            assert not Path(mine).exists(), f'{s} went off'
    pickle.loads(bomb)
    assert Path(mine).exists()  # the bomb is a real one


def lab_command():
    return subprocess.run(
        ['make', '--no-print-directory', '-n', 'lab'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {'MAKEFLAGS': ''},
    ).stdout.splitlines()[-1]


@pytest.mark.skipif(not shutil.which('make'), reason='needs make')
def test_the_lab_is_for_this_machine_and_asks_for_its_token():
    line = lab_command()
    assert 'jupyter lab' in line and re.search(r'--(ServerApp\.)?ip=127\.0\.0\.1( |$)', line), line
    for p in (ROOT / 'Makefile', *sorted((ROOT / 'tools').rglob('*.*'))):
        if not p.is_file() or p.suffix not in ('', '.sh', '.py', '.json', '.yml'):
            continue
        bad = r'\.(token|password|hashed_password)\s*=|NotebookApp|0\.0\.0\.0|allow_origin|allow_remote_access|disable_check_xsrf|allow_unauthenticated'
        assert not re.search(bad, p.read_text(encoding='utf-8')), p


@pytest.mark.skipif(not (LONG and shutil.which('make')), reason='the long version: starts JupyterLab')
def test_the_lab_really_asks(tmp_path):
    import socket
    import urllib.error
    import urllib.request

    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    cmd = lab_command().replace(' index.ipynb', f' --no-browser --port={port} --ServerApp.port_retries=0 index.ipynb')
    log = (tmp_path / 'log').open('wb')
    env = os.environ | dict(
        JUPYTER_CONFIG_DIR=str(tmp_path / 'c'),
        JUPYTER_RUNTIME_DIR=str(tmp_path / 'r'),
        JUPYTER_DATA_DIR=str(tmp_path / 'd'),
    )
    env.pop('JUPYTER_TOKEN', None)
    p = subprocess.Popen(cmd, shell=True, cwd=ROOT, stdout=log, stderr=log, env=env, start_new_session=True)
    try:
        end, said = time.time() + 60, ''
        while time.time() < end and 'token=' not in said:
            time.sleep(0.3)
            said = (tmp_path / 'log').read_text()
        token = re.search(r'token=([0-9a-f]{20,})', said)[1]

        def get(more=''):
            return urllib.request.urlopen(f'http://127.0.0.1:{port}/api/contents{more}', timeout=10).status

        with pytest.raises(urllib.error.HTTPError, match='403'):
            get()
        assert get(f'?token={token}') == 200
        listening = [
            o.split()[1]
            for f in ('tcp', 'tcp6')
            for o in Path(f'/proc/net/{f}').read_text().splitlines()[1:]
            if o.split()[3] == '0A'
        ]
        assert [o for o in listening if o.endswith(f':{port:04X}')] == [
            f'0100007F:{port:04X}'
        ]  # 127.0.0.1, and nowhere else
    finally:
        os.killpg(p.pid, signal.SIGTERM)
        p.wait(30)
        log.close()

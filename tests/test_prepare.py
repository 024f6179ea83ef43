"""A preparation that is killed at any moment, or meets a full disk, leaves every file whole or absent, and the
same call completes it
"""

import json
import os
import random
import signal
import time
from pathlib import Path
import numpy as np
import pytest
import torch
from children import child, ended
from pose_attn.data.video import write_video
from tfrecord.writer import TFRecordWriter
from pose_attn.data.prepare import NoSpace, Prepared, prepare_dataset

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, 'fork'), reason='kills children that are forked from this process'),
]
N, T = 20, 12


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    "Videos of ten people, two each, and two damaged ones among them"
    root = tmp_path_factory.mktemp('videos')
    torch.manual_seed(0)
    x = torch.nn.functional.avg_pool2d(torch.rand(T, 3, 48, 48), 9, 1, 4)
    for i in range(N):
        write_video(root / f'p{i % 10:02d}' / f'{i}.mp4', x.roll(i, -1), 25)
    (root / 'p03' / 'broken.mp4').write_bytes(b'hello')
    (root / 'p04' / 'half.mp4').write_bytes((root / 'p04' / '4.mp4').read_bytes()[:1500])
    return root


KW = dict(size=32, per_shard=3, workers=2, progress=False)


@pytest.fixture(scope='module')
def whole(videos, tmp_path_factory):
    out = tmp_path_factory.mktemp('whole')
    prepare_dataset(videos, out, **KW)
    return out


def content(out):
    return {o.relative_to(out).as_posix(): o.read_bytes() for o in out.rglob('*') if o.is_file()}


def visible(d):
    return {k: v for k, v in d.items() if not Path(k).name.startswith('.')}


def test_both_damaged_videos_are_named(whole):
    left = json.loads((whole / 'index.json').read_text())['left_out']
    assert set(left) == {'p03/broken.mp4', 'p04/half.mp4'}, left


def test_killed_at_random_moments(videos, whole, tmp_path):
    want, rng, out, kills, seen, t = content(whole), random.Random(1), tmp_path / 'out', 0, set(), time.time()
    patience = 0.1
    while time.time() - t < 25 and not (kills >= 12 and len(seen) >= 3):

        def done():
            return (
                len([o for o in os.listdir(out / 'shards') if not o.startswith('.')])
                if (out / 'shards').exists()
                else 0
            )

        before, more, patience = (
            done(),
            rng.randint(0, 2),
            patience * 1.25,
        )  # later and later, so that it comes to an end on a slow machine, too
        pid = child(lambda: prepare_dataset(videos, out, **KW))
        end = time.time() + rng.uniform(0, patience)
        while time.time() < end or (
            kills % 2 and done() <= before + more and time.time() < end + 3
        ):  # every second time just after a file has come into being
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        rc = ended(pid)
        kills += rc == -signal.SIGKILL
        got = visible(content(out)) if out.exists() else {}
        for k, v in got.items():
            assert v == want[k], f'{k} is neither whole nor absent'  # every byte as of a run that was not killed
        seen.add(sum(k.endswith('.npy') for k in got))
        assert 'index.json' not in got or set(got) == set(want), 'an index of a folder that is not complete'
        if rc == 0:
            out, patience = out.with_name(out.name + '+'), 0.1  # completed: begin anew
    assert kills >= 4 and len(seen) >= 3, (kills, seen)  # it was hit in the middle, again and again
    prepare_dataset(videos, out, **KW)
    assert content(out) == want, 'completed, but other than a run that was not killed'  # no leavings either


def test_two_at_once_do_not_meet(videos, tmp_path):
    out = tmp_path / 'out'
    pid = child(lambda: prepare_dataset(videos, out, **KW))
    while not (out / 'prepare.json').exists():
        time.sleep(0.002)
    try:
        os.kill(pid, signal.SIGSTOP)  # still at work, though slowly
        if (out / 'index.json').exists():
            pytest.skip('it was too fast to be met')
        with pytest.raises(ValueError, match='another preparation is running'):
            prepare_dataset(videos, out, **KW)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert ended(pid) == 0 and len(Prepared(out)) == N


def test_full_disk(videos, whole, tmp_path):
    "The operating system refuses to let a file grow: what a full disk does, for this one process"
    import resource

    out = tmp_path / 'out'

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            prepare_dataset(videos, out, **KW)
        except NoSpace as e:
            (tmp_path / 'said.txt').write_text(str(e))
            os._exit(3)

    assert ended(child(small)) == 3
    assert (
        'the disk is full' in (said := (tmp_path / 'said.txt').read_text())
        and str(out) in said
        and 'same command again' in said
    ), said
    left, want = content(out), content(whole)
    assert all(left[k] == want[k] for k in left) and 'index.json' not in left, sorted(
        left
    )  # nothing half-written, nothing hidden
    with pytest.raises(ValueError, match='not finished'):
        Prepared(out)
    prepare_dataset(videos, out, **KW)
    assert content(out) == want


def test_damaged_inputs_end_soon_and_are_named(tmp_path):
    """Fifty videos, gifs, pictures and record files, each spoiled at random: it ends, in bounded memory, with
    each one used or named
    """
    import resource

    rng, root = random.Random(0), tmp_path / 'in'
    root.mkdir()
    torch.manual_seed(0)
    x = torch.rand(8, 3, 64, 64)
    write_video(tmp_path / 'a.mp4', x, 25)
    write_video(tmp_path / 'a.gif', x, 25)
    raws = {s: (tmp_path / f'a.{s}').read_bytes() for s in ('mp4', 'gif')}
    for i in range(50):
        s = ('mp4', 'gif')[i % 2]
        b = bytearray(raws[s])
        for _ in range(rng.randint(1, 12)):
            b[rng.randrange(len(b))] = rng.randrange(256)
        if i % 5 == 0:
            b = b[: rng.randrange(len(b))]
        (root / f'{i:02d}.{s}').write_bytes(b)
    t = time.time()
    idx = prepare_dataset(root, tmp_path / 'out', size=32, workers=2, progress=False, valid_pct=0)
    assert time.time() - t < 30
    assert len(idx['clips']['name']) + len(idx['left_out']) == 50 and len(idx['left_out']) > 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 * 2**20  # kilobytes: 3 GB with torch and all
    values = (
        ('image_main/encoded', ([bytes(12288)], 'byte')),
        ('action', ([0.0] * 4, 'float')),
        ('endeffector_pos', ([0.0] * 3, 'float')),
    )
    rec = tmp_path / 'bair' / 'train'
    rec.mkdir(parents=True)
    writer = TFRecordWriter(str(rec / 'a.tfrecords'))
    for _ in range(4):
        writer.write({f'{t}/{k}': v for t in range(3) for k, v in values})
    writer.close()
    raw = (rec / 'a.tfrecords').read_bytes()
    for i in range(30):
        b = bytearray(raw)
        b[rng.randrange(len(b))] ^= 1 << rng.randrange(8)
        (rec / f'b{i:02d}.tfrecords').write_bytes(b)
    idx = prepare_dataset(tmp_path / 'bair', tmp_path / 'bout', size=64, workers=2, progress=False)
    per = {f'train/b{i:02d}.tfrecords': 0 for i in range(30)}
    for k in idx['left_out']:
        per[k.split(',')[0]] += 1
    assert all(per.values()), [k for k, v in per.items() if not v]  # one flipped bit anywhere is noticed in every file

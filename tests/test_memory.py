"A long video takes no more memory than a short one; ten minutes beside two with POSE_ATTN_LONG=1"

import os
import resource
import sys

import av
import numpy as np
import pytest
import torch
from children import child, ended
from pose_attn.animate import SourceBank, animate_files
from pose_attn.core import preset
from pose_attn.data.video import write_video
from pose_attn.model.reassembler import Reassembler
from pose_attn.model.weights import load_pretrained

LONG = os.environ.get('POSE_ATTN_LONG', '') not in ('', '0')
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not sys.platform.startswith('linux'), reason='measures forked children'),
]


def long_video(path, seconds):
    "640x480, 30 frames a second, with sound"
    torch.manual_seed(0)
    x = torch.nn.functional.interpolate(torch.rand(30, 3, 12, 16), (480, 640)).mul(255).byte().movedim(1, -1)
    with av.open(str(path), 'w') as c:
        v = c.add_stream('libx264', rate=30, options=dict(preset='ultrafast'))
        v.width, v.height, v.pix_fmt = 640, 480, 'yuv420p'
        a = c.add_stream('aac', rate=16000, layout='mono')
        for i in range(seconds * 30):
            c.mux(v.encode(av.VideoFrame.from_ndarray(x[i // 10 % 30].contiguous().numpy(), format='rgb24')))
            if i % 30 == 0:
                f = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format='fltp', layout='mono')
                f.sample_rate, f.pts = 16000, i // 30 * 16000
                c.mux(a.encode(f))
        for s in (v, a):
            c.mux(s.encode(None))
    return path


def megabytes(G, source, driving, out):
    "What an animation takes above the network that has run once"
    r, w = os.pipe()

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def go():
        s = G.cfg.size
        SourceBank(G, torch.rand(2, 3, s, s)).parts(torch.rand(4, 3, s, s))
        start = peak()
        animate_files(G, source, driving, out / 'o.mp4', side_by_side_path=out / 'side.mp4')
        os.write(w, str(peak() - start).encode())

    assert ended(child(go)) == 0
    os.close(w)
    with os.fdopen(r) as f:
        return int(f.read())


@pytest.mark.parametrize('role', ['drives', 'is moved'])
def test_memory_does_not_grow_with_the_video(role, tmp_path):
    "With side by side and sound, at most 700 MB, and five times the length hardly more"
    torch.manual_seed(0)
    cfg = preset('tiny', size=32, width=8, appearance_dim=32, pose_dim=24, bg_width=4, num_res_blocks=1)
    G = Reassembler(cfg).eval()
    short = write_video(tmp_path / 'short.mp4', torch.rand(20, 3, 48, 48), 25)
    peaks = []
    for seconds in (120, 600) if LONG else (10, 50):
        film = long_video(tmp_path / f'{seconds}.mp4', seconds)
        pair = (short, film) if role == 'drives' else (film, short)
        peaks.append(megabytes(G, *pair, tmp_path))
    assert max(peaks) <= 700 and peaks[1] <= peaks[0] + 100, peaks


def test_memory_of_the_shipped_people(tmp_path):
    "At 256x256, with relative motion and the best start frame, side by side and sound"
    G = load_pretrained('people').eval()
    source = write_video(tmp_path / 'source.mp4', torch.rand(20, 3, 48, 48), 25)
    film = long_video(tmp_path / 'film.mp4', 100 if LONG else 12)
    assert megabytes(G, source, film, tmp_path) <= 500

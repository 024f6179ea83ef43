"""Grade weights on real talking-head clips that are in nobody's training: errors, landmarks, identity, expression.

    python tools/real_clips.py CLIPS people            # a folder of videos; weights by name or file
    python tools/real_clips.py CLIPS people runs/my/model.safetensors --out real.txt --sheet sheet.png

Self: two sources of the clip (frames 0 and T/2), every sixteenth frame from the seventh on drives; errors are shares of
what showing the first source scores. Cross: every clip drives every other one, from the same two sources, every tenth
frame. Following: correlation, over all frames of all videos, of the change of a measure in the result with its change
in the driving video, each taken from its video's mean. Landmarks by MediaPipe, identity by dlib (lesson 52 says
what to install); the measures are shares of the distance between the outer corners of the eyes."""

import argparse
import shlex
from pathlib import Path

import pandas as pd
import torch
import torchvision.transforms.functional as TF
from torchvision.utils import save_image

from pose_attn.animate import SourceBank, animate
from pose_attn.data.items import VIDEO_EXTS
from pose_attn.data.video import read_video
from pose_attn.eval.detectors import get_detector
from pose_attn.files import atomic_write
from pose_attn.model.weights import load_pretrained

# Landmarks of MediaPipe's face mesh: pairs whose distance is measured
EYES = (33, 263)
PAIRS = dict(mouth=[(13, 14)], smile=[(61, 291)], blink=[(159, 145), (386, 374)], brow=[(105, 159), (334, 386)])
NOSE, CHEEKS = 1, (234, 454)


def measures(kp):
    "What expression and yaw are, from landmarks `(b 468 2)`: `(b 5)`"

    def far(a, b):
        return (kp[:, a] - kp[:, b]).norm(dim=-1)

    eyes = far(*EYES)
    left, right = (far(NOSE, o) for o in CHEEKS)
    return torch.stack([sum(far(*o) for o in v) / eyes for v in PAIRS.values()] + [(left - right) / (left + right)], 1)


def following(driver, result):
    "Correlation of each measure over all frames, from lists with the measures `(b 5)` of each video"
    X, Y = (torch.cat([m - m.mean(0) for m in o]) for o in (driver, result))
    return dict(zip([*PAIRS, 'yaw'], ((X * Y).sum(0) / (X.norm(dim=0) * Y.norm(dim=0))).tolist()))


def self_row(G, clips, mesh, dlib):
    "Self-reconstruction of all clips, with absolute keypoints: a dictionary of figures"
    error, copy = 0, 0
    akd, akd_copy, identity, shares, driver, result = [], [], [], [], [], []
    for x in clips:
        sources, d = x[[0, len(x) // 2]], x[7::16]
        g = animate(SourceBank(G, sources), d, relative=False)
        still = sources[:1].expand_as(d)
        e, c = ((o - d).abs().mean().item() for o in (g, still))
        error, copy, shares = error + e, copy + c, shares + [e / c]
        (kd, fd), (kg, fg), (ks, fs) = (mesh.detect(o) for o in (d, g, still))
        ok = (fd & fg & fs).all(1)
        driver, result = driver + [measures(kd[ok])], result + [measures(kg[ok])]
        akd += (kg - kd)[ok].norm(dim=-1).mean(1).tolist()
        akd_copy += (ks - kd)[ok].norm(dim=-1).mean(1).tolist()
        (es, found), (eg, ok) = dlib.embed(sources[:1]), dlib.embed(g)
        identity += (eg[ok] - es).norm(dim=1).tolist() if found.all() else []
    row = dict(
        error=error / copy, worst_clip=max(shares), akd=sum(akd) / sum(akd_copy), identity=sum(identity) / len(identity)
    )
    return row | following(driver, result)


def cross_row(G, clips, mesh, dlib, kw):
    "Every clip drives every other one: a dictionary of figures, and by pair a driving frame and its result"
    driver, result, identity, seen, tiles = [], [], [], [], {}
    landmarks = [mesh.detect(x[::10]) for x in clips]
    for b, subject in enumerate(clips):
        bank = SourceBank(G, subject[[0, len(subject) // 2]])
        own = dlib.embed(subject[:1])[0]
        for a, x in enumerate(clips):
            if a == b:
                continue
            d = x[::10]
            g = animate(bank, d, **kw)
            (kd, fd), (kg, fg) = landmarks[a], mesh.detect(g)
            fd, fg = fd.all(1), fg.all(1)
            seen += fg[fd].tolist()
            if (fd & fg).sum() > 2:
                driver, result = driver + [measures(kd[fd & fg])], result + [measures(kg[fd & fg])]
            e, ok = dlib.embed(g)
            identity += (e[ok] - own).norm(dim=1).tolist()
            tiles[a, b] = d[len(d) // 3], g[len(d) // 3]
    row = dict(identity=sum(identity) / len(identity), face_found=sum(seen) / len(seen))
    return row | following(driver, result), tiles


def sheet(path, clips, tiles, side=96):
    "One row for each driving clip: a driving frame, then every subject moved by it"

    def small(o):
        return TF.resize(o, [side, side], antialias=True)

    n = range(len(clips))
    first = [torch.ones_like(clips[0][0])] + [x[0] for x in clips]
    rows = [
        [next(tiles[a, b][0] for b in n if b != a)]
        + [tiles[a, b][1] if a != b else torch.ones_like(clips[0][0]) for b in n]
        for a in n
    ]
    save_image(torch.cat([torch.cat([small(o) for o in r], -1) for r in [first, *rows]], -2), path)


def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('clips', type=Path, help='folder of videos, one person each')
    p.add_argument('weights', nargs='+', help='names of shipped weights, or files')
    p.add_argument('--absolute', action='store_true', help='absolute keypoints, whatever the weights say')
    p.add_argument('--out', type=Path, help='text file for the tables')
    p.add_argument('--sheet', type=Path, help='png of all cross pairs, of the last weights')
    a = p.parse_args()
    files = sorted(o for o in a.clips.iterdir() if o.suffix.lower() in VIDEO_EXTS)
    if len(files) < 2:
        p.error(f'{a.clips}: wanted two videos or more, found {len(files)}')
    torch.set_num_threads(1)
    mesh, dlib, kw = get_detector('mediapipe'), get_detector('dlib'), dict(relative=False) if a.absolute else {}
    selves, crosses = {}, {}
    for w in a.weights:
        G = load_pretrained(w)
        clips = [read_video(f, size=G.cfg.size).float() for f in files]
        selves[w] = self_row(G, clips, mesh, dlib)
        crosses[w], tiles = cross_row(G, clips, mesh, dlib, kw)
    command = shlex.join(['python', 'tools/real_clips.py', 'CLIPS', *a.weights, *['--absolute'] * a.absolute])
    text = (
        f'{command}   ({len(files)} clips)\n\n'
        'self: shares of copying the first source; identity: dlib; the rest: correlation with the driver\n'
        f'{pd.DataFrame(selves).T.round(3).to_string()}\n\ncross: {len(files) * (len(files) - 1)} videos; '
        'identity, how often a face is found, correlation with the driver\n'
        f'{pd.DataFrame(crosses).T.round(3).to_string()}\n'
    )
    print(text)
    if a.out:
        with atomic_write(a.out) as f:
            Path(f).write_text(text)
    if a.sheet:
        with atomic_write(a.sheet) as f:
            sheet(f, clips, tiles)


if __name__ == '__main__':
    main()

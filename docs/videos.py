"""The gallery: videos made while the site is built, by the shipped weights and the library's own functions,
with people of no training
"""

import torch
import torch.nn.functional as F
from pose_attn.animate import SourceBank, animate, animate_batches, attention, place_of, strip
from pose_attn.data.video import write_video
from pose_attn.data.worlds import get_world
from pose_attn.model.weights import load_pretrained
from pose_attn.viz import draw_keypoints, overlay, side_by_side, to_png
from pose_attn.widgets.keypoints import soft_maps
from pose_attn.widgets.puppet import flip_permutation, generate_from_keypoints, interpolate_keypoints, mirror_keypoints


def cast(world, n, T, seed='site'):
    "People `(n I)` of a seed of their own, motions `(n T P)`"
    return world.identities(n, seed), world.motions(n, T, seed)


class Gallery:
    "Each method makes one video: (frames `(T 3 H W)`, title, text)"

    def __init__(self, T=40):
        self.G, self.T = load_pretrained('faces'), T
        self.world = get_world('faces', self.G.cfg.size)
        self.ident, self.pose = cast(self.world, 6, T)

    def clip(self, i, j=None):
        "Person `i`, moved as person `j` (as himself if None)"
        j = i if j is None else j
        return self.world.render(self.ident[i : i + 1], self.pose[j : j + 1])[0]

    def bank(self, i, n=8):
        return SourceBank(self.G, self.clip(i)[:: max(1, self.T // n)][:n])

    def cross_identity(self, a, b):
        bank = self.bank(b)
        source = bank.frames[:1].expand(self.T, -1, -1, -1)
        frames = side_by_side([source, self.clip(a), animate(bank, self.clip(a)), self.clip(b, a)])
        return (
            frames,
            f'Moved by another person, {a // 2 + 1}',
            'One source frame; the driving video; the result, from eight source frames; the exact ground truth, which the network never sees.',
        )

    def parts(self):
        bank, driving = self.bank(1), self.clip(0)
        rows = [strip(bank, d, g) for d, g in zip(driving.split(16), animate_batches(bank, driving))]
        return (
            torch.cat(rows),
            'The terms of Eq. 3',
            'Two sources; the driving video with its learned keypoints; the result; the mask m; the background B.',
        )

    def sources(self):
        d = self.clip(2)
        return (
            side_by_side([d, *(animate(self.bank(3, n), d) for n in (1, 2, 8)), self.clip(3, 2)]),
            'More sources',
            'The driving video; the result from one, two and eight source frames; the ground truth. What no source shows must be invented.',
        )

    def attention(self):
        driving, bank, frames, h = self.clip(0), self.bank(1, 4), [], self.G.cfg.feature_size
        for d, p in zip(driving, soft_maps(self.G, driving)[0]):
            a = attention(bank, d)[place_of(p[0], h, h)]
            heat = [overlay(f, o, top=a.max()) for f, o in zip(bank.frames, a)]
            frames.append(torch.cat([draw_keypoints(d, p[:1], 2), *heat], -1))
        return (
            torch.stack(frames),
            'Where one position takes from',
            'The position under the keypoint, followed through the video, and its attention over every position of four sources.',
        )

    def puppet(self):
        start = soft_maps(self.G, self.clip(0)[:1])[0][0]
        mirrored = mirror_keypoints(start, flip_permutation(self.G, self.clip(1)[::8]))
        there = interpolate_keypoints(start, mirrored, self.T // 2)
        kps, bank = torch.cat([there, there.flip(0)]), self.bank(1)
        g = torch.cat([generate_from_keypoints(bank, o).g for o in kps.split(16)])
        return (
            side_by_side([draw_keypoints(g, kps, 2), g]),
            'No driving video at all',
            'The keypoints go from a pose to its mirror image and back; the face follows. Do it yourself on [the page of the puppet](puppet.md).',
        )

    def all(self):
        "name -> video"
        pairs = {f'cross_identity{a // 2 + 1}': self.cross_identity(a, a + 1) for a in (0, 2, 4)}
        return pairs | dict(
            parts=self.parts(), sources=self.sources(), attention=self.attention(), puppet=self.puppet()
        )


END = '''Ours and five baselines side by side: [faces](results/films_faces.md), after ten minutes of training each; earlier versions on [bodies](results/films_bodies.md) \
and [arms](results/films_arms.md), after eight.

All are faces of a synthetic world, 128 by 128 pixels (`faces`), shown twice as large, of people and motions of no training. \
[The model card](pose_attn/weights/faces.md) has the numbers; `docs/videos.py` makes the videos.'''


def write(folder, page):
    "Videos and their first frames into `folder`, and the page that shows them"
    folder.mkdir(exist_ok=True)
    out = ['# Videos', '> What the shipped weights do, made anew whenever this site is built']
    for name, (x, title, text) in Gallery().all().items():
        x = F.interpolate(x.clamp(0, 1), scale_factor=2, mode='nearest')
        write_video(folder / f'{name}.mp4', x, 12)
        (folder / f'{name}.png').write_bytes(to_png(x[0]))
        size = f'width="{x.shape[-1]}" height="{x.shape[-2]}"'
        out.append(
            f'## {title}\n\n<video class="video" controls loop muted playsinline preload="metadata" {size} '
            f'poster="_static/videos/{name}.png" src="_static/videos/{name}.mp4" aria-label="{title}"></video>\n\n{text}'
        )
    page.write_text('\n\n'.join([*out, END]), encoding='utf-8')

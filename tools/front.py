"""The moving picture of the front page: three identities, each moved by another one; none was seen in training.

python tools/front.py faces              docs/images/front.webp, from the shipped weights of that name
"""

import sys
from pathlib import Path
import torch
from PIL import Image
from pose_attn.animate import SourceBank, animate
from pose_attn.data.worlds import get_world
from pose_attn.files import atomic_write
from pose_attn.model.weights import load_pretrained
from pose_attn.viz import side_by_side

ROOT = Path(__file__).resolve().parents[1]


def front(G, people=3, frames=28, n_sources=4, seed='front'):
    "A video `(T 3 H W)`: one row per person; its columns are source, driving frame, result, exact ground truth"
    w, rows = get_world('faces', G.cfg.size), []
    who, moves = w.identities(2 * people, seed), w.motions(2 * people, 2 * frames, seed)
    for i in range(people):
        A, B, pose = who[2 * i : 2 * i + 1], who[2 * i + 1 : 2 * i + 2], moves[2 * i : 2 * i + 1]
        S = w.render(B, moves[2 * i + 1 : 2 * i + 2])[0][torch.linspace(0, 2 * frames - 1, n_sources).long()]
        d = w.render(A, pose)[0][::2]
        rows.append(side_by_side([S[:1].expand_as(d), d, animate(SourceBank(G, S), d), w.render(B, pose)[0][::2]]))
    x = torch.cat([p for r in rows for p in (r, r.new_ones(len(r), 3, 2, r.shape[-1]))][:-1], -2)
    return torch.cat([x, x.flip(0)[1:-1]])  # there and back, so that the loop has no jump


def write_webp(x, path, fps=10, quality=70):
    "Frames `(T 3 H W)` in [0,1] as an animated WebP that loops"
    frames = [Image.fromarray(o) for o in (x.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()]
    with atomic_write(path) as part:
        frames[0].save(
            part, 'WEBP', save_all=True, append_images=frames[1:], duration=1000 // fps, loop=0, quality=quality
        )


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = ROOT / 'docs/images/front.webp'
    write_webp(front(load_pretrained(sys.argv[1])), out)
    print(f'wrote {out.relative_to(ROOT)}, {out.stat().st_size / 1e3:.0f} kB')

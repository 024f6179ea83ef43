"The gallery: videos made while the site is built, by the shipped weights and the library's own functions, with people met in no training"
import torch, torch.nn.functional as F
from pathlib import Path
from pose_attn.animate import SourceBank, animate, animate_batches, attention, place_of, strip
from pose_attn.data.video import write_video
from pose_attn.data.worlds import get_world
from pose_attn.model.weights import load_pretrained
from pose_attn.viz import draw_keypoints, overlay, side_by_side, to_png
from pose_attn.widgets.keypoints import soft_maps
from pose_attn.widgets.puppet import from_keypoints, mirror, flip_permutation, interpolate_keypoints

def cast(world, n, T, seed='site'):
    "People `(n I)` of a seed of their own, motions `(n T P)`"
    return world.identities(n, seed),world.motions(n, T, seed)

def films(T=40):
    "name -> (frames `(T 3 H W)`, title, words)"
    world,G = get_world('faces'),load_pretrained('faces'); ident,pose = cast(world, 6, T)
    clip = lambda i,j=None: world.render(ident[i:i+1], pose[i if j is None else j:][:1])[0]; bank = lambda i,n=8: SourceBank(G, clip(i)[::max(1,T//n)][:n])
    still = lambda x: x[:1].expand(T,-1,-1,-1)
    out = {}
    for k,(a,b) in enumerate([(0,1),(2,3),(4,5)]):
        B = bank(b)
        out[f'strangers{k+1}'] = side_by_side([still(B.frames), clip(a), animate(B, clip(a)), clip(b,a)]),f'Moved by a stranger, {k+1}',\
            'One source frame; the driver; the result, from eight source frames; the exact truth, which the network never sees.'
    B = bank(1); parts = torch.cat([strip(B, d, g) for d,g in zip(clip(0).split(16), animate_batches(B, clip(0)))])
    out['parts'] = parts,'The parts of Eq. 3',\
        'Two sources; the driver with its ten learned keypoints; the result; where it paints the object (the mask); the room.'
    out['sources'] = side_by_side([clip(2), *(animate(bank(3,n), clip(2)) for n in (1,2,8)), clip(3,2)]),'More sources',\
        'The driver; the result from one, two and eight source frames; the truth. What no source shows must be invented.'
    kp = soft_maps(G, clip(0))[0]; B4 = bank(1,4); seen = []
    for d,p in zip(clip(0), kp):
        a = attention(B4, d)[place_of(p[0],16,16)]
        seen.append(torch.cat([draw_keypoints(d, p[:1], 2), *(overlay(f, o, top=a.max()) for f,o in zip(B4.frames, a))], -1))
    out['attention'] = torch.stack(seen),'Where one place takes from',\
        'The place under the point, followed through the film, and the weights that it gives to every place of four sources.'
    k0 = kp[0]; m = mirror(k0, flip_permutation(G, clip(1)[::8])); ks = torch.cat([w := interpolate_keypoints(k0, m, T//2), w.flip(0)])
    g = torch.cat([from_keypoints(B, o).g for o in ks.split(16)])
    out['puppet'] = side_by_side([draw_keypoints(g, ks, 2), g]),'No driver at all',\
        'Ten points go from a pose to its mirror and back; the face follows them. Do it yourself on [the page of the puppet](puppet.md).'
    return out

def write(folder, page):
    "Videos and their first pictures into `folder`, and the page that shows them"
    said = ['# Films', '> What the shipped weights do, made anew whenever this site is built']
    for name,(x,title,words) in films().items():
        x = F.interpolate(x.clamp(0,1), scale_factor=3, mode='nearest'); write_video(folder/f'{name}.mp4', x, 12)
        (folder/f'{name}.png').write_bytes(to_png(x[0]))
        said.append(f'## {title}\n\n<video class="film" controls loop muted playsinline preload="metadata" width="{x.shape[-1]}" height="{x.shape[-2]}" '
                    f'poster="_static/films/{name}.png" src="_static/films/{name}.mp4" aria-label="{title}"></video>\n\n{words}')
    said.append('Ours and four rivals side by side: [faces](results/films_faces.md), after two minutes of training each; [bodies](results/films_bodies.md) and [arms](results/films_arms.md), after eight.')
    said.append('All are faces of a painted world, 64 by 64 pixels, shown three times as large, of people and motions met in no training. '
                '[The card of the weights](pose_attn/weights/faces.md) has the numbers; '
                '`docs/films.py` makes the films.')
    page.write_text('\n\n'.join(said), encoding='utf-8')

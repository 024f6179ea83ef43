"""Train on what a world rendered, with keypoints held to the world's own: the eye's keypoint lies on the eye.

    python tools/train_landmarks.py faces --out runs/faces_landmarks --minutes 10        # painted while it trains

    pose_attn_prepare people data/people128 --clips 400 --size 128     # lesson 17; renders, hours
    python tools/train_landmarks.py data/people128 people --init faces_tiny --out runs/people --minutes 30

The paper's keypoints are learned without labels, and so are those of every other network here. What is small, a lip or
a lid, they hardly follow. Where frames are rendered, every landmark is known: keypoint k of the first J is drawn to
joint k of the world (mean absolute error, hidden joints a tenth). At use nothing is needed but frames. The landmarks
are computed once, from the seeds of the clips, into DATA/keypoints.npz. The same command resumes."""

import argparse
import shlex
import sys
from collections import deque
from pathlib import Path

import numpy as np
import torch
from fastai.callback.core import Callback

from pose_attn.cli import split_settings
from pose_attn.data.prepare import EVERY, Prepared, world_items
from pose_attn.data.worlds import WorldEpisodes, get_world
from pose_attn.eval.networks import canonicalize_flip_pairs, identifiable_keypoints
from pose_attn.files import atomic_write
from pose_attn.train.cross_identity import KeypointEquivariance
from pose_attn.train.recipe import RECIPE_CFG, Recipe
from pose_attn.train.run import run_training


def joints_of(world, ident, pose):
    "Joints of `world` that one frame tells apart `(n T J 3)`: x and y in [-1,1], and 1 where they can be seen"
    kp, seen = world.keypoints(ident, pose)
    joints = torch.cat([kp, seen[..., None].float()], -1)
    return canonicalize_flip_pairs(world, joints)[..., identifiable_keypoints(world), :]


def _check_same(world, ident, pose, prepared, name):
    "ValueError unless the last frame of the clip `name` is what `world` renders today"
    kept = torch.from_numpy(np.array(prepared[prepared.names.index(name)][-1:])).float() / 255
    today = world.render(ident, pose[:, -1:], prepared.size)[0]
    if (apart := (kept - today).abs().mean().item()) > 0.05:
        raise ValueError(
            f'{prepared.path}: {name} is not what the world renders today (mean difference {apart:.2f}), so its joints '
            'would lie elsewhere; render the clips anew, or compute keypoints.npz with the code that rendered them'
        )


def clip_keypoints(world, prepared):
    "Name of a clip -> its joints `(T J 3)`, see `joints_of`"
    out, w = {}, get_world(world, 64)
    lengths = dict(zip(prepared.names, prepared.frames.tolist()))
    for item in world_items(world, len(prepared) + len(prepared.left_out)):
        name, (_, seed, who, look) = item.path.name, item.seeds
        if name not in lengths:
            continue
        ident, pose = w.identities(1, (seed, who)), w.motions(1, lengths[name] * EVERY, (seed, who, look))[:, ::EVERY]
        ident = w.new_look(ident, (seed, who, look)) if look and hasattr(w, 'new_look') else ident
        if not out:
            _check_same(w, ident, pose, prepared, name)
        out[name] = joints_of(w, ident, pose)[0].numpy()
    return out


def load_keypoints(world, folder):
    "`clip_keypoints` of a prepared folder, from keypoints.npz if that is there, else written to it"
    path = Path(folder) / 'keypoints.npz'
    if not path.is_file():
        with atomic_write(path) as tmp, open(tmp, 'wb') as f:
            np.savez(f, **clip_keypoints(world, Prepared(folder)))
    return dict(np.load(path))


class RecordedClips:
    "`JoinedClips` that remember the joints of the frames that were read last"

    def __init__(self, clips, keypoints, n):
        self.clips, self.keypoints, self.newest = clips, keypoints, deque(maxlen=n)

    def __len__(self):
        return len(self.clips)

    def lengths(self, i):
        return self.clips.lengths(i)

    def read(self, i, numbers):
        names = [self.clips.store.names[k] for k in self.clips.groups[i]]
        joints = np.concatenate([self.keypoints[k] for k in names])
        self.newest.append(torch.from_numpy(joints[numbers]))
        return self.clips.read(i, numbers)


class RecordedWorld:
    "`WorldEpisodes.draw` that remembers what it drew last; `newest` has the joints of those frames"

    def __init__(self, episodes):
        self.world, self.draw = episodes.world, episodes.draw

    def __call__(self, plans):
        self.drawn = self.draw(plans)
        return self.drawn

    @property
    def newest(self):
        ident, pA, pB = self.drawn
        return [joints_of(self.world, *o).flatten(0, 1) for o in zip(ident.chunk(2), (pA[:, :-1], pB))]


class Landmarks(Callback):
    "Adds `w` * |keypoint k - joint k|; needs `LeaveOneOut`, whose frames are those that were read last"

    order, run_valid = KeypointEquivariance.order + 1, False

    def __init__(self, keypoints=None, w=3.0):
        self.keypoints, self.w, self.record = keypoints, w, None

    def before_fit(self):
        ds = self.dls.train.dataset
        if self.record:
            return
        if isinstance(ds, WorldEpisodes):
            self.record = ds.draw = RecordedWorld(ds)
        else:
            self.record = ds.clips = RecordedClips(ds.clips, self.keypoints, 2 * self.dls.train.bs)

    def after_loss(self):
        joints = torch.cat(list(self.record.newest)).to(self.pred.clean.device)
        found, weight = self.pred.clean[:, : joints.shape[1]].float(), joints[..., 2] * 0.9 + 0.1
        error = ((found - joints[..., :2]).abs().sum(-1) * weight).sum() / weight.sum()
        self.learn.loss_grad = self.loss_grad + self.w * error
        self.learn.loss = self.loss_grad.clone()


def main(args=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('data', help='a world that is painted while it trains, or a folder of pose_attn_prepare WORLD')
    p.add_argument('world', nargs='?', help='of a folder: the world that rendered it')
    p.add_argument('--out', required=True, help='folder for everything that is kept')
    p.add_argument('--init', help='weights to start from, whose K is at least the number of joints')
    p.add_argument('--minutes', type=float, default=30.0, help='processor minutes')
    p.add_argument('--weight', type=float, default=3.0, help="the landmarks' weight in the loss")
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--set', nargs='*', default=[], help='fields of the recipe or of the network, as field=value')
    a = p.parse_args(args)
    torch.set_num_threads(1)
    cb = Landmarks(load_keypoints(a.world, a.data) if a.world else None, a.weight)
    changed, cfg = split_settings(a.set)
    cfg = ({} if a.init else RECIPE_CFG['ours']) | cfg
    command = shlex.join(['python', 'tools/train_landmarks.py', *(sys.argv[1:] if args is None else args)])
    run_training(
        a.data,
        a.out,
        Recipe(**changed),
        minutes=a.minutes,
        init=a.init,
        clock='cpu',
        seed=a.seed,
        command=command,
        cbs=[cb],
        cfg_overrides=cfg,
    )


if __name__ == '__main__':
    main()

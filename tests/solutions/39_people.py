"Right and wrong answers to the exercises of lesson 39"

import torch
from pose_attn.data.people import *

SIGNED = 'yaw roll x turn jaw_side smile_side gaze_x'.split()


def barycentric(p, t):
    M = torch.cat([t.T, torch.ones(1, 3)])
    return torch.linalg.solve(M, torch.cat([p, torch.ones(len(p), 1)], 1).T).T


def mirror(pose):
    out = pose.clone()
    f, kept = person_pose(out), person_pose(pose)
    for k in SIGNED:
        getattr(f, k).neg_()
    f.blink_l.copy_(kept.blink_r)
    f.blink_r.copy_(kept.blink_l)
    return out


class wrong:
    def barycentric(p, t):  # distances to the corners are no areas
        d = torch.cdist(p, t)
        return d / d.sum(1, keepdim=True)

    def mirror(pose):  # the head turns, the body does not
        out = pose.clone()
        for k in SIGNED:
            if k != 'turn':
                getattr(person_pose(out), k).neg_()
        return out

"Right and wrong answers to the exercises of lesson 07"

import torch
from pose_attn.data.bodies import *


def two_bones(a, b, la, lb):
    def arrow(t):
        return torch.stack([t.sin(), t.cos()], -1)

    elbow = la[:, None] * arrow(a)
    return elbow, elbow + lb[:, None] * arrow(a + b)


def mirror(pose):
    q = pose.clone()
    old, new = body_angles(pose), body_angles(q)
    for k in BODY_POSE:
        other = dict(l='r_', r='l_')[k[0]] + k[2:] if k[1:2] == '_' else k
        getattr(new, k).copy_(getattr(old, other) * (-1 if k in ('x', 'yaw', 'tilt', 'twist', 'turn') else 1))
    return q


def wear(a, b):
    c = b.clone()
    for k in list(BODY_FIELDS)[:15]:
        getattr(body_fields(c), k).copy_(getattr(body_fields(a), k))
    return c


class wrong:
    def two_bones(a, b, la, lb):  # the forearm forgets its parent's angle
        elbow = la[:, None] * torch.stack([a.sin(), a.cos()], -1)
        return elbow, elbow + lb[:, None] * torch.stack([b.sin(), b.cos()], -1)

    def mirror(pose):  # signs, but no exchange of left and right
        q = pose.clone()
        for k in ('x', 'yaw', 'tilt', 'twist', 'turn'):
            getattr(body_angles(q), k).mul_(-1)
        return q

    def wear(a, b):  # writes into b
        for k in list(BODY_FIELDS)[:15]:
            getattr(body_fields(b), k).copy_(getattr(body_fields(a), k))
        return b

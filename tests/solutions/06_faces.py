"Right and wrong answers to the exercises of lesson 06"

import torch
from pose_attn.data.faces import *


def watch(pose):
    q = pose.clone()
    p = face_pose(q)
    p.gaze_x.copy_((-p.yaw / 0.9).clamp(-1, 1))
    p.gaze_y.copy_((-p.pitch / 0.44).clamp(-1, 1))
    return q


_background = [k for k in list(FACE_FIELDS)[-7:]]


def move(ident, host):
    out = ident.clone()
    a, b = face_fields(out), face_fields(host)
    for k in _background:
        getattr(a, k).copy_(getattr(b, k))
    return out


def _point(kp, name):
    return kp[:, :, Faces.joints.index(name)]


def turned(kp):
    l, r, nose = (_point(kp, k) for k in ('l_eye', 'r_eye', 'nose'))
    brows = sum(_point(kp, k) for k in ('l_brow_in', 'l_brow_out', 'r_brow_in', 'r_brow_out')) / 4
    down = _point(kp, 'lip_bottom') - brows
    down = down / down.norm(dim=-1, keepdim=True)
    aside = torch.stack([down[..., 1], -down[..., 0]], -1)  # across the face, whatever the tilt
    return ((nose - (l + r) / 2) * aside).sum(-1)


class wrong:
    @staticmethod
    def watch(pose):  # writes into what came in
        p = face_pose(pose)
        p.gaze_x.copy_((-p.yaw / 0.9).clamp(-1, 1))
        p.gaze_y.copy_((-p.pitch / 0.44).clamp(-1, 1))
        return pose

    @staticmethod
    def move(ident, host):  # takes the light along
        out = move(ident, host)
        face_fields(out).light.copy_(face_fields(host).light)
        return out

    @staticmethod
    def turned(kp):
        return _point(kp, 'nose')[..., 0]  # a head that moves aside is taken for a turn

"Right and wrong answers to the exercises of lesson 50"

import torch
import torch.nn.functional as F
from pose_attn.eval.networks import *


def batch_all(e, y, temperature=0.1):
    D, same = torch.cdist(e, e), y[:, None] == y
    t = temperature * F.softplus((D[:, :, None] - D[:, None, :]) / temperature)  # (a p n)
    return t[(same & ~torch.eye(len(y)).bool())[:, :, None] & ~same[:, None, :]].mean()


def by_joint(pred, y):
    w = (y[..., 2] > 0).float()
    return (w * keypoint_distance(pred[0], y[..., :2])).sum(0) / w.sum(0)


class wrong:
    @staticmethod
    def batch_all(e, y, temperature=0.1):
        return batch_hard_triplet_loss(e, y, temperature)  # the hardest only

    @staticmethod
    def by_joint(pred, y):
        return keypoint_distance(pred[0], y[..., :2]).mean(0)  # counts what nobody can see

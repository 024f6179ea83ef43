"Right and wrong answers to the exercises of lesson 58"

import torch
from pose_attn.model.pixels import position_grid


def lens(h, w, r, k):
    at = position_grid(h, w, torch.zeros(1))[None]
    return torch.where(at.norm(dim=-1, keepdim=True) <= r, at / k, at)


def pixel_of(x, w):
    return ((x + 1) * w - 1) / 2


class wrong:
    @staticmethod
    def pixel_of(x, w):
        return (x + 1) * (w - 1) / 2

    @staticmethod
    def lens(h, w, r, k):
        return position_grid(h, w, torch.zeros(1))[None] / k

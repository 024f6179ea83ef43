"Right and wrong answers to the exercises of lesson 21"

import torch
from pose_attn.model.keypoints import *


def recolour():
    return 'less than a position'


def grid_anchors(rows, cols):
    y, x = torch.meshgrid(coordinate_axis(rows, torch.zeros(1)), coordinate_axis(cols, torch.zeros(1)), indexing='ij')
    return torch.stack([x, y], -1).flatten(0, 1)


def spread(hm, temperature=0.1):
    def std(p):
        c = coordinate_axis(p.shape[-1], p)
        return (p @ c**2 - (p @ c) ** 2).clamp_min(0).sqrt()

    return torch.stack([std(p) for p in marginals(hm, temperature)], -1)


class wrong:
    @staticmethod
    def recolour():
        return 'not at all'  # the bottleneck keeps most of the colour out, not all of it

    @staticmethod
    def grid_anchors(rows, cols):
        return torch.stack(
            torch.meshgrid(coordinate_axis(rows, torch.zeros(1)), coordinate_axis(cols, torch.zeros(1)), indexing='ij'),
            -1,
        ).flatten(0, 1)  # y first

    @staticmethod
    def spread(hm, temperature=0.1):
        return globals()['spread'](hm)  # whatever the temperature

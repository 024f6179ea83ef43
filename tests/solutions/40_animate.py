"Right and wrong answers to the exercises of lesson 40"

import torch
import torch.nn.functional as F


def relative_shift():
    return 'hardly'


def mosaic(at, frames):
    i, n, h, w = at.shape
    small = F.adaptive_avg_pool2d(frames, (h, w))
    return torch.einsum('inyx,ncyx->ci', at, small).unflatten(-1, (h, w))


class wrong:
    @staticmethod
    def relative_shift():
        return 'by all of it'  # that is absolute motion

    @staticmethod
    def mosaic(at, frames):
        return F.adaptive_avg_pool2d(frames.mean(0), at.shape[-1])  # does not look at the attention

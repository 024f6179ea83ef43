"Right and wrong answers to the exercises of lesson 21"
import torch
from pose_attn.model.keypoints import *

def bits(K, depth=8): return 2*K*depth

def soft_argmax_2d(hm, tau=.1):
    p = (hm.flatten(2)/tau).softmax(-1).view_as(hm)
    return torch.stack([p.sum(-2)@axis(hm.shape[-1], p), p.sum(-1)@axis(hm.shape[-2], p)], -1)

def spread(hm, tau=.1):
    def std(p):
        c = axis(p.shape[-1], p)
        return (p@c**2-(p@c)**2).clamp_min(0).sqrt()
    return torch.stack([std(p) for p in marginals(hm, tau)], -1)

class wrong:
    @staticmethod
    def bits(K, depth=8): return K*depth                                   # a point has two coordinates
    @staticmethod
    def soft_argmax_2d(hm, tau=.1): return soft_argmax(hm, tau)            # the marginals again
    @staticmethod
    def spread(hm, tau=.1): return torch.stack([(p@axis(p.shape[-1], p)**2).sqrt() for p in marginals(hm, tau)], -1)      # about 0, not about its mean

"Right and wrong answers to the exercises of lesson 58"
import torch
from pose_attn.rivals.base import painted, identity_grid

def ghost(bank, p): return painted((bank.s.mean(1)+p)/2)

def lens(h, w, r, k):
    at = identity_grid(h, w, torch.zeros(1))[None]
    return torch.where(at.norm(dim=-1, keepdim=True)<=r, at/k, at)

class wrong:
    @staticmethod
    def ghost(bank, p): return painted((bank.s[:,0]+p)/2)
    @staticmethod
    def lens(h, w, r, k): return identity_grid(h, w, torch.zeros(1))[None]/k

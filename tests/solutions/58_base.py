"Right and wrong answers to the exercises of lesson 58"
import torch
from pose_attn.model.pixels import position_grid

def lens(h, w, r, k):
    at = position_grid(h, w, torch.zeros(1))[None]
    return torch.where(at.norm(dim=-1, keepdim=True)<=r, at/k, at)

class wrong:
    @staticmethod
    def lens(h, w, r, k): return position_grid(h, w, torch.zeros(1))[None]/k

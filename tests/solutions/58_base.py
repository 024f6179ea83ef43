"Right and wrong answers to the exercises of lesson 58"
import torch
from pose_attn.baselines.base import full_frame_output, make_coordinate_grid

def ghost(bank, p): return full_frame_output((bank.s.mean(1)+p)/2)

def lens(h, w, r, k):
    at = make_coordinate_grid(h, w, torch.zeros(1))[None]
    return torch.where(at.norm(dim=-1, keepdim=True)<=r, at/k, at)

class wrong:
    @staticmethod
    def ghost(bank, p): return full_frame_output((bank.s[:,0]+p)/2)
    @staticmethod
    def lens(h, w, r, k): return make_coordinate_grid(h, w, torch.zeros(1))[None]/k

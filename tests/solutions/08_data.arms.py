"Right and wrong answers to the exercises of lesson 08"
import torch
from pose_attn.data.arms import *

def elbows(p, upper, fore):
    one = torch.ones(len(p))
    return torch.stack([arm_forward(*arm_inverse(p, upper, fore, s*one), upper, fore)[0] for s in (1,-1)], 1)

def pushed(pose, far=.1):
    o = arm_pose(pose).objects
    return (o[:,-1]-o[:,0]).norm(dim=-1)>far

class wrong:
    def elbows(p, upper, fore): return elbows(p, upper, fore).flip(1)      # the two sides exchanged
    def pushed(pose, far=.1):                                              # anything that ever moved, even if it came back
        o = arm_pose(pose).objects
        return (o-o[:,:1]).norm(dim=-1).amax(1)>far

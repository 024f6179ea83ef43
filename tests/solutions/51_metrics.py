"Answers to the exercises of lesson 51, and wrong ones that the checks must refuse"
from pose_attn.metrics import *
from pose_attn.judges import pixels

def pck(a, b, limit): return (pixels(a, b)<=limit).float().mean()
def relative_aed(judge, made, truth, other): return aed(judge, made, truth)['aed']/aed(judge, other, truth)['aed']

class wrong:
    def pck(a, b, limit): return (pixels(a, b)<=limit).all(-1).float().mean()                    # whole figures, not keypoints
    def relative_aed(judge, made, truth, other): return aed(judge, made, other)['aed']/aed(judge, other, truth)['aed']

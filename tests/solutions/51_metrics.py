"Answers to the exercises of lesson 51, and wrong ones that the checks must refuse"
from pose_attn.eval.metrics import *
from pose_attn.eval.networks import pixels

def pck(a, b, limit): return (pixels(a, b)<=limit).float().mean()
def relative_aed(judge, preds, target, other): return aed(judge, preds, target)['aed']/aed(judge, other, target)['aed']

class wrong:
    def pck(a, b, limit): return (pixels(a, b)<=limit).all(-1).float().mean()                    # whole figures, not keypoints
    def relative_aed(judge, preds, target, other): return aed(judge, preds, other)['aed']/aed(judge, other, target)['aed']

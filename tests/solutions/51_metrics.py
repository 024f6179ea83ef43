"Answers to the exercises of lesson 51, and wrong ones that the checks must refuse"

from pose_attn.eval.metrics import *
from pose_attn.eval.networks import keypoint_distance


def pck(a, b, limit):
    return (keypoint_distance(a, b) <= limit).float().mean()


def relative_aed(encoder, preds, target, other):
    return aed(encoder, preds, target)['aed'] / aed(encoder, other, target)['aed']


class wrong:
    def pck(a, b, limit):
        return (keypoint_distance(a, b) <= limit).all(-1).float().mean()  # whole figures, not keypoints

    def relative_aed(encoder, preds, target, other):
        return aed(encoder, preds, other)['aed'] / aed(encoder, other, target)['aed']

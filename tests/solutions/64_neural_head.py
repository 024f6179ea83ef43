"Right and wrong answers to the exercises of lesson 64"

from pose_attn.baselines.neural_head import adain


def borrow(x, y):
    return adain(x, y.std((2, 3), correction=0), y.mean((2, 3)))


def transplant(kp, kp_0, kp_s):
    def size(k):
        return (k - k.mean(1, keepdim=True)).square().sum(-1).mean().sqrt()

    return kp_s + (kp - kp_0) * size(kp_s) / size(kp_0)


class wrong:
    @staticmethod
    def borrow(x, y):
        return x - x.mean((2, 3), keepdim=True) + y.mean((2, 3), keepdim=True)  # means alone

    @staticmethod
    def transplant(kp, kp_0, kp_s):
        return kp_s + kp - kp_0  # a large face moves more

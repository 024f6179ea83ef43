"Right and wrong answers to the exercises of lesson 60"

import math
import torch


def weigh(A_S, kp_S, kp, temperature):
    w = (-(kp_S - kp[:, None]).norm(dim=-1).sum(-1) / temperature).softmax(1)
    return torch.einsum('bn,bnchw->bchw', w, A_S)


def layers_needed(px, down):
    return math.ceil(px / 2**down)


class wrong:
    @staticmethod
    def weigh(A_S, kp_S, kp, temperature):
        return A_S.mean(1)

    @staticmethod
    def layers_needed(px, down):
        return px // 2**down

"Right and wrong answers to the exercises of lesson 52"

import torch


def mouth_open(kp):
    return (kp[:, 62] - kp[:, 66]).norm(dim=-1) / (kp[:, 48] - kp[:, 54]).norm(dim=-1)


def either(a, b):
    class Either:
        def detect(self, x):
            (p, in_a), (q, in_b) = a.detect(x), b.detect(x)
            return torch.where(in_a[..., None], p, q), in_a | in_b

    return Either()


class wrong:
    @staticmethod
    def mouth_open(kp):
        return (kp[:, 62, 1] - kp[:, 66, 1]).abs() / (
            kp[:, 48, 0] - kp[:, 54, 0]
        ).abs()  # a head that tilts is no longer measured

    @staticmethod
    def either(a, b):
        return b

"Right and wrong answers to the exercises of lesson 20"

from torch import nn


def seen():
    return 'the whole frame'


def field(layers):
    n, step = 1, 1
    for k, s in layers:
        n, step = n + (k - 1) * step, step * s
    return n


def light_conv(ni, nf):
    return nn.Sequential(nn.Conv2d(ni, ni, 3, padding=1, groups=ni, bias=False), nn.Conv2d(ni, nf, 1, bias=False))


class wrong:
    @staticmethod
    def seen():
        return 'a large square'  # true of the convolutions alone

    @staticmethod
    def field(layers):
        return 1 + sum(k - 1 for k, s in layers)  # forgets that strides multiply

    @staticmethod
    def light_conv(ni, nf):
        return nn.Sequential(nn.Conv2d(ni, ni, 3, padding=1, groups=ni), nn.Conv2d(ni, nf, 1))  # with bias

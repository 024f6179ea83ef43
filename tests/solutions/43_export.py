"Right and wrong answers to the exercise of lesson 43"

import copy
import torch


def halved(G):
    h = copy.deepcopy(G)
    with torch.no_grad():
        for p in h.parameters():
            p.copy_(p.half())
    return h


def attention_values(n, h):
    return n * h**4


class wrong:
    @staticmethod
    def attention_values(n, h):
        return n * h**2

    @staticmethod
    def halved(G):
        with torch.no_grad():
            for p in G.parameters():
                p.copy_(p.half())  # no copy: the network itself is changed
        return G

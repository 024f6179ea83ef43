"Right and wrong answers to the exercises of lesson 00"

import torch.nn.functional as F


def same_direction(a, b, eps=1e-3):
    assert a.shape == b.shape, f'{tuple(a.shape)} and {tuple(b.shape)} are two shapes'
    assert F.cosine_similarity(a, b, 0) >= 1 - eps, 'they point different ways'


def comparisons(cfg, n):
    return cfg.feature_size**2 * n * cfg.feature_size**2


class wrong:
    @staticmethod
    def same_direction(a, b, eps=1e-3):
        assert F.cosine_similarity(a, b, 0).abs() >= 1 - eps  # backwards counts as forwards

    @staticmethod
    def comparisons(cfg, n):
        return n * cfg.feature_size**2  # one position of the driving frame only

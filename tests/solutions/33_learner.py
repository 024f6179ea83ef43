"Answers to the exercises of 33_train.learner"

import math


def anneal(p, a, b, w):
    return w * min(1.0, max(0.0, (p - a) / (b - a)))


def half_life(beta):
    return math.log(0.5) / math.log(beta)


def by_chance():
    return '.01 to .05'


class wrong:
    @staticmethod
    def by_chance():
        return 'less than .01'  # one hundredth is no difference

    def anneal(p, a, b, w):
        return w * max(0.0, (p - a) / (b - a))

    def half_life(beta):
        return 1 / (1 - beta)

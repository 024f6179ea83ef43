"Right and wrong answers to the exercises of lesson 91"

import torch


def how_often():
    return 'often'


def paired(a, b):
    return torch.stack([(a - b).mean(), (a - b).std() / len(a) ** 0.5])


class wrong:
    @staticmethod
    def how_often():
        return 'hardly ever'  # three seeds are few

    @staticmethod
    def paired(a, b):
        return torch.stack(
            [(a - b).mean(), ((a.var() + b.var()) / len(a)) ** 0.5]
        )  # as if they were measured on different pairs

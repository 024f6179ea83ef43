"Right and wrong answers to the exercises of lesson 32"


def smooth_d(real, fake, target=0.9):
    return ((real - target) ** 2).mean() / 2 + (fake**2).mean() / 2


def pull(v):
    return v - 1


def preferred():
    return 'blurred'


class wrong:
    @staticmethod
    def preferred():
        return 'shifted'  # trained features would

    @staticmethod
    def smooth_d(real, fake, target=0.9):
        return ((real - target) ** 2).mean() / 2 + ((fake - (1 - target)) ** 2).mean() / 2  # smooths both sides

    @staticmethod
    def pull(v):
        return 2 * (v - 1)  # forgets the half in the loss

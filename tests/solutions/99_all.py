"Right and wrong answers to the exercises of lesson 99"

from pose_attn.all import *


def home(name):
    return HOME[name]


def moved(S, D):
    return animate(SourceBank(load_pretrained('faces'), S), D)


class wrong:
    @staticmethod
    def home(name):
        return HOME[name].split('.')[-1]

    @staticmethod
    def moved(S, D):
        return animate(SourceBank(load_pretrained('faces'), D), D)  # shows the driving identity

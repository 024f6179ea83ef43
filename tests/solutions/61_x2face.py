"Right and wrong answers to the exercises of lesson 61"

from pose_attn.baselines.base import warp
from pose_attn.model.pixels import position_grid


def folds(at):
    u, v = at[:, :-1, 1:] - at[:, :-1, :-1], at[:, 1:, :-1] - at[:, :-1, :-1]
    return ((u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]) < 0).float().mean().item()


def compose(first, second):
    return warp(first.movedim(-1, 1), second).movedim(1, -1)


class wrong:
    @staticmethod
    def folds(at):
        return (
            ((at[:, :-1, 1:] - at[:, :-1, :-1])[..., 0] < 0).float().mean().item()
        )  # a turn by more than a right angle is no fold

    @staticmethod
    def compose(first, second):
        return first + second - position_grid(*first.shape[1:3], first)  # true of shifts only

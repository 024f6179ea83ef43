"Answers to the exercises of lesson 90, and wrong ones that the checks must refuse"

import numpy as np


def win_rate(X):
    R = X.reshape(-1, X.shape[-1])
    R = R[~np.isnan(R[:, 0])]
    a, b = R[:, :, None], R[:, None]
    return ((a < b) + 0.5 * (a == b)).mean(0)


def ranked_by_place(place, X):
    return (X == place + 1).all(-1).mean((0, 2))


class wrong:
    def win_rate(X):
        R = X.reshape(-1, X.shape[-1])
        R = R[~np.isnan(R[:, 0])]
        return (R[:, :, None] < R[:, None]).mean(0)  # a tie counts as a defeat

    def ranked_by_place(place, X):
        return (X == place + 1).mean((0, 2, 3))  # videos that fit, not answers

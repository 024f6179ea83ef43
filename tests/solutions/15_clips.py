"Right and wrong answers to the exercises of lesson 15"

from collections import Counter


def copy_error(dl):
    tot, n = 0.0, 0
    for s_A, d_A, _, y in dl:
        tot += (s_A[:, 0] - y).abs().mean((1, 2, 3)).sum().item()
        n += len(y)
    return tot / n


def hold_blocks(T, block, gap):
    if T - block - gap < 2:
        raise ValueError(f'of {T} frames only {max(0, T - block - gap)} would stay to train on')
    return list(range(T - block - gap)), list(range(T - block, T))


def subject_weights(subjects):
    c = Counter(subjects)
    return [1 / len(c) / c[o] for o in subjects]


class wrong:
    @staticmethod
    def copy_error(dl):  # a mean of batch means weighs the small last batch too much
        es = [(s_A[:, 0] - y).abs().mean().item() for s_A, d_A, _, y in dl]
        return sum(es) / len(es)

    @staticmethod
    def hold_blocks(T, block, gap):
        return list(range(T - block)), list(range(T - block, T))  # forgets the gap

    @staticmethod
    def subject_weights(subjects):
        return [1 / len(subjects)] * len(subjects)

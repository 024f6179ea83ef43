"Right and wrong answers to the exercises of lesson 36"

from collections import Counter


def split_b(batch):
    s_A, _, s_B, _ = batch
    n = s_A.shape[1]
    return s_B[:, :n], s_B[:, n] if s_B.shape[1] > n else None


def times_as_a(dl, epoch):
    return Counter(dl.order(epoch).tolist())


class wrong:
    @staticmethod
    def split_b(batch):
        return batch[2][:, :-1], batch[2][:, -1]  # takes a source for the driving frame in validation

    @staticmethod
    def times_as_a(dl, epoch):
        return {i: dl.n // len(dl.dataset) for i in range(len(dl.dataset))}  # 12 episodes, 5 items: two come up thrice

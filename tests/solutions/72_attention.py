"Right and wrong answers to the exercises of lesson 72"


def with_more():
    return 'grow'


def used(at, n):
    return at[:, n].sum(0)


def fair(at):
    s = at.sum((2, 3)).mean(0)
    return -(s * s.clamp_min(1e-12).log2()).sum()


class wrong:
    @staticmethod
    def with_more():
        return 'fall'  # the softmax has more positions to spread over

    @staticmethod
    def used(at, n):
        return at[n].sum(0)  # a position of the result, not a source

    @staticmethod
    def fair(at):  # the mean of the entropies, not the entropy of the mean
        s = at.sum((2, 3))
        return -(s * s.clamp_min(1e-12).log2()).sum(1).mean()

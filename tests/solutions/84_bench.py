"Right and wrong answers to the exercises of lesson 84"


def amdahl(p, k):
    return 1 / (1 - p + p / k)


def payback(e, d, n, T):
    return T * (n * e + d) / (n * e + T * d)


class wrong:
    @staticmethod
    def amdahl(p, k):
        return p * k + 1 - p

    @staticmethod
    def payback(e, d, n, T):
        return T * (n * e + d) / (T * d)

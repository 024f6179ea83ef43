"Right and wrong answers to the exercises of lesson 02"


def sixteen():
    return 'smaller'


def shares(A, n):
    return A.unflatten(1, (n, -1)).sum(-1)


class wrong:
    @staticmethod
    def sixteen():
        return 'larger'  # more to choose from, not more to blend

    @staticmethod
    def shares(A, n):
        return A.unflatten(1, (-1, n)).sum(1)  # as if ordered by position first

"Right and wrong answers to the exercises of lesson 09"


def with_answer():
    return 'somewhat'


def p_overlap(T, N):
    return N / T


def first_epoch(dl, a, b):
    def meets(e):
        return any((o.a, o.b) == (a, b) for o in (dl.episode(e, j) for j in range(dl.n)))

    return next((e for e in range(50) if meets(e)), None)


class wrong:
    @staticmethod
    def with_answer():
        return 'to almost nothing'  # poses cannot tell the answer from a source in a similar pose

    @staticmethod
    def p_overlap(T, N):
        return 1 - (1 - 1 / T) ** N  # as if the sources could repeat

    @staticmethod
    def first_epoch(dl, a, b):  # counts the epochs by running them: disturbs the loader, and looks at A only
        for e in range(50):
            list(dl)
            if a in dl.order(e):
                return e

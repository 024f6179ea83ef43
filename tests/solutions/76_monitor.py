"Right and wrong answers to the exercises of lesson 76"


def smooth(xs, beta):
    out, m = [], 0.0
    for i, x in enumerate(xs, 1):
        m = beta * m + (1 - beta) * x
        out.append(m / (1 - beta**i))
    return out


def stalled(errors, n):
    return len(errors) > n and min(errors[-n:]) >= min(errors[:-n])


class wrong:
    @staticmethod
    def smooth(xs, beta):
        out, m = [], xs[0]  # begins at the first loss, which then weighs too much
        for x in xs:
            m = beta * m + (1 - beta) * x
            out.append(m)
        return out

    @staticmethod
    def stalled(errors, n):
        return len(errors) > n and errors[-1] >= errors[-1 - n]  # the last against one before: a single bump decides

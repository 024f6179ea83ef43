"Right and wrong answers to the exercises of lesson 80"


def clearly(a, b):
    return max(a) < min(b)


def per_doubling(errors):
    ns = sorted(errors)
    return [1 - errors[b] / errors[a] for a, b in zip(ns, ns[1:])]


class wrong:
    @staticmethod
    def clearly(a, b):
        return sum(a) / len(a) < sum(b) / len(b)

    @staticmethod
    def per_doubling(errors):
        return [1 - b / a for a, b in zip(errors.values(), list(errors.values())[1:])]  # in the order they came

"Right and wrong answers to the exercises of lesson 12"

from collections import Counter


def pairs(items):
    return sum(n * (n - 1) for n in Counter(o.video for o in items).values())


def thin(items, n):
    seen, out = Counter(), []
    for o in items:
        seen[o.subject] += 1
        if seen[o.subject] <= n:
            out.append(o)
    return out


class wrong:
    @staticmethod
    def pairs(items):
        return sum(n * (n - 1) for n in Counter(o.subject for o in items).values())  # mixes the videos of a person

    @staticmethod
    def thin(items, n):
        return items[: n * len({o.subject for o in items})]  # the first ones, whoever they are

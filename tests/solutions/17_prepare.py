"Right and wrong answers to the exercises of lesson 17"

from collections import Counter


def seconds_of(p, fps):
    out = Counter()
    for s, n in zip(p.subjects, p.frames):
        out[s] += n / fps
    return dict(out)


def pack(frames, most):
    out, room = [], 0
    for i, n in enumerate(frames):
        if not out or n > room:
            out.append([])
            room = most
        out[-1].append(i)
        room -= n
    return out


class wrong:
    @staticmethod
    def seconds_of(p, fps):
        return {s: n / fps for s, n in zip(p.subjects, p.frames)}  # only the last clip of each

    @staticmethod
    def pack(frames, most):  # begins a new list after the one that is too full
        out, n = [[]], 0
        for i, k in enumerate(frames):
            out[-1].append(i)
            n += k
            if n >= most:
                out.append([])
                n = 0
        return [o for o in out if o]

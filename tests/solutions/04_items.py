"Right and wrong answers to the exercises of lesson 04"

from math import ceil


def frame_range(item, fps):
    return ceil(item.start * fps - 1e-6), ceil(item.end * fps - 1e-6)


def in_both_splits(items):
    a, b = ({o.subject for o in items if o.split == k} for k in ('train', 'test'))
    return a & b


class wrong:
    @staticmethod
    def frame_range(item, fps):
        return int(item.start * fps), int(item.end * fps)  # begins with a frame that appears too early

    @staticmethod
    def in_both_splits(items):  # by recording, not by subject
        a, b = ({o.video for o in items if o.split == k} for k in ('train', 'test'))
        return a & b

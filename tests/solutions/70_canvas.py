"Right and wrong answers to the exercise of lesson 70"

import math


def ruler(canvas):
    last = []

    def say(kind, x, y, i):
        canvas.captions = [f'{math.hypot(x - last[0], y - last[1]) * 32:.1f} px' if last else '']
        last[:] = x, y

    canvas.on_event(say)


def count_moves(canvas):
    n = []
    canvas.on_event(lambda kind, *o: n.append(1) if kind == 'move' else None)
    return lambda: len(n)


class wrong:
    @staticmethod
    def ruler(canvas):
        first = []

        def say(kind, x, y, i):
            canvas.captions = [f'{math.hypot(x - first[0], y - first[1]) * 32:.1f} px' if first else '']
            if not first:
                first[:] = x, y  # measures from the very first touch

        canvas.on_event(say)

    @staticmethod
    def count_moves(canvas):
        n = []
        canvas.on_event(lambda *o: n.append(1))  # counts every kind
        return lambda: len(n)

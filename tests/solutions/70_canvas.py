"Right and wrong answers to the exercise of lesson 70"
import math

def ruler(pad):
    last = []
    def say(kind, x, y, i):
        pad.captions = [f'{math.hypot(x-last[0], y-last[1])*32:.1f} px' if last else '']
        last[:] = x,y
    pad.on_event(say)

def count_flops(pad):
    n = []
    pad.on_event(lambda kind, *o: n.append(1) if kind=='move' else None)
    return lambda: len(n)

class wrong:
    @staticmethod
    def ruler(pad):
        first = []
        def say(kind, x, y, i):
            pad.captions = [f'{math.hypot(x-first[0], y-first[1])*32:.1f} px' if first else '']
            if not first: first[:] = x,y                                      # measures from the very first touch
        pad.on_event(say)
    @staticmethod
    def count_flops(pad):
        n = []
        pad.on_event(lambda *o: n.append(1))                                   # counts every kind
        return lambda: len(n)

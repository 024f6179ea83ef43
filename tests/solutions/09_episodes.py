"Right and wrong answers to the exercises of lesson 09"
from pose_attn.data.episodes import *

def p_overlap(T, N): return N/T

def hard_episode(T, n):
    if T<n+1: raise ValueError(f'{n} sources and a driving frame need {n+1} frames, got {T}')
    s = tuple(range(n))
    return Episode(0, s, T-1, 0, s)

def first_epoch(dl, a, b):
    return next((e for e in range(50) if any((o.a,o.b)==(a,b) for o in (dl.episode(e,j) for j in range(dl.n)))), None)

class wrong:
    @staticmethod
    def p_overlap(T, N): return 1-(1-1/T)**N                   # as if the sources could repeat
    @staticmethod
    def hard_episode(T, n): return Episode(0, tuple(range(n)), T-1, 0, tuple(range(n)))    # overlaps in a short clip
    @staticmethod
    def first_epoch(dl, a, b):                                 # counts the epochs by running them: disturbs the loader, and looks at A only
        for e in range(50):
            list(dl)
            if a in dl.order(e): return e

"Right and wrong answers to the exercise of lesson 02"
from pose_attn.all import SourceBank, animate, evenly_spaced

def _sources(subject, n): return subject[list(evenly_spaced(range(len(subject)), n))]

def ratio(G, subject, driving, truth, n):
    S = _sources(subject, n)
    return (animate(SourceBank(G, S), driving)-truth).abs().mean()/(S[:1]-truth).abs().mean()

def shares(A, n): return A.unflatten(1, (n,-1)).sum(-1)

class wrong:
    @staticmethod
    def ratio(G, subject, driving, truth, n):                # compares with the driving video
        S = _sources(subject, n)
        return (animate(SourceBank(G, S), driving)-driving).abs().mean()/(S[:1]-driving).abs().mean()
    @staticmethod
    def shares(A, n): return A.unflatten(1, (-1,n)).sum(1)              # as if ordered by position first

"Right and wrong answers to the exercise of lesson 73"

def laps(G, s_A, s_B, d, n):
    out,d = [],d[None]
    for _ in range(n): d = G(s_A[None], G(s_B[None], d).g).g; out.append(d[0])
    return out

class wrong:
    @staticmethod
    def laps(G, s_A, s_B, d, n): return [G(s_A[None], G(s_B[None], d[None]).g).g[0]]*n      # always from the first driver

"Right and wrong answers to the exercises of lesson 31"

def cross(G, s_A, d_A, s_B):
    r = G.drive(G.encode_sources(s_B), d_A).g
    return r,G.drive(G.encode_sources(s_A), r).g

def leak(r, d_A, margin=.1): return (margin-(r-d_A).abs().mean(1)).clamp_min(0).mean()

class wrong:
    @staticmethod
    def cross(G, s_A, d_A, s_B):                                           # drives A with the true frame: no cross-identity loss at all
        return G.drive(G.encode_sources(s_B), d_A).g,G.drive(G.encode_sources(s_A), d_A).g
    @staticmethod
    def leak(r, d_A, margin=.1): return (margin-(r-d_A).abs().mean()).clamp_min(0)     # one far pixel excuses all the others

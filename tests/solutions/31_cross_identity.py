"Right and wrong answers to the exercises of lesson 31"


def by_truth():
    return 'larger'


def cross(G, s_A, d_A, s_B):
    r = G.drive(G.encode_sources(s_B), d_A).g
    return r, G.drive(G.encode_sources(s_A), r).g


class wrong:
    @staticmethod
    def by_truth():
        return 'smaller'  # r carries something of A

    @staticmethod
    def cross(G, s_A, d_A, s_B):  # drives A with the true frame: no cross-identity loss at all
        return G.drive(G.encode_sources(s_B), d_A).g, G.drive(G.encode_sources(s_A), d_A).g

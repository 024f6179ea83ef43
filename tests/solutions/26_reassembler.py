"Right and wrong answers to the exercises of lesson 26"


def common():
    return 'keypoints'


def swap_heads(G, S, d):
    return G.drive(G.encode_sources(S), d.flip(0)).g


def mix_pose(G, S, d1, d2, ks):
    bank = G.encode_sources(S)
    p, kp = G.embedding.drive(d1)
    kp = kp.clone()
    kp[:, ks] = G.embedding.drive(d2)[1][:, ks]
    return G.generate(bank, G.embedding.pose.from_keypoints(kp, *p.shape[-2:])).g


class wrong:
    @staticmethod
    def common():
        return 'background'  # each comes from its own sources

    @staticmethod
    def swap_heads(G, S, d):
        return G(S.flip(0), d).g  # right faces, wrong order

    @staticmethod
    def mix_pose(G, S, d1, d2, ks):
        return G(S, d2 if ks else d1).g  # all points or none

"Right and wrong answers to the exercise of lesson 71"


def busiest(kps):
    return (kps[1:] - kps[:-1]).norm(dim=-1).sum(0).argmax()


def agreement(kps):
    return (kps - kps.mean(0)).norm(dim=-1).mean((0, 1))


class wrong:
    @staticmethod
    def busiest(kps):
        return (kps[-1] - kps[0]).norm(dim=-1).argmax()  # from the first frame to the last, whatever lies between

    @staticmethod
    def agreement(kps):
        return (kps - kps.mean((0, 1))).norm(dim=-1).mean((0, 1)) + kps.std()  # also counts what moves

"Right and wrong answers to the exercises of lesson 14"


def path_length(tr):
    return tr['endeffector_pos'].diff(dim=0).norm(dim=1).sum()


def unzigzag(n):
    return n >> 1 ^ -(n & 1)


class wrong:
    @staticmethod
    def path_length(tr):
        p = tr['endeffector_pos']
        return (p[-1] - p[0]).norm()  # as the crow flies

    @staticmethod
    def unzigzag(n):
        return -(n >> 1) if n & 1 else n >> 1  # -1 comes out as 0

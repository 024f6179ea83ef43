"Answers to the exercises of 34_train.scale"


def share_of(rank, world, bs, batch):
    return [(batch * world + rank) * bs + i for i in range(bs)]


def dearer(back):
    return (2 + back) / (1 + back)


class wrong:
    def share_of(rank, world, bs, batch):
        return [batch * world * bs + rank + world * i for i in range(bs)]

    def dearer(back):
        return 2.0

"Right and wrong answers to the exercises of lesson 24"


def unmasked():
    return 'the background as well'


def mask_pull(o, m, B, d):
    return ((m * o + (1 - m) * B - d) * (o - B)).sum(0, keepdim=True)


def new_background(gen, B):
    return gen.m * gen.o + (1 - gen.m) * B


class wrong:
    @staticmethod
    def unmasked():
        return 'black'  # reassembled pixels hold the background, too

    @staticmethod
    def mask_pull(o, m, B, d):
        return ((m * o + (1 - m) * B - d) * o).sum(
            0, keepdim=True
        )  # forgets that the mask also takes the background away

    @staticmethod
    def new_background(gen, B):
        return gen.m * gen.g + B  # lays the subject over the background without cutting it out

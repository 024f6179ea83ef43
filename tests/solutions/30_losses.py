"Right and wrong answers to the exercises of lesson 30"


def hinge_d(real, fake):
    return (1 - real).clamp_min(0).mean() + (1 + fake).clamp_min(0).mean()


def best_guess(p, power):
    return float(p > 0.5) if power == 1 else p


def absolute_guess():
    return 'black'


class wrong:
    @staticmethod
    def absolute_guess():
        return 'grey'  # that is the answer of the squared error

    @staticmethod
    def hinge_d(real, fake):
        return ((1 - real).clamp_min(0) + (1 + fake).clamp_min(0)).mean()  # as many of both only

    @staticmethod
    def best_guess(p, power):
        return p  # the mean for both

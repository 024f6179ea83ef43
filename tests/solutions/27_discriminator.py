"Right and wrong answers to the exercises of lesson 27"


def view(n_layers):
    n, step = 1, 1
    for k, s in [(4, 2)] * n_layers + [(3, 1)]:
        n, step = n + (k - 1) * step, step * s
    return n


def accuracy(real, fake):
    return ((real > 0.5).sum() + (fake <= 0.5).sum()).item() / (real.numel() + fake.numel())


class wrong:
    @staticmethod
    def view(n_layers):
        return 4 * 2**n_layers  # kernels do not simply double

    @staticmethod
    def accuracy(real, fake):
        return ((real > 0.5).float().mean() + (fake <= 0.5).float().mean()).item() / 2  # right only for as many of both

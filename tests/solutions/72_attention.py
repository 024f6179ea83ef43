"Right and wrong answers to the exercises of lesson 72"

def sharpness(at): return at.flatten(1).amax(1).mean()
def fair(at):
    s = at.sum((2,3)).mean(0)
    return -(s*s.clamp_min(1e-12).log2()).sum()

class wrong:
    @staticmethod
    def sharpness(at): return at.max()                                        # of the sharpest place only
    @staticmethod
    def fair(at):                                                             # the mean of the entropies, not the entropy of the mean
        s = at.sum((2,3))
        return -(s*s.clamp_min(1e-12).log2()).sum(1).mean()

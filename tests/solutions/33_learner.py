"Answers to the exercises of 33_train.learner"
import math

def anneal(p, a, b, w): return w*min(1., max(0., (p-a)/(b-a)))
def half_life(beta): return math.log(.5)/math.log(beta)

class wrong:
    def anneal(p, a, b, w): return w*max(0., (p-a)/(b-a))
    def half_life(beta): return 1/(1-beta)

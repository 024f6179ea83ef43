"Right and wrong answers to the exercises of lesson 38"

from fastai.basics import Callback


def heard(cbs, event):
    return [type(cb).__name__ for cb in sorted(cbs, key=lambda o: o.order) if hasattr(type(cb), event)]


def warm_up(n):
    class WarmUp(Callback):
        run_valid = False

        def before_batch(self):
            if self.learn.train_iter < n:
                self.opt.set_hypers(lr=self.lr * (self.learn.train_iter + 1) / n)
            else:
                self.opt.set_hypers(lr=self.lr)

    return WarmUp()


class wrong:
    @staticmethod
    def heard(cbs, event):  # what the object has, too
        return [type(cb).__name__ for cb in sorted(cbs, key=lambda o: o.order) if hasattr(cb, event)]

    @staticmethod
    def warm_up(n):  # one step late: the first rate is 0
        class WarmUp(Callback):
            def before_batch(self):
                self.opt.set_hypers(lr=self.lr * min(1, self.learn.train_iter / n))

        return WarmUp()

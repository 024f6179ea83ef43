"""A training step on torch's meta device: a tensor that some callback makes on the processor meets one that is elsewhere,
and that is an error here as on a GPU; a `.item()` or a `.nonzero()` of the step's tensors is one, too"""

import pytest
import torch
from fastai.basics import Callback, DataLoaders
from pose_attn.core import preset
from pose_attn.train.learner import motion_learner
from pose_attn.train.recipe import Recipe


class Elsewhere:
    "One batch of episodes without numbers; B has a driving frame"

    n_inp, bs, device, dataset = 3, 2, torch.device('meta'), [0]

    def __len__(self):
        return 1

    def one_batch(self):
        def frames(*s):
            return torch.empty(*s, 3, 32, 32, device='meta')

        return frames(2, 2), frames(2), frames(2, 3), frames(2)

    def __iter__(self):
        yield self.one_batch()


class Devices(Callback):
    "Keeps the devices of everything that a step touched"

    order, steps, seen = 1000, 0, frozenset()

    def after_step(self):
        self.steps += 1
        ts = [*self.model.parameters(), *(p.grad for p in self.model.parameters() if p.grad is not None)]
        ts += [self.learn.driving, self.learn.loss, *self.learn.fakes]
        if hasattr(self.learn, 'adversarial_loss'):
            ts += list(self.learn.adversarial_loss.disc.parameters())
        if hasattr(self.learn, 'ema') and self.learn.ema.avg:
            ts += list(self.learn.ema.avg.values())
        self.seen = {t.device.type for t in ts}


def learner(recipe, *cbs):
    dls = DataLoaders(Elsewhere(), Elsewhere(), device='meta')
    learn = motion_learner(dls, preset('tiny', size=32, width=16), recipe, [*cbs, Devices()])
    learn.remove_cbs([c for c in learn.cbs if type(c).__name__ in ('Recorder', 'ProgressCallback')])
    learn.metrics = []  # they read numbers, and here are none
    return learn


NOW = dict(cross_start=0.0, cross_every=1, gan_start=0.0, precision='fp32')
RECIPES = {
    'self only': Recipe.self_only(precision='fp32'),
    'augmented': Recipe.self_only(precision='fp32', aug_p=1.0),
    'cross': Recipe.self_only(precision='fp32', cross=1.0, cross_start=0.0, cross_every=1),
    'discriminator': Recipe.self_only(precision='fp32', gan=1.0, gan_start=0.0),
    'what ships': Recipe(**NOW),
    'with equivariance, a varying number of sources': Recipe(equivariance=1.0, vary_sources=True, aug_p=0.5, **NOW),
}


@pytest.mark.parametrize('name', RECIPES)
def test_a_step_stays_on_its_device(name):
    learn = learner(RECIPES[name])
    with learn.no_logging(), learn.no_bar():
        learn.fit(2, 1e-3)
    assert learn.devices.steps == 2 and learn.devices.seen == {'meta'}


def test_the_test_can_fail():
    class Careless(Callback):
        def after_pred(self):
            self.learn.fakes = [self.pred.g + torch.randn(2, 3, 32, 32)]

    learn = learner(RECIPES['self only'], Careless())
    with learn.no_logging(), learn.no_bar(), pytest.raises(RuntimeError, match='device'):
        learn.fit(1, 1e-3)

"A training step on torch's meta device: a tensor that some callback makes on the processor meets one that is elsewhere, and that is an error here as on a GPU"
import pytest, torch
from fastai.basics import Callback, DataLoaders
from pose_attn.core import preset
from pose_attn.train.cross_identity import CrossIdentity, DrivingAugment
from pose_attn.train.gan import AdversarialLoss
from pose_attn.train.learner import motion_learner

class Elsewhere:
    "One batch of episodes without numbers"
    n_inp,bs,device,dataset = 3,2,torch.device('meta'),[0]
    def __len__(self): return 1
    def one_batch(self):
        f = lambda *s: torch.empty(*s, device='meta')
        return f(2,2,3,32,32),f(2,3,32,32),f(2,2,3,32,32),f(2,3,32,32)
    def __iter__(self): yield self.one_batch()

class FlopCounter(Callback):
    "Keeps the devices of everything that a step touched"
    order,steps,seen = 1000,0,frozenset()
    def after_step(self):
        self.steps += 1
        ts = [*self.model.parameters(), *(p.grad for p in self.model.parameters() if p.grad is not None), self.learn.driver, self.learn.loss, *self.learn.fakes]
        if getattr(self.learn,'adversary',None): ts += list(self.learn.adversary.critic.parameters())
        if getattr(self.learn,'ema',None) and self.ema.avg: ts += list(self.ema.avg.values())
        self.seen = {t.device.type for t in ts}

def learner(*cbs):
    l = motion_learner(DataLoaders(Elsewhere(), Elsewhere(), device='meta'), preset('tiny', size=32, width=16), cbs=[*cbs, FlopCounter()], bf16=False)
    l.remove_cbs([c for c in l.cbs if type(c).__name__ in ('Recorder','ProgressCallback')]); l.metrics = []   # they read numbers, and here are none
    return l

@pytest.mark.parametrize('cbs', [(), (DrivingAugment,), (CrossIdentity,), (AdversarialLoss,), (DrivingAugment,CrossIdentity,AdversarialLoss)], ids=lambda o: '+'.join(c.__name__ for c in o) or 'plain')
def test_a_step_stays_on_its_device(cbs):
    l = learner(*[c() for c in cbs])
    with l.no_logging(),l.no_bar(): l.fit(2, 1e-3)
    assert l.count.steps==2 and l.count.seen=={'meta'}

def test_the_test_can_fail():
    class Careless(Callback):
        def after_pred(self): self.learn.fakes = [self.pred.g+torch.randn(2,3,32,32)]
    l = learner(Careless())
    with l.no_logging(),l.no_bar(),pytest.raises(RuntimeError, match='device'): l.fit(1, 1e-3)

"A training that is killed at any moment and taken up again ends where the one ends that was not"

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
import pytest
import torch
from fastai.basics import Callback
from pose_attn.core import preset
from pose_attn.data.loaders import MotionDataLoaders
from pose_attn.train.learner import EMA, motion_learner
from pose_attn.train.recipe import Recipe
from pose_attn.train.run import run_training

pytestmark = pytest.mark.long

RUN = '''
import sys, torch
from pathlib import Path
from fastai.basics import Callback, CancelFitException
from pose_attn.data.loaders import *
from pose_attn.train.learner import *
from pose_attn.train.cross_identity import *
from pose_attn.train.gan import *
from pose_attn.train.recipe import *

out,steps,every = Path(sys.argv[1]),int(sys.argv[2]),float(sys.argv[3])
class LossLog(Callback):
    "The loss of every step, and an end after `steps`"
    order = 80
    def after_batch(self):
        if not self.training: return
        with (out/'losses.txt').open('a') as f: f.write(f'{self.train_iter} {self.learn.loss.item()!r}\\n')
        if self.train_iter>=steps: raise CancelFitException()
torch.manual_seed(0); torch.set_num_threads(1)
dls = MotionDataLoaders.from_world('pendulum', 32, bs=2, n_batches=5, n_valid=2, with_b_driving=False, device='cpu')
recipe = Recipe(single_driving=True, cross_start=0., detach_pseudo_driving=False, gan_start=0., lr=8e-4, precision='fp32')
cbs = [SaveCheckpoint(out/'state.pt', every=every), LossLog()]
learn = motion_learner(dls, 'tiny', recipe, cbs, width=16, appearance_dim=48, pose_dim=32, bg_width=8, size=32)
with learn.no_bar(),learn.no_logging(): learn.fit(99, 1e-3)
torch.save(learn.model.state_dict(), out/'end.pt')
'''


def start(out, steps, every=0):
    return subprocess.Popen(
        [sys.executable, '-c', RUN, str(out), str(steps), str(every)],
        env=dict(os.environ, OMP_NUM_THREADS='1', PYTHONWARNINGS='ignore'),
    )


def losses(out):
    p = out / 'losses.txt'
    return [tuple(o.split()) for o in p.read_text().splitlines() if len(o.split()) == 2] if p.is_file() else []


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp('whole')
    assert start(out, 14).wait(300) == 0
    return out


def test_killed_twice_and_resumed(whole, tmp_path):
    for kill_at in (4, 9):  # epochs have five steps: once in the first, once in the second
        p = start(tmp_path, 14)
        while p.poll() is None and not any(int(s) >= kill_at for s, _ in losses(tmp_path)):
            time.sleep(0.01)
        p.send_signal(signal.SIGKILL)
        assert p.wait() == -signal.SIGKILL, 'it ended before it could be killed'
    assert start(tmp_path, 14).wait(300) == 0
    want, got = dict(losses(whole)), losses(tmp_path)
    assert len(want) == 14 and {s for s, _ in got} == set(want)
    assert all(want[s] == l for s, l in got), 'another loss at some step'  # also of the steps that were done twice
    a, b = (torch.load(o / 'end.pt', weights_only=True) for o in (whole, tmp_path))
    assert all(torch.equal(a[k], b[k]) for k in a), 'other weights'


def test_a_damaged_state_costs_one_step(whole, tmp_path):
    p = start(tmp_path, 14)
    while p.poll() is None and not any(int(s) >= 6 for s, _ in losses(tmp_path)):
        time.sleep(0.01)
    p.kill()
    p.wait()
    (tmp_path / 'state.pt').write_bytes((tmp_path / 'state.before.pt').read_bytes()[:5000])
    assert start(tmp_path, 14).wait(300) == 0
    a, b = (torch.load(o / 'end.pt', weights_only=True) for o in (whole, tmp_path))
    assert all(torch.equal(a[k], b[k]) for k in a), 'other weights'


@pytest.mark.parametrize('kind', [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_first_minute(whole, tmp_path, kind):
    "The state is written at once, by a fit that otherwise writes at its end; no step is lost or done twice"
    p = start(tmp_path, 14, every=60)
    while p.poll() is None and len(losses(tmp_path)) < 3:
        time.sleep(0.01)
    p.send_signal(kind)
    assert p.wait(60) != 0
    done = len(losses(tmp_path))
    assert 3 <= done < 14 and (tmp_path / 'state.pt').is_file()
    assert start(tmp_path, 14, every=60).wait(300) == 0
    assert losses(tmp_path) == losses(whole)
    a, b = (torch.load(o / 'end.pt', weights_only=True) for o in (whole, tmp_path))
    assert all(torch.equal(a[k], b[k]) for k in a), 'other weights'


class At(Callback):
    "Calls `do` at an event of the third step"

    order = 80

    def __init__(self, event, do):
        setattr(self, event, lambda: do() if self.train_iter == 2 else None)


def stop():
    os.kill(os.getpid(), signal.SIGINT)


def fail():
    raise ZeroDivisionError('a batch')


@pytest.mark.parametrize(
    'event, do, kind',
    [
        ('after_pred', stop, KeyboardInterrupt),
        ('after_pred', fail, ZeroDivisionError),
        ('after_backward', fail, ZeroDivisionError),
    ],
)
def test_a_stop_leaves_nothing_behind(event, do, kind):
    "Precision, gradients, average and signals are as before, after a stop by hand as after an error in a batch"
    dls = MotionDataLoaders.from_world('pendulum', 32, bs=2, n_batches=5, n_valid=2, with_b_driving=False, device='cpu')
    r = Recipe(single_driving=True, precision='bf16', gan=None)
    handler = signal.getsignal(signal.SIGINT)
    learn = motion_learner(dls, preset('tiny', size=32, width=8, bg_width=8), r, [At(event, do)])
    with pytest.raises(kind), learn.no_bar(), learn.no_logging():
        learn.fit(2)
    assert learn.train_iter == (3 if kind is KeyboardInterrupt else 2)
    assert not torch.is_autocast_enabled('cpu')
    assert all(p.grad is None or not p.grad.any() for p in learn.model.parameters())
    ema = next(c for c in learn.cbs if isinstance(c, EMA))
    assert not ema.live  # the network is the average now
    assert any((v != ema.avg[k]).any() for k, v in learn.model.state_dict().items())
    assert signal.getsignal(signal.SIGINT) is handler and not learn.stop_asked


SMALL = dict(width=8, bg_width=4, size=32, num_res_blocks=1)


def test_an_error_in_a_batch_keeps_the_state(tmp_path, capsys):
    "What was learned until then is written at once; what is said tells the command that resumes, quoted"
    out = tmp_path / 'a run'
    kw = dict(data='pendulum', out=out, cfg_overrides=SMALL, clock='cpu', n_test_pairs=2)
    told = pytest.warns(UserWarning, match=rf"step 2 is kept, .* --out '{out}' resumes")
    with pytest.raises(ZeroDivisionError), told:
        run_training(minutes=1, cbs=[At('after_pred', fail)], **kw)
    assert (out / 'state.pt').is_file() and not (out / 'model.safetensors').exists()
    _, res = run_training(minutes=0.001, **kw)
    assert 'resuming at step 2' in capsys.readouterr().out and res['steps'] >= 2


def test_samples_and_a_log_that_cannot_be_written_end_nothing(tmp_path):
    for name in ('samples.png', 'log.jsonl'):
        (tmp_path / name).mkdir()
    kw = dict(cfg_overrides=SMALL, clock='cpu', n_test_pairs=2)
    with pytest.warns(UserWarning) as told:
        _, res = run_training('pendulum', tmp_path, minutes=0.02, **kw)
    assert res['steps'] and (tmp_path / 'model.safetensors').is_file()
    assert {str(tmp_path / o) for o in ('samples.png', 'log.jsonl')} <= {str(o.message).split(':')[0] for o in told}


def test_a_state_of_unknown_settings_is_not_taken_up(tmp_path):
    kw = dict(cfg_overrides=SMALL, clock='cpu', n_test_pairs=2)
    run_training('pendulum', tmp_path, minutes=0.001, **kw)
    for text in ('{"half', None):
        if text is None:
            (tmp_path / 'run.json').unlink()
        else:
            (tmp_path / 'run.json').write_text(text)
        with pytest.raises(ValueError, match='run.json: cannot be read.*no_resume'):
            run_training('pendulum', tmp_path, minutes=0.002, **kw)
    for more in (dict(clock='wall'), dict(scale=dict(accumulate=2))):
        out = tmp_path / 'again'
        run_training('pendulum', out, minutes=0.001, **kw)
        with pytest.raises(ValueError, match='a training that began with (clock|n_acc)='):
            run_training('pendulum', out, minutes=0.002, **kw | more)

"No callback hides what the learner or another callback has: fastai would warn of it in every training"

import ast
import importlib
import inspect
import pkgutil
import textwrap

import pose_attn
import pytest
from fastai.basics import Callback, Learner, Recorder, TrainEvalCallback, camel2snake
from fastai.callback.progress import ProgressCallback
from torch import nn

THEIRS = [Recorder, TrainEvalCallback, ProgressCallback]


def callbacks():
    "Every callback of the library"
    found = set()
    for m in pkgutil.walk_packages(pose_attn.__path__, 'pose_attn.', onerror=lambda name: None):
        for o in vars(importlib.import_module(m.name)).values():
            if inspect.isclass(o) and issubclass(o, Callback) and o.__module__ == m.name:
                found.add(o)
    return sorted(found, key=lambda o: o.__name__)


def written(cls):
    "Attributes of itself that a callback writes once it has a learner"
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    for f in ast.walk(tree):
        if isinstance(f, ast.FunctionDef) and f.name != '__init__':
            for o in ast.walk(f):
                if isinstance(o, ast.Attribute) and isinstance(o.ctx, ast.Store) and ast.unparse(o.value) == 'self':
                    yield o.attr


def hides(cls):
    "What `cls` hides of a learner and its network; and what fastai's callbacks would hide of a learner that has `cls`"
    name = camel2snake(cls.__name__.removesuffix('Callback'))  # the attribute of a learner that has it
    return set(written(cls)) & {*dir(Learner), *dir(nn.Module)} | {name} & {o for c in THEIRS for o in written(c)}


def test_what_is_hidden_is_found():
    class Log(Callback):
        def before_fit(self):
            self.half = 1

    assert hides(Log) == {'half', 'log'}
    assert not hides(Recorder) - {'log'}


@pytest.mark.parametrize('cls', callbacks(), ids=lambda o: o.__name__)
def test_a_callback_hides_nothing(cls):
    assert not hides(cls), f'{cls.__module__}.{cls.__name__} hides {hides(cls)}'

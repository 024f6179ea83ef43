"`from pose_attn.all import *` brings what users type, and hides nothing of what they have imported before"

import ast
import builtins
import importlib
import sys

import pytest
from lessons import ROOT

sys.path.insert(0, str(ROOT / 'tools'))
import shape  # noqa: E402

MOST = 150


@pytest.fixture(scope='module')
def names():
    return shape.names()


def test_few_names(names):
    assert 20 < len(names) <= MOST, f'{len(names)} names; at most {MOST} are wanted'


def test_no_name_shadows(names):
    bad = [f'{k}: {", ".join(v)}' for k, v in sorted(names.items()) if v]
    assert not bad, 'these names are others in fastai, fastcore, torch, torchvision or Python:\n' + '\n'.join(bad)


def test_all_names_what_it_brings(names):
    import pose_attn.all

    assert set(pose_attn.all.__all__) == set(names)


def unknown(text, known):
    "Names that `text` reads and that neither it nor `known` has"
    nodes = list(ast.walk(ast.parse(text)))
    known = known | {o.arg for o in nodes if isinstance(o, ast.arg)}
    known |= {o.name for o in nodes if isinstance(o, (ast.FunctionDef, ast.ClassDef, ast.ExceptHandler))}
    imports = [a for o in nodes if isinstance(o, (ast.Import, ast.ImportFrom)) for a in o.names]
    known |= {a.asname or a.name.split('.')[0] for a in imports}
    read = [o for o in nodes if isinstance(o, ast.Name) and isinstance(o.ctx, ast.Load)]
    known |= {o.id for o in nodes if isinstance(o, ast.Name) and not isinstance(o.ctx, ast.Load)}
    return {o.id for o in read} - known


@pytest.mark.parametrize('path', [p for p in shape.library() if p.name != '__init__.py'], ids=lambda p: p.stem)
def test_a_module_imports_what_it_names(path):
    "What only a hidden cell of the notebook imports is missing outside of it"
    module = importlib.import_module('.'.join(path.relative_to(ROOT).with_suffix('').parts))
    bad = unknown(path.read_text(encoding='utf-8'), {*vars(module), *dir(builtins)})
    assert not bad, f'{path.name}: not imported: {bad}'


def test_unknown_names():
    assert unknown('import a\ndef f(x): return x+a+b', {'c'}) == {'b'}

"With the requirements alone: the package imports, one import brings all names, what is missing is named with its extra"

import json
import re
import subprocess
import sys

import pytest
from lessons import ROOT
from pose_attn._modidx import d as index

pytestmark = pytest.mark.long

ALONE = '''
import configparser, sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ini = configparser.ConfigParser(delimiters=['='])
ini.read('settings.ini', encoding='utf-8')
there, todo = {'pose-attn'}, [Requirement(o).name for o in ini['DEFAULT']['requirements'].split()]
while todo:                                                          # the requirements, and what these require
    name = canonicalize_name(todo.pop())
    if name in there:
        continue
    there.add(name)
    try:
        more = map(Requirement, requires(name) or [])
    except PackageNotFoundError:
        continue
    todo += [o.name for o in more if o.marker is None or o.marker.evaluate(dict(extra=''))]
where = packages_distributions().items()
hidden = {k for k, v in where if not there & {canonicalize_name(o) for o in v}} - {'pose_attn'}
class Alone:
    "A finder that does not find what is hidden: to the import system it is not installed"
    def __init__(self, finder): self.finder = finder
    def __getattr__(self, k): return getattr(self.finder, k)
    def find_spec(self, name, path=None, target=None):
        return None if name.split('.')[0] in hidden else self.finder.find_spec(name, path, target)
sys.meta_path[:] = map(Alone, sys.meta_path)
'''
MODULES = '''
import importlib, json, pkgutil, pose_attn
end = {}
for m in pkgutil.walk_packages(pose_attn.__path__, 'pose_attn.', onerror=lambda name: None):
    try: importlib.import_module(m.name); end[m.name] = ''
    except Exception as e: end[m.name] = f'{type(e).__name__}: {e}'
print(json.dumps(end))
'''
STAR = '''
import json
from pose_attn.all import *
late = [o for o in ('av', 'IPython') if o in sys.modules]
import pose_attn.all as everything
end = {}
for name in everything.__all__:
    if name not in globals(): end[name] = 'not brought'; continue
    o = globals()[name]
    if name not in WIDGETS or not callable(o): continue
    try: o(); end[name] = 'made, without what it needs'
    except ImportError as e: end[name] = f'ImportError: {e}'
    except Exception as e: end[name] = f'{type(e).__name__}: {e}'
print(json.dumps([len(everything.__all__), late, end]))
'''
NAMED = r"pose_attn\[[a-z_]+\]"


def python(code):
    cmd = [sys.executable, '-W', 'ignore', '-c', code]
    r = subprocess.run(cmd, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert r.returncode == 0, r.stderr[-3000:]
    return json.loads(r.stdout.splitlines()[-1])


@pytest.fixture(scope='module')
def modules():
    return python(ALONE + MODULES)


def test_the_rest_is_hidden():
    code = '''
import importlib, json
end = {}
for name in 'numpy pandas torch plotly anywidget IPython torchmetrics accelerate nbdev pytest'.split():
    try: importlib.import_module(name); end[name] = True
    except ModuleNotFoundError: end[name] = False
print(json.dumps(end))
'''
    got = python(ALONE + code)
    assert {k for k, v in got.items() if v} == {'numpy', 'pandas', 'torch'}, got  # pandas comes with fastai


def test_every_module_imports_or_names_its_extra(modules):
    bad = {k: v for k, v in modules.items() if v and not (v.startswith('ImportError') and re.search(NAMED, v))}
    assert len(modules) > 30 and not bad, '\n'.join(f'{k}: {v}' for k, v in bad.items())


def test_the_network_and_its_commands_need_no_extra(modules):
    names = index['syms'].items()
    commands = {m for m, o in names for k in ('demo', 'train', 'animate') if f'{m}.pose_attn_{k}' in o}
    assert commands == {'pose_attn.cli'}
    light = {k: v for k, v in modules.items() if k in commands or k.startswith(('pose_attn.model.', 'pose_attn.data.'))}
    assert len(light) > 10 and not any(light.values()), {k: v for k, v in light.items() if v}


def test_one_import_brings_all_names_and_says_what_is_missing():
    whole = '''
import json, pose_attn.all as everything
of = lambda o: getattr(getattr(everything, o), '__module__', None) or ''
print(json.dumps([o for o in everything.__all__ if of(o).startswith('pose_attn.widgets')]))
'''
    widgets = python(whole)
    n, late, end = python(ALONE + f'WIDGETS = set({widgets!r})' + STAR)
    bad = {k: v for k, v in end.items() if not re.search(NAMED, v)}
    assert n > 30 and widgets and not bad, bad
    assert not late, f'imported before anybody asked for it: {late}'


def test_the_network_knows_neither_videos_nor_transforms():
    code = '''
import importlib, json, pkgutil, sys, pose_attn.model as model
names = [m.name for m in pkgutil.iter_modules(model.__path__, 'pose_attn.model.')]
for name in names: importlib.import_module(name)
print(json.dumps([len(names), [o for o in ('av', 'torchvision') if o in sys.modules]]))
'''
    n, found = python(code)
    assert n > 5 and not found, f'pose_attn.model imports {found}'


def test_the_app_names_its_extra():
    code = ALONE + 'from pose_attn.files import pose_attn_app; pose_attn_app(weights="faces_tiny")'
    r = subprocess.run([sys.executable, '-W', 'ignore', '-c', code], cwd=ROOT, capture_output=True, text=True)
    said = r.stderr.strip().splitlines()
    assert r.returncode == 2 and len(said) == 1 and "pip install 'pose_attn[app]'" in said[0], r.stderr

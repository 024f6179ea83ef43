"""The library is more than its workshop: it imports without nbdev, needs only what settings.ini names, and
leaves the GPU alone until it is asked
"""

import ast
import configparser
import os
import re
import subprocess
import sys
from pathlib import Path
from lessons import ROOT

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'nbdev','execnb','ghapi'}: raise ModuleNotFoundError(f'{name} is blocked: it belongs to the dev extra', name=name)
sys.meta_path.insert(0, Block())
"""
IMPORT_ALL = (
    BLOCK
    + """
import pkgutil, importlib, pose_attn
def fail(name): sys.exit(f'cannot import {name}')
names = [m.name for m in pkgutil.walk_packages(pose_attn.__path__, 'pose_attn.', onerror=fail) if not m.name.endswith('_modidx')]
for n in names: importlib.import_module(n)
import torch
assert not torch.cuda.is_initialized(), 'importing the library woke the GPU'
assert not {'nbdev','execnb','ghapi'} & set(sys.modules)
print(len(names))
"""
)


def run(code):
    return subprocess.run(
        [sys.executable, '-c', code], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def test_imports_without_nbdev():
    r = run(IMPORT_ALL)
    assert r.returncode == 0, r.stderr
    files = [p for p in (ROOT / 'pose_attn').rglob('*.py') if p.name not in {'__init__.py', '_modidx.py'}]
    assert int(r.stdout.split()[-1]) >= len(files), (
        f'{r.stdout} modules imported of {len(files)}: is an __init__.py missing?'
    )


def test_the_block_blocks():
    assert 'is blocked' in run(BLOCK + 'import nbdev.export').stderr


DIST = dict(
    PIL='pillow', IPython='ipython', google='protobuf'
)  # where the import name is not the name of the distribution
BY_HAND = {'mediapipe'}  # its own requirements cannot stand beside ours: lesson 52 says how to install it without them
# what a module, or the modules of a folder, may import at the top beside the core; elsewhere an extra is imported late
EXTRA_OF = dict(
    widgets='widgets',
    study='study',
    user_study='study',
    eval='eval',
    lab='eval',
    metrics='eval',
    evaluate='eval',
    experiments='eval',
    compared='eval',
    bench='eval',
)


def settings():
    ini = configparser.ConfigParser(delimiters=['='])
    ini.read(ROOT / 'settings.ini', encoding='utf-8')
    return ini['DEFAULT']


def dists(key):
    "Distributions that a key of settings.ini names"
    return {re.split(r'[<>=!~\[;]', o)[0].lower().replace('_', '-') for o in settings()[key].split()}


def extras():
    return {k.removesuffix('_requirements'): dists(k) for k in settings() if k.endswith('_requirements')}


def imported(p):
    "(name, is it at the top?) of every package that is not Python's and not ours"
    tree = ast.parse(p.read_text(encoding='utf-8'))
    for o in ast.walk(tree):
        names = [n.name for n in o.names] if isinstance(o, ast.Import) else []
        if isinstance(o, ast.ImportFrom) and not o.level:
            names = [o.module]
        for top in {n.split('.')[0] for n in names} - {'pose_attn'} - set(sys.stdlib_module_names):
            yield DIST.get(top, top).lower().replace('_', '-'), o in tree.body


def test_requirements_name_what_is_imported():
    ours, bad = extras(), []
    anywhere = set().union(*(v for k, v in ours.items() if k != 'dev')) | BY_HAND
    for p in sorted((ROOT / 'pose_attn').rglob('*.py')):
        at = p.relative_to(ROOT / 'pose_attn').with_suffix('')
        mine = dists('requirements').union(*(ours[EXTRA_OF[o]] for o in at.parts if o in EXTRA_OF))
        for name, top in imported(p):
            if name not in mine and (top or not any(e.startswith(name) for e in anywhere)):
                bad.append(f'{at}: {name}')
    assert not bad, f'imported, but not in the requirements of settings.ini: {bad}'


CORE = 'torch torchvision numpy fastai fastcore matplotlib pillow av safetensors tqdm'


def test_the_core_is_light():
    "What everybody has to install; everything else is an extra. Developers have all of it but large weights"
    assert dists('requirements') == set(CORE.split())
    ours = extras()
    assert ours['dev'] >= ours['widgets'] | ours['eval'] | ours['study'] | ours['distributed'] | ours['docs']
    assert 'eval_networks' in ours and {'nbdev', 'pytest', 'ruff', 'playwright'} <= ours['dev']


def test_the_version_to_cite():
    assert (
        re.search(r'^version: (.*)', (ROOT / 'CITATION.cff').read_text(encoding='utf-8'), re.M)[1]
        == settings()['version']
    )

"The library is more than its workshop: it imports without nbdev, needs only what settings.ini names, and leaves the GPU alone until it is asked"
import ast, configparser, os, re, subprocess, sys
from pathlib import Path
from lessons import ROOT

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'nbdev','execnb','ghapi'}: raise ModuleNotFoundError(f'{name} is blocked: it belongs to the dev extra', name=name)
sys.meta_path.insert(0, Block())
"""
IMPORT_ALL = BLOCK + """
import pkgutil, importlib, pose_attn
def fail(name): sys.exit(f'cannot import {name}')
names = [m.name for m in pkgutil.walk_packages(pose_attn.__path__, 'pose_attn.', onerror=fail) if not m.name.endswith('_modidx')]
for n in names: importlib.import_module(n)
import torch
assert not torch.cuda.is_initialized(), 'importing the library woke the GPU'
assert not {'nbdev','execnb','ghapi'} & set(sys.modules)
print(len(names))
"""
def run(code): return subprocess.run([sys.executable, '-c', code], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)

def test_imports_without_nbdev():
    r = run(IMPORT_ALL)
    assert r.returncode==0, r.stderr
    files = [p for p in (ROOT/'pose_attn').rglob('*.py') if p.name not in {'__init__.py','_modidx.py'}]
    assert int(r.stdout.split()[-1])>=len(files), f'{r.stdout} modules imported of {len(files)}: is an __init__.py missing?'

def test_the_block_blocks(): assert 'is blocked' in run(BLOCK+'import nbdev.export').stderr

DIST = dict(PIL='pillow', IPython='ipython')       # where the import name is not the name of the distribution
BY_HAND = {'mediapipe'}                            # its own requirements cannot stand beside ours: lesson 52 says how to install it without them
def test_requirements_name_what_is_imported():
    ini = configparser.ConfigParser(delimiters=['=']); ini.read(ROOT/'settings.ini', encoding='utf-8'); cfg = ini['DEFAULT']
    dists = lambda s: {re.split(r'[<>=!~\[;]', o)[0].lower().replace('_','-') for o in s.split()}
    runtime = dists(cfg['requirements'])
    extras = set().union(*(dists(v) for k,v in cfg.items() if k.endswith('_requirements') and k!='dev_requirements'))
    bad = []
    for p in sorted((ROOT/'pose_attn').rglob('*.py')):
        tree = ast.parse(p.read_text(encoding='utf-8'))
        for o in ast.walk(tree):
            names = [n.name for n in o.names] if isinstance(o, ast.Import) else [o.module] if isinstance(o, ast.ImportFrom) and not o.level else []
            for top in {n.split('.')[0] for n in names}:
                if top in sys.stdlib_module_names or top=='pose_attn': continue
                d = DIST.get(top, top).lower().replace('_','-')
                late = o not in tree.body                                     # inside a function: an extra may be asked for there
                if d not in runtime and not (late and (d in BY_HAND or any(e.startswith(d) for e in extras))): bad.append(f'{p.relative_to(ROOT)}: {top}')
    assert not bad, f'imported, but not in the requirements of settings.ini: {bad}'

"""Runs the code cells of each notebook as a plain script in a process of its own, with nbdev blocked. Called
by compat.sh, which sets the path
"""

import configparser
import json
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = '''
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'nbdev','execnb','ghapi'}: raise ModuleNotFoundError(f'{name} is blocked', name=name)
sys.meta_path.insert(0, Block())
from IPython.display import display
import builtins
builtins.get_ipython = lambda: None    # the first cell of a core lesson asks whether this is Colab
'''
RUN = '''
import sys, types
from pathlib import Path
f = sys.argv.pop(1); m = sys.modules['lesson'] = types.ModuleType('lesson'); m.__file__ = f    # not __main__: commands would start
exec(compile(Path(f).read_text(encoding='utf-8'), f, 'exec'), m.__dict__)
'''


def skipped(src, flags):
    ds = {m[1].strip() for m in re.finditer(r'^#\s*\|\s*(.+)', src, re.M)}
    return bool(ds & flags) or 'eval: false' in ds


def script(p):
    "The notebook as one program; cells flagged in tst_flags are left out, as nbdev_test does, and magic lines too"
    ini = configparser.ConfigParser(delimiters=['='])
    ini.read(ROOT / 'settings.ini', encoding='utf-8')
    flags = set(ini['DEFAULT']['tst_flags'].split())
    cs = [''.join(c['source']) for c in json.loads(p.read_text(encoding='utf-8'))['cells'] if c['cell_type'] == 'code']
    return BLOCK + '\n'.join(
        '\n'.join(o for o in s.splitlines() if not o.lstrip().startswith(('%', '!')))
        for s in cs
        if not skipped(s, flags)
    )


def main():
    print(
        'under',
        ', '.join(f'{o} {version(o)}' for o in ('fastai', 'fastcore', 'torch')),
        'on Python',
        sys.version.split()[0],
    )
    words = sys.argv[1:] or ['']
    ps = [
        p
        for p in sorted((ROOT / 'nbs').rglob('*.ipynb'))
        if '.ipynb_checkpoints' not in p.parts and any(w in p.name for w in words)
    ]
    failed = []
    for p in ps:
        t = time.time()
        with tempfile.TemporaryDirectory() as d:  # in a file, since fastcore reads the source of what it documents
            f = Path(d) / 'lesson.py'
            f.write_text(script(p), encoding='utf-8')
            r = subprocess.run(
                [sys.executable, '-c', RUN, f], cwd=p.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
        print(f"{'ok' if r.returncode == 0 else 'FAILED':7}{p.relative_to(ROOT)} ({time.time() - t:.0f} s)", flush=True)
        if r.returncode:
            failed.append(p.name)
            print('\n'.join(r.stderr.splitlines()[-25:]))
    print(f'{len(ps) - len(failed)} passed, {len(failed)} failed')
    sys.exit(bool(failed) or not ps)


if __name__ == '__main__':
    main()

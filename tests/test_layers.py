"Lessons may import only from lessons with a smaller number: reading order is import order"

import ast
import re
import pytest
from lessons import ROOT, notebooks, module_of


def ours(src, mod):
    "Modules of ours that the source of module `mod` imports, as dotted names below pose_attn"
    up = mod.split('.')
    for o in ast.walk(ast.parse(src)):
        if isinstance(o, ast.Import):
            yield from (n.name.removeprefix('pose_attn.') for n in o.names if n.name.startswith('pose_attn.'))
        elif isinstance(o, ast.ImportFrom):
            nm = o.module or ''
            if o.level:
                nm = '.'.join(up[: -o.level] + ([nm] if nm else []))
            elif nm == 'pose_attn':
                nm = ''
            elif nm.startswith('pose_attn.'):
                nm = nm.removeprefix('pose_attn.')
            else:
                continue
            if nm:
                yield nm
            yield from (f'{nm}.{n.name}'.lstrip('.') for n in o.names)  # `from pose_attn import core`


def lessons():
    "module name -> (lesson number, modules of ours it imports), read from the exported files"
    num = {m: int(n[1]) for p in notebooks() if (m := module_of(p)) and (n := re.match(r'(\d+)', p.name))}

    def deps(m):
        return sorted(
            {
                d
                for d in ours((ROOT / 'pose_attn' / (m.replace('.', '/') + '.py')).read_text(encoding='utf-8'), m)
                if d in num
            }
        )

    return {m: (n, deps(m)) for m, n in num.items()}


def test_imports_point_backwards():
    ls = lessons()
    bad = [f'{m} ({n:02d}) imports {d} ({ls[d][0]:02d})' for m, (n, ds) in ls.items() for d in ds if ls[d][0] >= n]
    assert ls and not bad, '\n'.join(bad)


def test_one_notebook_per_module():
    mods = [m for p in notebooks() if (m := module_of(p))]
    assert len(mods) == len(set(mods)), sorted(m for m in mods if mods.count(m) > 1)


WAYS = [
    'from pose_attn.b.c import *',
    'import pose_attn.b.c',
    'from pose_attn.b import c',
    'from .c import x',
    'def f():\n    from pose_attn.b.c import x',
]


@pytest.mark.parametrize('line', WAYS)
def test_every_way_to_import_is_seen(line):
    assert 'b.c' in set(ours(line, 'b.a'))

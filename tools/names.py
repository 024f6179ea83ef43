"""Which names of the library a core lesson uses that no core lesson before it, nor itself, has introduced.

    tools/names.py       print them

A name is introduced by a core lesson that defines it in a code cell, or names it `like this` in its prose. All others
are listed in a folded table at the head of the lesson, each with its docstring and a link to the lesson that defines it
(tools/course_map.py writes it), and count as introduced from there on.
"""

import ast
import json
import re
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VALUES = dict(  # what a docstring cannot say of a value
    PRESETS='The named sizes of a network: `tiny`, `small`, `paper`',
    FACE_FIELDS='Fields of a face and how many numbers each has',
    BODY_FIELDS='Fields of a body and how many numbers each has',
    ARM_FIELDS='Fields of an arm and how many numbers each has',
    ARM_POSE="Parts of an arm's pose and how many numbers each has",
    WHITE='What lies behind transparent pixels unless one says otherwise: the colour (255,255,255)',
)


@lru_cache
def library():
    "name -> (first line of its docstring, notebook that defines it) of all that the library exports"
    out = {}
    for p in sorted((ROOT / 'pose_attn').rglob('*.py')):
        text = p.read_text(encoding='utf-8')
        source = re.search(r'File to edit: (\S+?\.ipynb)', text)
        if not source:
            continue
        tree, docs = ast.parse(text), {}
        for o in tree.body:
            if isinstance(o, (ast.FunctionDef, ast.ClassDef)):
                docs.setdefault(o.name, ' '.join((ast.get_docstring(o) or '').split()))
        where = (p.parent / source[1]).resolve().relative_to(ROOT)
        for o in tree.body:
            all_of_it = isinstance(o, ast.Assign) and getattr(o.targets[0], 'id', '') == '__all__'
            if all_of_it and isinstance(o.value, ast.List):
                listed = ast.literal_eval(o.value)
                out |= {k: (docs.get(k) or VALUES.get(k, ''), where) for k in listed if k not in out}
    return out


def defined(tree):
    "Names that a code cell makes"
    out = {o.name for o in ast.walk(tree) if isinstance(o, (ast.FunctionDef, ast.ClassDef))}
    out |= {o.arg for o in ast.walk(tree) if isinstance(o, ast.arg)}
    return out | {o.id for o in ast.walk(tree) if isinstance(o, ast.Name) and isinstance(o.ctx, ast.Store)}


def of_lesson(path, made=()):
    "Names that the prose of a notebook explains or its cells define, and names that it uses; cells `made` are left out"
    cells = [c for c in json.loads((ROOT / path).read_text(encoding='utf-8'))['cells'] if c['id'] not in made]
    prose = '\n'.join(''.join(c['source']) for c in cells if c['cell_type'] == 'markdown')
    ticks = set(re.findall(r'(?<![\w.])[A-Za-z_]\w*', ' '.join(re.findall(r'`[^`]+`', prose))))
    used = {}
    for c in cells:
        text = ''.join(c['source'])
        if c['cell_type'] == 'code' and not re.search(r'^#\s*\|\s*hide\s*$', text, re.M):
            tree = ast.parse('\n'.join(o for o in text.splitlines() if not o.startswith(('%', '!'))))
            ticks |= defined(tree)
            used |= {o.id: None for o in ast.walk(tree) if isinstance(o, ast.Name) and isinstance(o.ctx, ast.Load)}
    return ticks & library().keys(), [k for k in used if k in library()]


def unknown(core, made=()):
    "path -> names that the core lesson uses and nobody has introduced, for the core lessons `core` in their order"
    known, out = set(), {}
    for r in core:
        own, used = of_lesson(r['path'], made)
        known |= own
        out[r['path']] = [k for k in used if k not in known]
        known |= set(out[r['path']])
    return out


def main():
    import course_map

    for path, names in unknown([r for r in course_map.lessons() if r['kind'] == 'Core'], course_map.MADE).items():
        print(path.stem, ', '.join(names) or '-')


if __name__ == '__main__':
    main()

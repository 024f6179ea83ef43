"What the tests know about the notebooks: they are found, never listed"

import ast
import importlib.util
import json
import re
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NBS = ROOT / 'nbs'


def notebooks():
    "Every notebook of the project, the front page included"
    return [ROOT / 'index.ipynb'] + sorted(
        (p for p in NBS.rglob('*.ipynb') if not p.is_symlink() and '.ipynb_checkpoints' not in p.parts),
        key=lambda p: p.name,
    )


def lessons():
    "The numbered lessons of the course: those of nbs/ with a number below 90"
    return [p for p in notebooks() if NBS in p.parents and (m := re.match(r'(\d+)', p.name)) and int(m[1]) < 90]


def cells(p):
    return json.loads(p.read_text(encoding='utf-8'))['cells']


def src(c):
    return ''.join(c['source'])


def is_code(c):
    return c['cell_type'] == 'code'


def hidden(c):
    return is_code(c) and bool(re.search(r'^#\s*\|\s*hide\s*$', src(c), re.M))


def exported(c):
    return is_code(c) and bool(re.search(r'^#\s*\|\s*export', src(c), re.M))


def module_of(p):
    return next(
        (m[1] for c in cells(p) if is_code(c) and (m := re.search(r'^#\s*\|\s*default_exp\s+(\S+)', src(c), re.M))),
        None,
    )


def code_of(c):
    "Source of a code cell without IPython's magic lines"
    return '\n'.join(o for o in src(c).splitlines() if not o.lstrip().startswith(('%', '!')))


def only_imports(c):
    if not is_code(c):
        return False
    try:
        body = ast.parse(code_of(c)).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body)


def try_it(p):
    "Cells from '## Try it' on; [] if there is no such section"
    cs = cells(p)
    at = [i for i, c in enumerate(cs) if not is_code(c) and re.search(r'^## Try it\s*$', src(c), re.M)]
    return cs[at[-1] :] if at else []


# --- exercises ------------------------------------------------------------------------------------


def is_check(o):
    return isinstance(o, types.FunctionType) and getattr(o, 'is_exercise', False)


def run_try_it(p):
    """Names after the lesson's imports, `from pose_attn.<module> import *` and its Try-it cells; and the
    (check, answer) pairs it calls
    """
    mod = types.ModuleType('try_it_' + p.stem.replace('.', '_'))
    ns = mod.__dict__
    sys.modules[mod.__name__] = mod
    tail = [
        c for c in try_it(p) if is_code(c) and (only_imports(c) or not hidden(c))
    ]  # a hidden cell tidies up after the lesson
    head = [c for c in cells(p)[: -len(try_it(p))] if only_imports(c)]
    for c in head:
        exec(compile(code_of(c), f'{p.name}, imports', 'exec'), ns)
    if module_of(p):  # the tour exports nothing
        exec(f'from pose_attn.{module_of(p)} import *', ns)
    pairs = []
    for c in tail:
        code = code_of(c)
        exec(compile(code, f'{p.name}, Try it', 'exec'), ns)
        for o in ast.walk(ast.parse(code)):
            if isinstance(o, ast.Call) and isinstance(o.func, ast.Name) and is_check(ns.get(o.func.id)):
                if len(o.args) == 1 and isinstance(o.args[0], ast.Name):
                    pairs.append((o.func.id, o.args[0].id))
    return ns, pairs


def answers(p):
    f = ROOT / 'tests/solutions' / f'{p.stem}.py'
    assert f.exists(), f'no tests/solutions/{f.name}'
    spec = importlib.util.spec_from_file_location('solutions_' + p.stem.replace('.', '_'), f)
    m = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = m
    spec.loader.exec_module(m)
    return m


def check_exercises(p, capsys):
    "Every check of the lesson at `p` leaves the stub alone, takes the right answer and refuses the wrong one"
    assert try_it(p), 'no section "## Try it"'
    ns, pairs = run_try_it(p)
    checks = {k for k, v in ns.items() if is_check(v) and v.__module__ == ns['__name__']}
    assert checks and checks == {c for c, _ in pairs}, (
        f'checks defined: {sorted(checks)}; called on an answer: {sorted({c for c, _ in pairs})}'
    )
    sol, bad = answers(p), []
    for check, name in pairs:
        right, wrong = getattr(sol, name, None), getattr(getattr(sol, 'wrong', None), name, None)
        if right is None or wrong is None:
            bad.append(f'{name}: no {"right" if right is None else "wrong"} answer in tests/solutions/{p.stem}.py')
            continue
        for what, f, want in (
            ('the untouched stub', ns[name], None),
            ('the right answer', right, True),
            ('the wrong answer', wrong, False),
        ):
            capsys.readouterr()
            got = ns[check](f)
            if got is not want:
                bad.append(f'{check} on {what}: {got}, wanted {want}; it printed: {capsys.readouterr().out.strip()}')
    assert not bad, '\n'.join(bad)

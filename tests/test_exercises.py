"Each exercise's check leaves the untouched stub alone, takes the right answer and refuses a plausible wrong one"
import ast, importlib.util, sys, types
import pytest
from lessons import ROOT, lessons, cells, is_code, code_of, only_imports, hidden, module_of, try_it

def is_check(o): return isinstance(o, types.FunctionType) and getattr(o, 'is_exercise', False)

def run_try_it(p):
    "Names after the lesson's imports, `from pose_attn.<module> import *` and its Try-it cells; and the (check, answer) pairs it calls"
    mod = types.ModuleType('try_it_'+p.stem.replace('.','_')); ns = mod.__dict__; sys.modules[mod.__name__] = mod
    tail = [c for c in try_it(p) if is_code(c) and (only_imports(c) or not hidden(c))]   # a hidden cell tidies up after the lesson
    head = [c for c in cells(p)[:-len(try_it(p))] if only_imports(c)]
    for c in head: exec(compile(code_of(c), f'{p.name}, imports', 'exec'), ns)
    exec(f'from pose_attn.{module_of(p)} import *', ns)
    pairs = []
    for c in tail:
        code = code_of(c); exec(compile(code, f'{p.name}, Try it', 'exec'), ns)
        for o in ast.walk(ast.parse(code)):
            if isinstance(o, ast.Call) and isinstance(o.func, ast.Name) and is_check(ns.get(o.func.id)):
                if len(o.args)==1 and isinstance(o.args[0], ast.Name): pairs.append((o.func.id, o.args[0].id))
    return ns,pairs

def answers(p):
    f = ROOT/'tests/solutions'/f'{p.stem}.py'
    assert f.exists(), f'no tests/solutions/{f.name}'
    spec = importlib.util.spec_from_file_location('solutions_'+p.stem.replace('.','_'), f)
    m = importlib.util.module_from_spec(spec); sys.modules[spec.name] = m; spec.loader.exec_module(m)
    return m

@pytest.mark.parametrize('p', lessons(), ids=lambda p: p.stem)
def test_checks_tell_right_from_wrong(p, capsys):
    assert try_it(p), 'no section "## Try it"'
    ns,pairs = run_try_it(p)
    checks = {k for k,v in ns.items() if is_check(v) and v.__module__==ns['__name__']}
    assert checks and checks=={c for c,_ in pairs}, f'checks defined: {sorted(checks)}; called on an answer: {sorted({c for c,_ in pairs})}'
    sol,bad = answers(p),[]
    for check,name in pairs:
        right,wrong = getattr(sol, name, None),getattr(getattr(sol, 'wrong', None), name, None)
        if right is None or wrong is None: bad.append(f'{name}: no {"right" if right is None else "wrong"} answer in tests/solutions/{p.stem}.py'); continue
        for what,f,want in (('the untouched stub', ns[name], None), ('the right answer', right, True), ('the wrong answer', wrong, False)):
            capsys.readouterr(); got = ns[check](f)
            if got is not want: bad.append(f'{check} on {what}: {got}, wanted {want}; it printed: {capsys.readouterr().out.strip()}')
    assert not bad, '\n'.join(bad)

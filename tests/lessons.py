"What the tests know about the notebooks: they are found, never listed"
import ast, json, re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NBS = ROOT/'nbs'

def notebooks():
    "Every notebook of the project, the front page included"
    return [ROOT/'index.ipynb'] + sorted((p for p in NBS.rglob('*.ipynb') if not p.is_symlink() and '.ipynb_checkpoints' not in p.parts), key=lambda p: p.name)

def lessons():
    "The numbered lessons of the course: those of nbs/ with a number below 90"
    return [p for p in notebooks() if NBS in p.parents and (m := re.match(r'(\d+)', p.name)) and int(m[1])<90]

def cells(p): return json.loads(p.read_text(encoding='utf-8'))['cells']
def src(c): return ''.join(c['source'])
def is_code(c): return c['cell_type']=='code'
def hidden(c): return is_code(c) and bool(re.search(r'^#\s*\|\s*hide\s*$', src(c), re.M))
def exported(c): return is_code(c) and bool(re.search(r'^#\s*\|\s*export', src(c), re.M))
def module_of(p): return next((m[1] for c in cells(p) if is_code(c) and (m := re.search(r'^#\s*\|\s*default_exp\s+(\S+)', src(c), re.M))), None)

def code_of(c):
    "Source of a code cell without IPython's magic lines"
    return '\n'.join(o for o in src(c).splitlines() if not o.lstrip().startswith(('%', '!')))

def only_imports(c):
    if not is_code(c): return False
    try: body = ast.parse(code_of(c)).body
    except SyntaxError: return False
    return bool(body) and all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body)

def try_it(p):
    "Cells from '## Try it' on; [] if there is no such section"
    cs = cells(p)
    at = [i for i,c in enumerate(cs) if not is_code(c) and re.search(r'^## Try it\s*$', src(c), re.M)]
    return cs[at[-1]:] if at else []

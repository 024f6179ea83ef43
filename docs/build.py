"The documentation site: pages collected in _proc/, built into _docs/.  build.py [arguments for sphinx-build]"
import json, re, shutil, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT, PROC = ROOT/'_docs', ROOT/'_proc'

def page(src, dst):
    "Copy a notebook without the cells and lines that nbdev hides"
    nb = json.loads(src.read_text(encoding='utf-8')); keep = []
    for c in nb['cells']:
        s = ''.join(c['source'])
        if c['cell_type']=='code':
            if re.search(r'^#\s*\|\s*(hide\s*$|default_exp)', s, re.M): continue
            s = '\n'.join(o for o in s.splitlines() if not re.match(r'#\s*\|', o))
        keep.append({**c, 'source':s})
    dst.parent.mkdir(parents=True, exist_ok=True)
    dst.write_text(json.dumps({**nb, 'cells':keep}, ensure_ascii=False), encoding='utf-8')

def toc(caption, names): return '```{toctree}\n:hidden:\n:caption: ' + caption + '\n\n' + '\n'.join(names) + '\n```\n'

def collect():
    shutil.rmtree(PROC, ignore_errors=True); shutil.rmtree(OUT, ignore_errors=True)
    nbs = sorted(p for p in (ROOT/'nbs').rglob('*.ipynb') if p.stem!='index' and '.ipynb_checkpoints' not in p.parts)
    for p in nbs: page(p, PROC/p.relative_to(ROOT))
    more = [p for p in sorted((ROOT/'docs').glob('*.md')) if p.name!='README.md']
    for p in more: shutil.copy(p, PROC/p.name)
    page(ROOT/'index.ipynb', PROC/'index.ipynb')
    nb = json.loads((PROC/'index.ipynb').read_text(encoding='utf-8'))
    names = [p.relative_to(ROOT).with_suffix('').as_posix() for p in nbs]
    text = toc('Lessons', [o for o in names if re.match(r'nbs/\d', o)]) + toc('More', [o for o in names if not re.match(r'nbs/\d', o)] + [p.stem for p in more])
    nb['cells'].append(dict(cell_type='markdown', id='contents', metadata={}, source=text))
    (PROC/'index.ipynb').write_text(json.dumps(nb, ensure_ascii=False), encoding='utf-8')

if __name__ == '__main__':
    collect()
    rc = subprocess.run([sys.executable, '-m', 'sphinx', '-q', '-c', ROOT/'docs', *sys.argv[1:], PROC, OUT]).returncode
    if rc==0: print(f'open {(OUT/"index.html").relative_to(ROOT)}')
    sys.exit(rc)

"""README.md from index.ipynb, pictures into docs/images/. With --check nothing is written, and exit code 1
says that something is not current
"""

import sys
import re
import argparse
from pathlib import Path
from nbconvert import MarkdownExporter
from traitlets.config import Config
import nbformat

ROOT = Path(__file__).resolve().parents[1]
IMAGES = 'docs/images'
HEAD = '<!-- Made from index.ipynb by tools/readme.py: edit the notebook, then `make readme`. -->\n\n'


def shown(cell):
    "`cell` as a reader should meet it, or None: nbdev's directives decide"
    if cell.cell_type != 'code':
        return cell
    lines = cell.source.splitlines()
    flags = {m[1].strip() for o in lines if (m := re.match(r'#\s*\|\s*(.+)', o))}
    if flags & {'hide'} or any(o.startswith('default_exp') for o in flags):
        return None
    cell.source = '\n'.join(o for o in lines if not re.match(r'#\s*\|', o)).strip()
    if flags & {'echo: false', 'hide_input'}:
        cell.source = ''
    if 'hide_output' in flags:
        cell.outputs = []
    return cell


def readme(nb_path=ROOT / 'index.ipynb') -> dict:
    "What the README and its pictures must be: path relative to the root -> bytes"
    nb = nbformat.read(nb_path, 4)
    nb.cells = [c for c in map(shown, nb.cells) if c is not None]
    c = Config()
    c.NbConvertBase.display_data_priority = [
        'image/png',
        'image/jpeg',
        'image/svg+xml',
        'text/markdown',
        'text/latex',
        'text/plain',
    ]
    res = dict(unique_key='index', output_files_dir=IMAGES)
    text, res = MarkdownExporter(config=c).from_notebook_node(nb, resources=res)
    text = re.sub(r'```python\s*```\n*', '', text)  # code that was hidden leaves no empty box
    text = re.sub(r'!\[(?:png|jpeg|svg)\]', '![picture]', text)
    text = HEAD + re.sub(r'\n{3,}', '\n\n', text).strip() + '\n'
    return {'README.md': text.encode(), **{Path(k).as_posix(): v for k, v in res['outputs'].items()}}


def stale(want: dict) -> list:
    "Paths that differ from `want`, are missing, or are pictures that no cell makes any more"
    bad = [k for k, v in want.items() if not (ROOT / k).exists() or (ROOT / k).read_bytes() != v]
    return bad + [
        p for o in sorted((ROOT / IMAGES).glob('index_*')) if (p := o.relative_to(ROOT).as_posix()) not in want
    ]


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--check', action='store_true')
    check = ap.parse_args().check
    want = readme()
    bad = stale(want)
    for p in bad:
        print(f"{'not current' if check else 'written' if p in want else 'removed'}: {p}")
        if check:
            continue
        if p in want:
            (ROOT / p).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / p).write_bytes(want[p])
        else:
            (ROOT / p).unlink()
    if check and bad:
        sys.exit('run `make readme`')


if __name__ == '__main__':
    main()

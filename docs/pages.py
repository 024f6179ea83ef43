"""Notebooks as pages: what nbdev hides is hidden, links lead to pages of the site, outputs need neither a
kernel nor the network
"""

import base64
import html
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VIEW = 'application/vnd.jupyter.widget-view+json'
SKIP = {'slow', 'net', 'cuda', 'notest'}  # as tst_flags in settings.ini: these cells keep their stored outputs
PROGRESS = re.compile(r'\s*\d+%\||\d+\w+ \[|Output\(|(HBox\(children=\()?(Float|Int)Progress')


def src(c):
    return ''.join(c['source'])


def flags(s):
    return {m[1].strip() for m in re.finditer(r'^#\s*\|\s*(.+)$', s, re.M)}


def title(p):
    "Title and sentence of a notebook"
    for c in json.loads(p.read_text(encoding='utf-8'))['cells']:
        if c['cell_type'] == 'markdown' and (m := re.match(r'# ([^\n]+)\n+(?:> ([^\n]*))?', src(c))):
            return m[1], m[2] or ''
    return p.stem, ''


def notebooks():
    "All lessons, in the order of their numbers"
    ps = [p for p in (ROOT / 'nbs').rglob('*.ipynb') if p.stem != 'index' and '.ipynb_checkpoints' not in p.parts]
    return sorted(ps, key=lambda p: p.name)


# --- running them ---------------------------------------------------------------------------------


def is_skipped(c):
    f = flags(c.source)
    return bool(f & SKIP) or any(re.fullmatch(r'eval:\s*false', o) for o in f)


def run(p):
    "The notebook at `p` with new outputs; cells that the tests leave out keep theirs. RuntimeError names the notebook"
    import nbformat
    from nbclient import NotebookClient

    nb = nbformat.read(p, 4)
    skipped = [c for c in nb.cells if c.cell_type == 'code' and is_skipped(c)]
    for c in skipped:
        c.metadata['tags'] = ['skip-execution']
    kept = {c.id: list(c.outputs) for c in skipped}
    env = {k: v for k, v in os.environ.items() if k != 'MPLBACKEND'}  # with agg a kernel shows no picture
    client = NotebookClient(
        nb,
        timeout=900,
        kernel_name='python3',
        extra_arguments=['--log-level=ERROR'],
        resources=dict(metadata=dict(path=str(p.parent))),
    )
    try:
        client.execute(env=env)
    except Exception as e:
        raise RuntimeError(f"{p.name}: {re.sub(chr(27) + '.[0-9;]*m', '', str(e))[-1500:]}") from None
    for c in skipped:
        c.outputs = kept[c.id]
    return json.loads(nbformat.writes(nb))


def run_all(ps, workers):
    """path -> executed notebook, `workers` at a time, with a line for each. RuntimeError names all that fail,
    not only the first
    """
    os.environ.setdefault('OMP_NUM_THREADS', '1')
    os.environ |= dict(PYTHONWARNINGS='ignore', KINETO_LOG_LEVEL='99')
    bad = []

    def one(p):
        t, nb = time.time(), None
        try:
            nb = run(p)
        except RuntimeError as e:
            bad.append(str(e))
        print(f"{'ran' if nb else 'FAILED in'} {os.path.relpath(p, ROOT)}, {time.time() - t:.0f} s", flush=True)
        return p, nb

    with ThreadPoolExecutor(workers) as pool:
        nbs = dict(pool.map(one, ps))
    if bad:
        raise RuntimeError('\n\n'.join(bad))
    return nbs


# --- links ----------------------------------------------------------------------------------------


class Links:
    "Where a relative link of the repository leads on the site"

    def __init__(self, git, pages):
        self.git, self.pages = git, pages  # pages: path in the repository -> page of the site, without suffix

    def to(self, target, here):
        "`target` as written on the page whose path is `here`; raises ValueError for a dead link"
        path, _, anchor = target.partition('#')
        anchor = anchor and '#' + anchor
        if not path or re.match(r'[a-z][a-z0-9+.-]*:', path) or path.startswith('/'):
            return target
        p = Path(os.path.normpath((ROOT / here).parent / path))
        if not p.exists() or ROOT not in [p, *p.parents]:
            raise ValueError(f'{here}: dead link {target}')
        rel = p.relative_to(ROOT).as_posix()
        if rel.endswith('.ipynb'):
            return target
        if rel in self.pages:
            return os.path.relpath(ROOT / self.pages[rel], (ROOT / here).parent) + '.md' + anchor
        return f"{self.git}/{'tree' if p.is_dir() else 'blob'}/main/{rel}{anchor}"

    def text(self, s, here):
        "Markdown `s` with its links led to the site; code is left alone"

        def f(m):
            if m[4]:  # in HTML, which nobody else reads
                return m[4] + re.sub(r'\.ipynb(?=#|$)', '.html', self.to(m[5], here))
            return f'{m[2]}({self.to(m[3], here)})' if m[3] else m[0]

        code, label = r'(^```.*?^```)', r'((?<!!)\[(?:`[^`\n]+`|[^\[\]`]|!\[[^\]]*\]\([^)]*\))*\])'
        return re.sub(code + '|' + label + r'\(([^)\s]+)\)|(<a href=")([^"]+)|`[^`\n]+`', f, s, flags=re.M | re.S)


# --- outputs --------------------------------------------------------------------------------------


def figure(fig):
    "A plotly figure, which figures.js draws"
    text = json.dumps(fig).replace('</', '<\\/')
    return f'<div class="plotly-figure"><script type="application/json">{text}</script></div>'


def marks(s):
    "What canvas.js draws over the picture of an ImageCanvas with the state `s`: captions of its cells, and points"

    def esc(t):
        return html.escape(str(t), quote=True)

    cols, rows = s.get('cells') or (1, 1)
    out, colors = '', s.get('colors') or []
    for i, t in enumerate(s.get('captions') or []):
        if not t:
            continue
        place = f'left:{100 * (i % cols) / cols:.2f}%; bottom:{100 * (1 - (i // cols + 1) / rows):.2f}%; max-width:{100 / cols:.2f}%'
        out += f'<span class="caption" style="{place}">{esc(t)}</span>'
    for i, (x, y) in enumerate(s.get('points') or []):
        color = esc(colors[i] if i < len(colors) else '#fff')
        out += (
            f'<span class="point" style="left:{50 * (x + 1):.2f}%; top:{50 * (y + 1):.2f}%; background:{color}"></span>'
        )
    return out


def static_view(state, i):
    "What a widget showed when its notebook ended: plotly figures, interactive, and the pictures of its canvases"
    w = state.get(i)
    s = w['state'] if w else {}
    buffers = {tuple(b['path']): b for b in w.get('buffers', [])} if w else {}
    if '_widget_data' in s and not buffers:
        return figure(
            dict(data=s['_widget_data'], layout={k: v for k, v in s['_widget_layout'].items() if k != 'template'})
        )
    if ('image',) in buffers:
        data = buffers['image',]['data'].strip()
        width = int.from_bytes(base64.b64decode(data)[16:20], 'big') * s.get('scale', 1)  # where a PNG keeps it
        alt = html.escape(s.get('label', ''), quote=True)
        img = f'<img class="image-canvas" src="data:image/png;base64,{data}" width="{width:.0f}" alt="{alt}">'
        return f'<span class="image-canvas">{img}{marks(s)}</span>'
    return ''.join(static_view(state, o.removeprefix('IPY_MODEL_')) for o in s.get('children') or [])


def widget(o, live, state):
    """Stands for a widget: nothing for a progress bar, else what it showed, if the notebook was run, and where
    it can be used
    """
    text = ''.join(o['data'].get('text/plain', ''))
    if PROGRESS.match(text):
        return None
    kind = re.match(r'<?(?:[\w.]+\.)?(\w+)', text)
    kind = html.escape(kind[1]) if kind else 'widget'
    link = f' <a href="{live[kind]}">It also runs here, in your browser.</a>' if kind in live else ''
    note = f'In the notebook there is an interactive <code>{kind}</code> here; it needs Python (<code>make lab</code>).{link}'
    return f'<p class="widget-note">{note}</p>' + static_view(state, o['data'][VIEW]['model_id'])


def output(o, live, state):
    "The output `o` as a page shows it; None if it is left out"
    data = o.get('data', {})
    if o.get('name') == 'stderr':
        return None  # warnings of libraries
    if 'application/vnd.plotly.v1+json' in data:
        text = figure(data['application/vnd.plotly.v1+json'])
    elif VIEW in data:
        text = widget(o, live, state)
    else:
        return o
    return text and dict(output_type='display_data', metadata={}, data={'text/html': text})


def code_cells(c, live, state):
    "The code cell `c` as cells of a page: none if it is hidden, with an anchor before it if it is exported"
    s, f = src(c), flags(src(c))
    if 'hide' in f or any(o.startswith('default_exp') for o in f):
        return []
    anchor = dict(
        cell_type='markdown',
        id=f"at-{c['id']}",
        metadata={},
        source=f'<span class="cell-anchor" id="cell-{c["id"]}"></span>',
    )
    outputs = [] if 'hide_output' in f else [r for o in c['outputs'] if (r := output(o, live, state))]
    folded = c['metadata'].get('jupyter', {}).get('source_hidden')
    tags = ['remove-input'] if f & {'hide_input', 'echo: false'} else ['hide-input'] if folded else []
    text = '\n'.join(o for o in s.splitlines() if not re.match(r'#\s*\|', o))
    return [anchor] * any(o.startswith('export') for o in f) + [
        {**c, 'source': text, 'outputs': outputs, 'metadata': dict(tags=tags)}
    ]


def page(nb, here, links, live):
    """Cells of the notebook `nb`, whose path is `here`, as a page of the site; `live`: widget -> page where it
    can be used
    """
    cells, widgets = [], nb['metadata'].get('widgets', {}).get('application/vnd.jupyter.widget-state+json', {})
    for c in nb['cells']:
        if c['cell_type'] == 'code':
            cells += code_cells(c, live, widgets.get('state', {}))
        else:
            cells.append(
                {**c, 'metadata': {}, 'source': links.text(src(c), here) if c['cell_type'] == 'markdown' else src(c)}
            )
    meta = {k: v for k, v in nb['metadata'].items() if k in ('kernelspec', 'language_info')}
    return {**nb, 'cells': cells, 'metadata': meta}

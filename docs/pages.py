"Notebooks as pages: what nbdev hides is hidden, links lead to pages of the site, outputs need neither a kernel nor the network"
import base64, html, json, os, re, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VIEW = 'application/vnd.jupyter.widget-view+json'
SKIP = {'slow','net','cuda','notest'}                                       # as tst_flags in settings.ini: these cells keep what the notebook has
PROGRESS = re.compile(r'\s*\d+%\||\d+\w+ \[|Output\(|(HBox\(children=\()?(Float|Int)Progress')

def src(c): return ''.join(c['source'])
def flags(s): return {m[1].strip() for m in re.finditer(r'^#\s*\|\s*(.+)$', s, re.M)}
def title(p):
    "Title and sentence of a notebook"
    for c in json.loads(p.read_text(encoding='utf-8'))['cells']:
        if c['cell_type']=='markdown' and (m := re.match(r'# ([^\n]+)\n+(?:> ([^\n]*))?', src(c))): return m[1],m[2] or ''
    return p.stem,''

def notebooks(): return sorted((p for p in (ROOT/'nbs').rglob('*.ipynb') if p.stem!='index' and '.ipynb_checkpoints' not in p.parts), key=lambda p: p.name)

# --- running them -------------------------------------------------------------------------------------------------------------------

def run(p):
    "The notebook at `p` with outputs made now; cells that the tests leave out keep theirs. RuntimeError names the notebook"
    import nbformat
    from nbclient import NotebookClient
    nb = nbformat.read(p, 4)
    for c in nb.cells:
        if c.cell_type!='code': continue
        f = flags(c.source)
        if f & SKIP or any(re.fullmatch(r'eval:\s*false', o) for o in f): c.metadata['tags'] = ['skip-execution']
    kept = {c.id:list(c.outputs) for c in nb.cells if 'skip-execution' in c.metadata.get('tags', [])}
    env = {k:v for k,v in os.environ.items() if k!='MPLBACKEND'}              # with agg a kernel shows no picture
    try: NotebookClient(nb, timeout=900, kernel_name='python3', extra_arguments=['--log-level=ERROR'],
        resources=dict(metadata=dict(path=str(p.parent)))).execute(env=env)
    except Exception as e: raise RuntimeError(f"{p.name}: {re.sub(chr(27)+'.[0-9;]*m', '', str(e))[-1500:]}") from None
    for c in nb.cells:
        if c.id in kept: c.outputs = kept[c.id]
    return json.loads(nbformat.writes(nb))

def run_all(ps, workers):
    "path -> executed notebook, `workers` at a time, each said as it is done with its seconds. RuntimeError names all that fail, not the first alone"
    os.environ.setdefault('OMP_NUM_THREADS', '1'); os.environ['PYTHONWARNINGS'] = 'ignore'; os.environ['KINETO_LOG_LEVEL'] = '99'; bad = []
    def one(p):
        t,nb = time.time(),None
        try: nb = run(p)
        except RuntimeError as e: bad.append(str(e))
        print(f"{'ran' if nb else 'FAILED in'} {os.path.relpath(p, ROOT)}, {time.time()-t:.0f} s", flush=True); return p,nb
    with ThreadPoolExecutor(workers) as pool: nbs = dict(pool.map(one, ps))
    if bad: raise RuntimeError('\n\n'.join(bad))
    return nbs

# --- links --------------------------------------------------------------------------------------------------------------------------

class Links:
    "Where a relative link of the repository leads on the site"
    def __init__(self, git, pages): self.git,self.pages = git,pages           # pages: path in the repository -> page of the site, without suffix
    def to(self, target, here):
        "`target` as written on the page whose path is `here`"
        path,_,at = target.partition('#'); at = at and '#'+at
        if not path or re.match(r'[a-z][a-z0-9+.-]*:', path) or path.startswith('/'): return target
        p = (ROOT/here).parent/path; p = Path(os.path.normpath(p))
        if not p.exists() or ROOT not in [p,*p.parents]: raise ValueError(f'{here}: dead link {target}')
        rel = p.relative_to(ROOT).as_posix()
        if rel.endswith('.ipynb'): return target
        if rel in self.pages: return os.path.relpath(ROOT/self.pages[rel], (ROOT/here).parent)+'.md'+at
        return f"{self.git}/{'tree' if p.is_dir() else 'blob'}/main/{rel}{at}"
    def text(self, s, here):
        "Markdown `s` with its links led to the site; code is left alone"
        def f(m): return m[0] if m[1] else f'{m[2]}({self.to(m[3], here)})'
        return re.sub(r'(^```.*?^```)|((?<!!)\[(?:`[^`\n]+`|[^\[\]`]|!\[[^\]]*\]\([^)]*\))*\])\(([^)\s]+)\)|`[^`\n]+`',
            lambda m: f(m) if m[1] or m[3] else m[0], s, flags=re.M|re.S)

# --- outputs ------------------------------------------------------------------------------------------------------------------------

def figure(fig): return f'<div class="plotly-figure"><script type="application/json">{json.dumps(fig).replace("</", "<"+chr(92)+"/")}</script></div>'

def marks(s):
    "What canvas.js draws over the picture of a pad with the state `s`: captions of its cells, and points"
    cols,rows = s.get('cells') or (1,1); esc = lambda t: html.escape(str(t), quote=True); out = ''
    for i,t in enumerate(s.get('captions') or []):
        if t: out += f'<span class="caption" style="left:{100*(i%cols)/cols:.2f}%; bottom:{100*(1-(i//cols+1)/rows):.2f}%; max-width:{100/cols:.2f}%">{esc(t)}</span>'
    for i,(x,y) in enumerate(s.get('points') or []):
        c = (s.get('colors') or [])[i:i+1] or ['#fff']
        out += f'<span class="point" style="left:{50*(x+1):.2f}%; top:{50*(y+1):.2f}%; background:{esc(c[0])}"></span>'
    return out

def stands(state, i):
    "What a widget showed when its notebook ended: plotly figures, alive, and the pictures of its pads"
    w = state.get(i); s = w['state'] if w else {}; bytes_ = {tuple(b['path']):b for b in w.get('buffers', [])} if w else {}
    if '_widget_data' in s and not bytes_: return figure(dict(data=s['_widget_data'], layout={k:v for k,v in s['_widget_layout'].items() if k!='template'}))
    if ('image',) in bytes_:
        b = bytes_['image',]['data']; wide = int.from_bytes(base64.b64decode(b)[16:20], 'big')*s.get('scale', 1)                   # a PNG says its width there
        img = f'<img class="pad" src="data:image/png;base64,{b.strip()}" width="{wide:.0f}" alt="{html.escape(s.get("label",""), quote=True)}">'
        return f'<span class="pad">{img}{marks(s)}</span>'
    return ''.join(stands(state, o.removeprefix('IPY_MODEL_')) for o in s.get('children') or [])

def widget(o, where, state):
    "What stands for a widget: nothing for a bar of progress, else what it showed, if the notebook was run, and words that say where it is alive"
    said = ''.join(o['data'].get('text/plain', ''))
    if PROGRESS.match(said): return None
    kind = re.match(r'<?(?:[\w.]+\.)?(\w+)', said); kind = html.escape(kind[1]) if kind else 'widget'
    live = f' <a href="{where[kind]}">It also runs here, in your browser.</a>' if kind in where else ''
    words = f'<code>{kind}</code> stands here in the notebook, to be used by hand; it needs Python (<code>make lab</code>).{live}'
    return f'<p class="widget-note">{words}</p>'+stands(state, o['data'][VIEW]['model_id'])

def output(o, where, state):
    data = o.get('data', {})
    if o.get('name')=='stderr': text = None                                   # what libraries say of themselves
    elif 'application/vnd.plotly.v1+json' in data: text = figure(data['application/vnd.plotly.v1+json'])
    elif VIEW in data: text = widget(o, where, state)
    else: return o
    return text and dict(output_type='display_data', metadata={}, data={'text/html':text})

def page(nb, here, links, where):
    "Cells of the notebook `nb` as a page of the site"
    keep,state = [],nb['metadata'].get('widgets', {}).get('application/vnd.jupyter.widget-state+json', {}).get('state', {})
    for c in nb['cells']:
        s = src(c); c = {**c, 'metadata':{}}
        if c['cell_type']=='code':
            f = flags(s)
            if 'hide' in f or any(o.startswith('default_exp') for o in f): continue
            if any(o.startswith('export') for o in f):
                keep.append(dict(cell_type='markdown', id=f"at-{c['id']}", metadata={}, source=f'<span class="cell-anchor" id="cell-{c["id"]}"></span>'))
            s = '\n'.join(o for o in s.splitlines() if not re.match(r'#\s*\|', o))
            c['outputs'] = [] if 'hide_output' in f else [r for o in c['outputs'] if (r := output(o, where, state))]
            if f & {'hide_input','echo: false'}: c['metadata']['tags'] = ['remove-input']
        elif c['cell_type']=='markdown': s = links.text(s, here)
        keep.append({**c, 'source':s})
    meta = {k:v for k,v in nb['metadata'].items() if k in ('kernelspec','language_info')}
    return {**nb, 'cells':keep, 'metadata':meta}

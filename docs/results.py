"Pages from what was measured: every file of results/ is shown, and lies on the site as it is"
import csv, html, json, math, shutil
from pathlib import Path
from pages import ROOT, figure

FIRST = ('name data minutes steps self_mae self_mae/copy cross_mae cross_mae/copy cross_self_ratio '
         'self_psnr cross_psnr self_ssim cross_ssim self_akd cross_akd self_aed cross_aed').split()

def flat(d, up=''):
    "A dict of dicts as one dict, names joined by dots; lists become their length"
    out = {}
    for k,v in d.items():
        if isinstance(v, dict): out.update(flat(v, f'{up}{k}.'))
        else: out[up+str(k)] = v
    return out

def cell(v):
    if isinstance(v, float): return f'{v:.0f}' if v==int(v) else f'{v:.4g}'
    if isinstance(v, list): return f'{len(v)} values' if len(v)>6 else ', '.join(map(str, v))
    return html.escape(str(v if v is not None else ''))

def table(rows, cols=None):
    "HTML table of dicts; a column that is empty everywhere is left out"
    cols = cols or list(dict.fromkeys(k for r in rows for k in r)); cols = [c for c in cols if any(str(r.get(c,'')) not in ('','None') for r in rows)]
    wide = {c for c in cols if any(len(str(r.get(c,'')))>60 for r in rows)}
    td = lambda c,v: f'<td class="long">{cell(v)}</td>' if c in wide else f'<td>{cell(v)}</td>'
    head = ''.join(f'<th>{html.escape(c)}</th>' for c in cols); body = ''.join('<tr>'+''.join(td(c, r.get(c,'')) for c in cols)+'</tr>' for r in rows)
    return '<div class="wide-table" tabindex="0" role="region" aria-label="table, scrolls sideways">' \
           f'<table class="docutils"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

def layout(title, x, y): return dict(title=dict(text=title, font=dict(size=14)), xaxis=dict(title=dict(text=x)), yaxis=dict(title=dict(text=y)), height=380,
                                     margin=dict(l=60,r=15,t=40,b=50), legend=dict(orientation='h', y=-.25))

def number(v):
    try: v = float(v)
    except (TypeError,ValueError): return None
    return v if math.isfinite(v) else None

def ledger_figure(rows, x='cpu_minutes', y='cross_mae/copy'):
    "Every run that has both numbers: what it took, and what other identities got"
    data = []
    for d in dict.fromkeys(r['data'] for r in rows):
        ps = [(number(r[x]),number(r[y]),r['name']) for r in rows if r['data']==d and number(r.get(x)) is not None and number(r.get(y)) is not None]
        if ps: a,b,t = zip(*ps); data.append(dict(type='scatter', mode='markers', name=d, x=a, y=b, text=t, marker=dict(size=11),
                hovertemplate='%{text}<br>%{x:.0f} min, %{y:.3f}<extra></extra>'))
    return dict(data=data, layout=layout('B moved like A, strangers: error as a share of copying', 'minutes on one core', y)) if data else None

def curves_figure(d):
    "Series of equal length in a dict of dicts, drawn against minutes or steps; None if there are none"
    data,x,ys = [],None,[]
    for name,s in d.items():
        if not isinstance(s, dict): continue
        x = next((k for k in ('minutes','step','steps') if isinstance(s.get(k), list)), None)
        if not x: continue
        for k,v in s.items():
            if k not in ('minutes','step','steps') and isinstance(v, list) and len(v)==len(s[x]):
                data.append(dict(type='scatter', mode='lines+markers', name=f'{name}: {k}', x=s[x], y=v)); ys.append(k)
    return dict(data=data, layout=layout('', x, ', '.join(dict.fromkeys(ys)))) if data else None

def short(v):
    "A long list of numbers in a few words; anything else as it is"
    many = isinstance(v, list) and len(v)>12 and all(number(o) is not None for o in v)
    return f'{len(v)} numbers, {min(v):.3g} to {max(v):.3g}' if many else v

def one(path):
    "What a file says, as Markdown"
    if path.suffix=='.png': return f'![{path.stem}]({path.name})'
    if path.suffix=='.mp4': return f'<video class="film" controls loop muted playsinline preload="metadata" src="../_static/results/{path.name}" aria-label="{path.stem}"></video>'
    if path.suffix in ('.txt','.md'): return f"```text\n{path.read_text(encoding='utf-8').rstrip()}\n```"
    if path.suffix=='.csv':
        with open(path, encoding='utf-8', newline='') as f: rows = [{k:v for k,v in r.items() if k} for r in csv.DictReader(f)]
        cols = list(rows[0]) if rows else []; fig = ledger_figure(rows) if {'data','name','cpu_minutes'} <= set(cols) else None
        cols = [c for c in FIRST if c in cols]+[c for c in cols if c not in FIRST]
        rows = [{k:(number(v) if number(v) is not None else v) for k,v in r.items()} for r in rows]
        return (figure(fig)+'\n\n' if fig else '')+f'{len(rows)} rows.\n\n'+table(rows, cols)
    d = json.loads(path.read_text(encoding='utf-8'))
    if isinstance(d, list): return table([flat(o) if isinstance(o, dict) else {'value':o} for o in d])
    fig,said = curves_figure(d),flat(d); rows = {k:v for k,v in said.items() if isinstance(v, list) and v and all(isinstance(o, dict) for o in v)}
    out = [figure(fig)] if fig else []; out.append(table([dict(what=k, value=short(v)) for k,v in said.items() if k not in rows]))
    for g in dict.fromkeys(k.partition('.')[0] for k in rows):                  # lists of measurements: a table each, a line for every one
        lines = [({'name':n} if (n := k.partition('.')[2]) else {})|flat(o) for k,v in rows.items() if k.partition('.')[0]==g for o in v]
        out += [f'**{g}**, {len(lines)} lines:', table(lines)]
    return '\n\n'.join(out)

def index():
    "A table of the pages, each with the command that made its numbers"
    def made(ps):
        said = [json.loads(p.read_text(encoding='utf-8')) for p in ps if p.suffix=='.json']
        words = next((d['command'] for d in said if isinstance(d, dict) and d.get('command')), ', '.join(p.name for p in ps))
        return f"`{str(words).replace('|','/')}`"
    return '\n'.join(['| page | made by |','|---|---|',*(f'| [{s}]({s}.md) | {made(ps)} |' for s,ps in pages_of().items())])

def pages_of():
    "stem -> files of results/ with that stem, in the order in which they are shown"
    known = ['.mp4','.png','.csv','.txt','.md','.json']; ps = sorted(p for p in (ROOT/'results').glob('*') if p.suffix in known)
    return {s:sorted((p for p in ps if p.stem==s), key=lambda p: known.index(p.suffix)) for s in dict.fromkeys(p.stem for p in ps)}

def write(folder, static):
    "A page for each stem into `folder`, beside copies of the files, those of videos in `static`, too; returns the names of the pages"
    folder.mkdir(parents=True, exist_ok=True); static.mkdir(parents=True, exist_ok=True); names = pages_of()
    for stem,ps in names.items():
        for p in ps: [shutil.copy(p, d/p.name) for d in ([folder,static] if p.suffix=='.mp4' else [folder])]
        files = ', '.join(f'{{download}}`{p.name} <{p.name}>`' for p in ps)
        (folder/f'{stem}.md').write_text('\n\n'.join([f'# {stem}', *map(one, ps), f'The files themselves: {files}']), encoding='utf-8')
    return list(names)

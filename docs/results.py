"Pages from the measurements: every file of results/ is shown, and can be downloaded as it is"

import csv
import html
import json
import math
import shutil
from pages import ROOT, figure

FIRST = (
    'name data minutes steps self_mae self_mae/copy cross_mae cross_mae/copy cross_self_ratio '
    'self_psnr cross_psnr self_ssim cross_ssim self_akd cross_akd self_aed cross_aed'
).split()
KNOWN = '.mp4 .png .csv .txt .md .json'.split()  # in the order in which they are shown
TIME = 'minutes', 'step', 'steps'


def flat(d, up=''):
    "A dict of dicts as one dict, names joined by dots"
    out = {}
    for k, v in d.items():
        if isinstance(v, dict):
            out |= flat(v, f'{up}{k}.')
        else:
            out[up + str(k)] = v
    return out


def cell(v):
    if isinstance(v, float):
        return f'{v:.0f}' if v == int(v) else f'{v:.4g}'
    if isinstance(v, list):
        return f'{len(v)} values' if len(v) > 6 else ', '.join(map(str, v))
    return html.escape(str(v if v is not None else ''))


def table(rows, cols=None):
    "HTML table of dicts; a column that is empty everywhere is left out"
    cols = cols or list(dict.fromkeys(k for r in rows for k in r))
    cols = [c for c in cols if any(str(r.get(c, '')) not in ('', 'None') for r in rows)]
    wide = {c for c in cols if any(len(str(r.get(c, ''))) > 60 for r in rows)}

    def td(c, v):
        return f'<td class="long">{cell(v)}</td>' if c in wide else f'<td>{cell(v)}</td>'

    head = ''.join(f'<th>{html.escape(c)}</th>' for c in cols)
    body = ''.join('<tr>' + ''.join(td(c, r.get(c, '')) for c in cols) + '</tr>' for r in rows)
    return (
        '<div class="wide-table" tabindex="0" role="region" aria-label="table, scrolls sideways">'
        f'<table class="docutils"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def layout(title, x, y):
    def text(t, **kw):
        return dict(title=dict(text=t, **kw))

    return dict(
        text(title, font=dict(size=14)),
        xaxis=text(x),
        yaxis=text(y),
        height=380,
        margin=dict(l=60, r=15, t=40, b=50),
        legend=dict(orientation='h', y=-0.25),
    )


def number(v):
    try:
        v = float(v)
    except (TypeError, ValueError):
        return None
    return v if math.isfinite(v) else None


def runs_figure(rows, x='cpu_minutes', y='cross_mae/copy'):
    "Every run that has both numbers: its CPU minutes, and its cross-identity error"
    data = []
    for d in dict.fromkeys(r['data'] for r in rows):
        points = [(number(r[x]), number(r[y]), r['name']) for r in rows if r['data'] == d]
        points = [o for o in points if None not in o]
        if not points:
            continue
        xs, ys, names = zip(*points)
        data.append(
            dict(
                type='scatter',
                mode='markers',
                name=d,
                x=xs,
                y=ys,
                text=names,
                marker=dict(size=11),
                hovertemplate='%{text}<br>%{x:.0f} min, %{y:.3f}<extra></extra>',
            )
        )
    title = 'Cross-identity: mean absolute error relative to copying a source'
    return dict(data=data, layout=layout(title, 'CPU minutes', y)) if data else None


def curves_figure(d):
    "Series of equal length in a dict of dicts, drawn against minutes or steps; None if there are none"
    data, x, ys = [], None, []
    for name, s in d.items():
        if not isinstance(s, dict):
            continue
        x = next((k for k in TIME if isinstance(s.get(k), list)), None)
        if not x:
            continue
        for k, v in s.items():
            if k in TIME or not isinstance(v, list) or len(v) != len(s[x]):
                continue
            data.append(dict(type='scatter', mode='lines+markers', name=f'{name}: {k}', x=s[x], y=v))
            ys.append(k)
    return dict(data=data, layout=layout('', x, ', '.join(dict.fromkeys(ys)))) if data else None


def short(v):
    "A long list of numbers in a few words; anything else as it is"
    many = isinstance(v, list) and len(v) > 12 and all(number(o) is not None for o in v)
    return f'{len(v)} numbers, {min(v):.3g} to {max(v):.3g}' if many else v


def video_text(path):
    return (
        f'<video class="video" controls loop muted playsinline preload="metadata" '
        f'src="../_static/results/{path.name}" aria-label="{path.stem}"></video>'
    )


def csv_text(path):
    with open(path, encoding='utf-8', newline='') as f:
        rows = [{k: v for k, v in r.items() if k} for r in csv.DictReader(f)]
    cols = list(rows[0]) if rows else []
    fig = runs_figure(rows) if {'data', 'name', 'cpu_minutes'} <= set(cols) else None
    cols = [c for c in FIRST if c in cols] + [c for c in cols if c not in FIRST]
    rows = [{k: v if number(v) is None else number(v) for k, v in r.items()} for r in rows]
    return '\n\n'.join([*([figure(fig)] if fig else []), f'{len(rows)} rows.', table(rows, cols)])


def json_text(path):
    d = json.loads(path.read_text(encoding='utf-8'))
    if isinstance(d, list):
        return table([flat(o) if isinstance(o, dict) else {'value': o} for o in d])
    fig, values = curves_figure(d), flat(d)
    lists = {k: v for k, v in values.items() if isinstance(v, list) and v and all(isinstance(o, dict) for o in v)}
    out = [figure(fig)] if fig else []
    out.append(table([dict(name=k, value=short(v)) for k, v in values.items() if k not in lists]))
    for group in dict.fromkeys(k.partition('.')[0] for k in lists):  # a table for each list of measurements
        rows = []
        for k, v in lists.items():
            first, _, name = k.partition('.')
            if first == group:
                rows += [({'name': name} if name else {}) | flat(o) for o in v]
        out += [f'**{group}**, {len(rows)} rows:', table(rows)]
    return '\n\n'.join(out)


def as_text(path):
    "The content of a file as Markdown"
    if path.suffix == '.png':
        return f'![{path.stem}]({path.name})'
    if path.suffix == '.mp4':
        return video_text(path)
    if path.suffix == '.csv':
        return csv_text(path)
    if path.suffix == '.json':
        return json_text(path)
    return f"```text\n{path.read_text(encoding='utf-8').rstrip()}\n```"


def command_of(ps):
    "The command that wrote the files, if one of them says so; else their names"
    for p in ps:
        d = json.loads(p.read_text(encoding='utf-8')) if p.suffix == '.json' else None
        if isinstance(d, dict) and d.get('command'):
            return str(d['command'])
    return ', '.join(p.name for p in ps)


def index():
    "A table of the pages, each with the command that wrote its numbers"
    rows = [f"| [{s}]({s}.md) | `{command_of(ps).replace('|', '/')}` |" for s, ps in pages_of().items()]
    return '\n'.join(['| page | command |', '|---|---|', *rows])


def pages_of():
    "stem -> files of results/ with that stem, in the order in which they are shown"
    out = {}
    for p in sorted((ROOT / 'results').glob('*')):
        if p.suffix in KNOWN:
            out.setdefault(p.stem, []).append(p)
    return {s: sorted(ps, key=lambda p: KNOWN.index(p.suffix)) for s, ps in out.items()}


def write(folder, static):
    """A page for each stem into `folder`, beside copies of the files, those of videos in `static`, too;
    returns the names of the pages
    """
    folder.mkdir(parents=True, exist_ok=True)
    static.mkdir(parents=True, exist_ok=True)
    for stem, ps in pages_of().items():
        for p in ps:
            shutil.copy(p, folder / p.name)
            if p.suffix == '.mp4':
                shutil.copy(p, static / p.name)
        files = ', '.join(f'{{download}}`{p.name} <{p.name}>`' for p in ps)
        text = [f'# {stem}', *map(as_text, ps), f'Download: {files}']
        (folder / f'{stem}.md').write_text('\n\n'.join(text), encoding='utf-8')
    return list(pages_of())

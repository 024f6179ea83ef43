"""Reference pages from the docments: a page for each module, with signatures, tables of parameters, and links
to the source and to the lesson
"""

import ast
import html
import importlib
import inspect
import re
from pathlib import Path
from fastcore.docments import docments

ROOT = Path(__file__).resolve().parents[1]


def escape(s):
    "Text of a docment for a cell of a Markdown table: code stays code"
    parts = re.split(r'(`[^`]*`)', ' '.join(str(s).split()))
    return ''.join(
        o.replace('|', '\\|') if i % 2 else re.sub(r'([\\*_<>\[\]|$])', r'\\\1', o) for i, o in enumerate(parts)
    )


def code(s):
    return f"`{' '.join(s.split())}`".replace('|', '\\|') if s else ''


class Source:
    "The syntax tree of a module, and for every line the notebook cell it came from"

    def __init__(self, path):
        self.path, self.text = path, path.read_text(encoding='utf-8')
        self.tree = ast.parse(self.text)
        self.doc = ast.get_docstring(self.tree) or ''
        self.name = '.'.join(path.relative_to(ROOT).with_suffix('').parts)
        m = re.search(r'File to edit: \S*?nbs/(\S+)', self.text)
        self.notebook = m and m[1].rstrip('.').removesuffix('.ipynb')
        self.cells, cell = {}, None
        for i, l in enumerate(self.text.splitlines(), 1):
            if m := re.match(r'# %% \S+ #(\w+)', l):
                cell = m[1]
            self.cells[i] = cell
        names = [
            o.value
            for o in self.tree.body
            if isinstance(o, ast.Assign) and getattr(o.targets[0], 'id', '') == '__all__'
        ]
        self.all = set(ast.literal_eval(names[0])) if names else set()


def modules():
    "Sources of the modules that notebooks export, in reading order"
    ss = [Source(p) for p in (ROOT / 'pose_attn').rglob('*.py') if p.name not in ('__init__.py', '_modidx.py')]
    return sorted((s for s in ss if s.notebook), key=lambda s: s.notebook.split('/')[-1])


def decorated(f):
    return {getattr(o.func if isinstance(o, ast.Call) else o, 'id', '') for o in f.decorator_list}


def patched(f):
    "Class whose method the function `f` becomes by fastcore's patch, or None"
    if 'patch' not in decorated(f) or not f.args.args or not f.args.args[0].annotation:
        return None
    return ast.unparse(f.args.args[0].annotation)


def entries(s):
    "(kind, name, node, node with the parameters) of everything public in the module, in its order"
    seen = set()
    for o in s.tree.body:
        if isinstance(o, ast.FunctionDef):
            if c := patched(o):
                kind, name = (
                    ('classmethod' if any('cls_method' in ast.unparse(d) for d in o.decorator_list) else 'method'),
                    f'{c}.{o.name}',
                )
            else:
                kind, name = 'function', o.name
            if not o.name.startswith('_') and (c or o.name in s.all):
                yield kind, name, o, o
        elif isinstance(o, ast.ClassDef) and o.name in s.all:
            init = next((f for f in o.body if isinstance(f, ast.FunctionDef) and f.name == '__init__'), None)
            yield 'class', o.name, o, init
            for f in o.body:
                if isinstance(f, ast.FunctionDef) and not f.name.startswith('_'):
                    d = {getattr(x, 'id', '') for x in f.decorator_list}
                    yield (
                        next((k for k in ('property', 'classmethod', 'staticmethod') if k in d), 'method'),
                        f'{o.name}.{f.name}',
                        f,
                        f,
                    )
        elif isinstance(o, ast.Assign) and len(o.targets) == 1:
            names = [o.targets[0]] if isinstance(o.targets[0], ast.Name) else getattr(o.targets[0], 'elts', [])
            for n in names:
                if getattr(n, 'id', '') not in s.all - seen:
                    continue
                seen.add(n.id)  # a name that is assigned twice has one entry
                yield 'data', n.id, o, None


def tags(s):
    "What sphinx.ext.viewcode wants to know: name -> (kind, first line, last line)"

    def first(o):
        return min([o.lineno] + [d.lineno for d in getattr(o, 'decorator_list', [])])

    return {
        n: ('class' if k == 'class' else 'other' if k == 'data' else 'def', first(o), o.end_lineno)
        for k, n, o, _ in entries(s)
    }


def find(mod, name):
    "The object called `name` as its lesson wrote it, or None"
    o = mod
    for n in name.split('.'):
        o = inspect.getattr_static(o, n, None) if o is not None else None
    o = getattr(o, '__func__', o)
    o = o.fget if isinstance(o, property) else o
    return inspect.unwrap(o) if callable(o) else o


def params(f, fields, doc, skip):
    "Rows (name, type, default, meaning) of the parameters of `f`, or of a dataclass"
    if f is None:
        return [
            (n.target.id, ast.unparse(n.annotation), ast.unparse(n.value) if n.value else '', doc.get(n.target.id))
            for n in fields
        ]
    a = f.args
    named = a.posonlyargs + a.args
    d = [None] * (len(named) - len(a.defaults)) + list(a.defaults)
    every = (
        list(zip(named, d))[skip:]
        + ([(a.vararg, None)] if a.vararg else [])
        + list(zip(a.kwonlyargs, a.kw_defaults))
        + ([(a.kwarg, None)] if a.kwarg else [])
    )
    star = {id(a.vararg): '*', id(a.kwarg): '**'}
    return [
        (
            star.get(id(o), '') + o.arg,
            ast.unparse(o.annotation) if o.annotation else '',
            ast.unparse(v) if v else '',
            doc.get(o.arg),
        )
        for o, v in every
    ]


def signature(f, rows, ret):
    kw = {o.arg for o in f.args.kwonlyargs} if f is not None and not f.args.vararg else set()
    out = []
    for n, t, v, _ in rows:
        if n in kw and '*' not in out:
            out.append('*')
        out.append(n + (f'={v}' if v else ''))
    return f"({', '.join(out)})" + (f' -> {ret}' if ret else '')


def comments(obj):
    try:
        return {k: v['docment'] for k, v in docments(obj, full=True, eval_str=False).items() if isinstance(v, dict)}
    except Exception:
        return {}


def entry(s, mod, kind, name, node, f, up):
    obj = find(mod, name)
    doc = comments(obj) if kind not in ('data', 'property') else {}
    link = f'<p class="to-lesson"><a href="{up}nbs/{s.notebook}.html#cell-{s.cells[node.lineno]}">in the lesson</a></p>'
    if kind == 'data':
        v = ast.unparse(node.value)
        v = v if len(v) < 300 else ''
        return f'```{{py:data}} {name}\n{link}\n\n{code(v)}\n```\n'
    words = escape(ast.get_docstring(node) or (ast.get_docstring(f) if f is not None else '') or '')
    fields = [o for o in getattr(node, 'body', []) if isinstance(o, ast.AnnAssign)] if f is None else []
    static = kind == 'staticmethod'
    rows = [] if kind == 'property' else params(f, fields, doc, 0 if kind == 'function' or static else 1)
    ret = ast.unparse(f.returns) if f is not None and getattr(f, 'returns', None) and kind != 'class' else ''
    fence = {'classmethod': 'method', 'staticmethod': 'method'}.get(kind, kind)
    flag = f':{kind}:\n' if kind in ('classmethod', 'staticmethod') else ''
    if kind == 'property':
        flag, sig = (f':type: {ret}\n' if ret else ''), ''
    else:
        sig = signature(f, rows, ret)
    out = [f'````{{py:{fence}}} {name}{sig}', flag + link, words]
    if any(r[3] or r[1] for r in rows) or doc.get('return'):
        body = '\n'.join(f'| {code(n)} | {code(t)} | {code(v)} | {escape(m or "")} |' for n, t, v, m in rows)
        out.append(
            '| parameter | type | default | meaning |\n|---|---|---|---|\n'
            + body
            + (f"\n| returns | {code(ret)} | | {escape(doc['return'])} |" if doc.get('return') else '')
        )
    return '\n\n'.join(o for o in out if o) + '\n````\n'


def write(folder, lesson_title):
    "Write a page for each module into `folder`; returns their names and sentences in reading order"
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for s in modules():
        mod, short = importlib.import_module(s.name), s.name.removeprefix('pose_attn.')
        names[short] = s.doc
        up = '../'
        head = [
            '---\norphan: true\n---',
            f'# {short}',
            f'> {escape(s.doc)}',
            f"Lesson: [{lesson_title(s.notebook)}](../nbs/{s.notebook}.ipynb) · "
            f'<a href="{up}_modules/{s.name.replace(".", "/")}.html">source of the module</a>',
            f'```{{py:module}} {s.name}\n```',
        ]
        es = [entry(s, mod, *e, up) for e in entries(s)]
        (folder / f'{short}.md').write_text('\n\n'.join(head + es), encoding='utf-8')
    return names

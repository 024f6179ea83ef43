"""A deck of reveal.js slides of every core lesson, in _slides/ (`make slides`); needs no network to look at.

Which cells become slides is a rule, so that no marks need be kept by hand. A heading begins a slide; of its prose the
slide has the first sentences, equations, pictures, lists and tables, and all of it is in the speaker's notes (press
S). Figures and short exported functions have slides of their own; checks, long code and what a class passes over have
none. Goals come first, what to remember, the quiz and the exercises last. Where the rule is wrong, a cell's metadata
`slideshow: {slide_type: skip}` (or `slide`) says otherwise; nbdev_clean keeps it.

    tools/slides.py [LESSON ...] [--to FOLDER]         numbers of lessons; all core lessons if none is named
"""

import argparse
import ast
import base64
import html
import json
import re
import shutil
import struct
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from pygments.formatters import HtmlFormatter

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'docs')]
import course_map  # noqa: E402
import npm  # noqa: E402
import reading_time  # noqa: E402

CODE_LINES, CODE_SLIDES, TEXT_LINES = 26, 2, 8  # longest code shown; of these in a section; of outputs
WORDS, ITEMS, ROWS, TABLE_ROWS = 42, 6, 9, 14  # of a paragraph, a list, a table; of data
ENDS = re.compile(
    r'(?<=[.?!])(?<!Sec\.)(?<!Eq\.)(?<!Fig\.)(?<!al\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)'
    r'\s+(?=[A-Z*"“$`\[\d])'
)  # where a sentence ends
LINK = re.compile(r'(?<!!)\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\)|\[[^\]]*\])*)\]\(([^)\s]*)\)')


def blocks(text):
    "Markdown as blocks: paragraphs, lists, tables, equations and fenced code in one piece each"
    fences = []

    def keep(m):
        fences.append(m[0])
        return f'\n\n\x00{len(fences) - 1}\x00\n\n'

    text = re.sub(r'^```.*?^```|\$\$.*?\$\$', keep, text, flags=re.M | re.S)
    parts = [o.strip('\n') for o in re.split(r'\n\s*\n', text) if o.strip()]
    out = []
    for o in parts:
        o = re.sub(r'\x00(\d+)\x00', lambda m: fences[int(m[1])], o)
        head = re.match(r'(#+ [^\n]*)\n(?=\S)(.*)', o, re.S)  # a heading without an empty line below it
        out += [head[1], head[2]] if head else [o]
    return out


def first(text, words=WORDS):
    "The first sentences of a paragraph, so many words at most but one sentence at least"
    found, n = [], 0
    for s in ENDS.split(' '.join(text.split())):
        n += len(s.split())
        if found and n > words:
            break
        found.append(s)
    return ' '.join(found)


def kind(block):
    "What a block of markdown is"
    for name, pattern in dict(
        heading=r'#+ ',
        equation=r'\$\$',
        code=r'```',
        picture=r'!\[|<img ',
        table=r'\|',
        caption=r'\*[^*]',
        list=r'([-*]|\d+\.) ',
        details=r'<details',
        quote='>',
    ).items():
        if re.match(pattern, block):
            return name
    return 'text'


def items(block, most=ITEMS):
    "A list, each of its items cut to its first sentences"
    found = re.split(r'\n(?=(?:[-*]|\d+\.) )', block)
    return '\n'.join(re.sub(r'^(\S+ )(.*)', lambda m: m[1] + first(m[2], 26), o, flags=re.S) for o in found[:most])


def digest(text):
    "What a slide shows of the prose `text`: a list of blocks; the first is a heading, if there is one"
    out, paragraphs = [], 0
    for o in blocks(text):
        k = kind(o)
        if k == 'text' and paragraphs < 2:
            out.append(first(o))
            paragraphs += 1
        elif k == 'caption':
            out.append(re.sub(r'([^*])$', r'\1*', first(o, 25)) if out and kind(out[-1]) == 'picture' else o[:0])
        elif k == 'list':
            out.append(items(o))
        elif k == 'table':
            out.append('\n'.join(o.splitlines()[:ROWS]))
        elif k == 'code':
            out += [o] if o.count('\n') < 12 else []
        elif k in ('heading', 'equation', 'picture', 'quote'):
            out.append(o)
    return [o for o in out if o]


def questions(text):
    "The quiz: its questions with their answers"
    found = re.findall(r'<details><summary>(.*?)</summary>(.*?)</details>', text, re.S)
    before = re.findall(r'^\d+\. (.*?) <details><summary>\w+</summary>(.*?)</details>', text, re.M | re.S)
    return [(f'{i}. {q}', a) for i, (q, a) in enumerate(before, 1)] or found


class Deck:
    "The slides of one lesson: cells of a notebook, marked for nbconvert"

    def __init__(self, r, decks):
        self.r, self.decks, self.cells, self.images = r, decks, [], {}
        self.heading, self.words, self.full = '', 0, True  # of the slide at hand; full: it has a figure or code

    def local(self, text):
        "`text` with pictures from the deck's folder, links to other decks, and no other links"
        here = (ROOT / self.r['path']).parent

        def picture(m):
            p = (here / m[2]).resolve()
            self.images[p.name] = p
            return f'{m[1]}images/{p.name}{m[3]}'

        def link(m):
            name = f"{Path(m[2].partition('#')[0]).stem}.html"
            return f'[{m[1]}]({name})' if name in self.decks else m[1]

        text = re.sub(r'(!\[[^\]]*\]\()([^)\s:]+)(\))', picture, text)
        text = re.sub(r'(<img [^>]*src=")([^":]+)(")', picture, text)
        return re.sub(r'<a href="[^"]*">(.*?)</a>', r'\1', LINK.sub(link, text))

    def add(self, slide, text='', code=None, outputs=(), notes=''):
        "A slide (`slide` or `subslide`), or more of the one before (`-`)"
        if code is not None:
            c = nbformat.v4.new_code_cell(code, outputs=list(outputs))
        else:
            c = nbformat.v4.new_markdown_cell(self.local(text))
        c.metadata['slideshow'] = dict(slide_type=slide)
        if code is None and self.cells and self.promises(self.cells[-1]):
            self.cells.pop()
        self.cells.append(c)
        if notes:
            n = nbformat.v4.new_markdown_cell(self.local(notes))
            n.metadata['slideshow'] = dict(slide_type='notes')
            self.cells.append(n)
        if slide != '-':
            self.words, self.full = 0, False
        self.words += len(text.split())
        self.full = self.full or code is not None or '](' in text and '![' in text

    @staticmethod
    def promises(c):
        "Prose that ends with a colon, of which nothing came"
        return c.cell_type == 'markdown' and c.metadata['slideshow']['slide_type'] == '-' and c.source.endswith(':')

    def more(self):
        "Go on after a full slide: another one under the same heading"
        if self.full:
            self.add('subslide', f'### {self.heading}' if self.heading else '')

    def begin(self, text):
        "The first slide: title, sentence, goals"
        head = re.match(r'# ([^\n]+)\n\n> ([^\n]+)\n\n(.*)', text, re.S)
        goals = re.search(r'After this (?:lesson|guide) you can (.*?)\.(?:\n|$)', head[3])
        minutes = f"Core · {self.r['minutes']} minutes · lesson {self.r['number']}"
        parts = [f'# {head[1]}', f'> {head[2]}', minutes]
        if goals:
            parts.append('**After this lesson you can**\n\n- ' + '\n- '.join(split_goals(goals[1])))
        self.add('slide', '\n\n'.join(parts))
        self.full = True
        rest = text.split('you can', 1)[-1].partition('\n')[2].strip()
        if rest:
            self.prose(rest)

    def prose(self, text):
        "Slides of a markdown cell: one for each heading in it; other prose joins the slide at hand, if there is room"
        for part in filter(str.strip, re.split(r'^(?=##+ )', text, flags=re.M)):
            title = (re.match(r'##+ (.*)', part) or [0, ''])[1]
            if title.startswith('Read further') or part.startswith(('[←', '**Core')):
                continue
            if title.startswith('Quiz') and (found := questions(part)):
                self.quiz(found)
                continue
            shown = digest(part)
            if not shown:
                continue
            notes = part if len(part) > 300 else ''
            if kind(shown[0]) == 'heading':
                self.heading = title
                self.add('slide', '\n\n'.join([f'## {title}', *shown[1:]]), notes=notes)
                continue
            text = '\n\n'.join(shown)
            if self.full or self.words + len(text.split()) > 90:
                self.add('subslide', f'### {self.heading}\n\n{text}' if self.heading else text, notes=notes)
            else:
                self.add('-', text, notes=notes)

    def quiz(self, found):
        "The questions, and on another slide the answers"
        self.heading = 'Quiz'
        self.add('slide', '## Quiz\n\n' + '\n\n'.join(f'**{q}**' for q, _ in found))
        answers = [f'**{q}**\n\n<div class="answer">{a}</div>' for q, a in found]
        self.add('subslide', '### Quiz: answers\n\n' + '\n\n'.join(answers))

    def figure(self, outputs):
        "Outputs of a cell, on the slide at hand if there is room: pictures below text, a line or two below anything"
        said = [o for o in outputs if 'data' not in o]
        if len(said) < len(outputs) or sum(o.text.count('\n') for o in said) > 3:
            self.full = self.full or any(self.words > room for room in map(words_beside, outputs))
            self.more()
        self.add('-', code='', outputs=outputs)

    def code(self, code):
        "An exported function or class; short ones share a slide with their prose"
        if self.full or code.count('\n') + self.words // 8 > 17:
            self.full = True
            self.more()
        self.add('-', code=code)

    def exercises(self, texts):
        "One slide that says what the exercises are"
        found = [o for t in texts for o in re.findall(r'^### (\d\..*?)\n+(.*?)(?=\n\n|\Z)', t, re.M | re.S)]
        if found:
            rows = [f"**{title}** {first(re.sub('<details.*', '', what, flags=re.S), 40)}" for title, what in found]
            self.add('slide', '## Exercises\n\n' + '\n\n'.join(rows))


VERBS = set(
    'build choose compose compute draw explain follow move name point predict put quote read render resume '
    'sample say show step stop switch train turn watch write'.split()
)


def split_goals(text):
    "Goals of one sentence as a list: it is divided at commas and `and`, where a verb follows"
    parts = re.split(r',? and (?=[a-z]+ )|, (?=[a-z]+ )', text)
    out = []
    for o in parts:
        if not out or o.split()[0] in VERBS:
            out.append(o)
        else:
            start = text.index(out[-1])
            out[-1] = text[start : text.index(o, start + len(out[-1])) + len(o)]
    return out


def directives(s):
    return {m[1].strip() for m in re.finditer(r'^#\s*\|\s*(.+)$', s, re.M)}


def pictures(c):
    "The outputs of a code cell that a slide shows"
    out = []
    for o in c.get('outputs', []):
        data = o.get('data', {})
        best = next((k for k in ('image/png', 'image/svg+xml', 'text/html') if k in data), None)
        if 'application/vnd.jupyter.widget-view+json' in data or o.get('name') == 'stderr':
            continue
        if best == 'text/html' and ''.join(data[best]).count('<tr') > TABLE_ROWS:
            continue
        if best:
            out.append(nbformat.from_dict(dict(o, data={best: ''.join(data[best])})))
        elif o.get('name') == 'stdout':
            lines = ''.join(o['text']).splitlines()
            if len(lines) <= TEXT_LINES:
                out.append(nbformat.from_dict(dict(o, text='\n'.join(lines) + '\n')))
    return out


def words_beside(o):
    "How many words there may be above an output, so that it is not too small; a PNG says its size"
    data = o.get('data', {}).get('image/png')
    w, h = struct.unpack('>II', base64.b64decode(data)[16:24]) if data else (1, 0)
    return 20 if h > 0.6 * w else 55 if h > 0.4 * w else 99


def short(code, exported):
    """`code` if it is short enough for a slide, or the first public function or class in it that is; None if there is
    none, or if the cell is not exported and does more than define something"""
    body = ast.parse(code).body
    names = [o.name for o in body if isinstance(o, (ast.FunctionDef, ast.ClassDef))]
    if not names or all(o.startswith('_') for o in names) or not exported and len(names) < len(body):
        return None
    if code.count('\n') < CODE_LINES:
        return code
    lines = code.splitlines()
    for o in body:
        if isinstance(o, (ast.FunctionDef, ast.ClassDef)) and not o.name.startswith('_'):
            start = min([o.lineno, *(d.lineno for d in o.decorator_list)])
            if o.end_lineno - start < CODE_LINES:
                return '\n'.join(lines[start - 1 : o.end_lineno])


def deck(r, decks):
    "The `Deck` of the lesson `r`"
    d, cells = Deck(r, decks), json.loads((ROOT / r['path']).read_text(encoding='utf-8'))['cells']
    text = [''.join(c['source']) for c in cells]
    end = next((i for i, t in enumerate(text) if t.startswith('## Try it')), len(cells))
    codes, begun = 0, False
    for c, t, passed in reading_time.pieces(cells[:end]):
        mark = c['metadata'].get('slideshow', {}).get('slide_type')
        if mark == 'skip' or passed and not mark:
            continue
        if c['cell_type'] == 'markdown':
            (d.prose if begun else d.begin)(t)
            begun, codes = True, 0 if re.search(r'^## ', t, re.M) else codes
            continue
        f = directives(t)
        if 'hide' in f or any(o.startswith('default_exp') for o in f):
            continue
        code = '\n'.join(o for o in t.splitlines() if not re.match(r'#\s*\|', o)).strip('\n')
        exported = any(o.startswith('export') for o in f)
        brief = re.match(r'(def|class) ', code) and code.count('\n') < 13
        wanted = (exported or brief) and codes < CODE_SLIDES
        if shown := code if mark == 'slide' else short(code, exported) if wanted else None:
            d.code(shown)
            codes += 1
        if outputs := pictures(c):
            d.figure(outputs)
    d.exercises([t for c, t in zip(cells[end:], text[end:]) if c['cell_type'] == 'markdown'])
    return d


def write(rows, to):
    "Decks of the lessons `rows`, and what they load, into the folder `to`"
    assets, decks = to / 'assets', {f"{r['path'].stem}.html" for r in course_map.lessons() if r['kind'] == 'Core'}
    shutil.rmtree(to, ignore_errors=True)
    (to / 'images').mkdir(parents=True)
    npm.fetch([npm.REVEAL, npm.MATHJAX], assets)
    shutil.copy(ROOT / 'tools/deck/deck.js', assets)
    colours = HtmlFormatter(style='friendly').get_style_defs('.highlight')
    css = (ROOT / 'tools/deck/deck.css').read_text(encoding='utf-8')
    theme = assets / 'reveal/dist/theme/deck.css'  # where nbconvert's template looks for it
    theme.parent.mkdir()
    theme.write_text(css + re.sub(r'background: #f0f0f0;?', '', colours), encoding='utf-8')
    exporter = SlidesExporter(
        template_name='deck',
        extra_template_basedirs=[str(ROOT / 'tools')],
        reveal_url_prefix='assets/reveal',
        reveal_theme='deck',
        exclude_anchor_links=True,
    )
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    for r in rows:
        d = deck(r, decks)
        nb = nbformat.v4.new_notebook(
            cells=d.cells,
            metadata=dict(
                title=r['title'],
                kernelspec=dict(name='python3', display_name='python3', language='python'),
                language_info=dict(name='python'),
            ),
        )
        text, _ = exporter.from_notebook_node(nb, dict(metadata=dict(name=r['title'])))
        (to / f"{r['path'].stem}.html").write_text(text, encoding='utf-8')
        for name, p in d.images.items():
            shutil.copy(p, to / 'images' / name)
    links = '\n'.join(
        f'<li><a href="{r["path"].stem}.html">{r["number"]} {html.escape(r["title"])}</a></li>' for r in rows
    )
    (to / 'index.html').write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Slides</title><h1>Slides of the core lessons</h1>'
        f'<p>Space: next slide. F: full screen. Esc: all slides. S: notes.</p><ul>\n{links}\n</ul></html>\n',
        encoding='utf-8',
    )


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('lessons', nargs='*')
    ap.add_argument('--to', type=Path, default=ROOT / '_slides')
    a = ap.parse_args()
    rows = [r for r in course_map.lessons() if r['kind'] == 'Core' and (not a.lessons or r['number'] in a.lessons)]
    if not rows:
        sys.exit(f"no core lesson {' '.join(a.lessons)}")
    write(rows, a.to)
    print(f'{len(rows)} decks in {a.to}: open index.html')


if __name__ == '__main__':
    main()

"""How long the core lessons take to read, and how much prose there is for each line of code.

    tools/reading_time.py           print a table
    tools/reading_time.py --check   exit code 1 if the core takes too long, a head is far off, or prose is short
    tools/reading_time.py --write   put the minutes, rounded to five, into heads that are far off, and fold code

Counted: 200 words of prose and 8 lines of code a minute, of what the site shows before the exercises. Not counted:
cells with `#| hide`, blank lines, imports, and what a class passes over: under a heading that says "For the library" or
is followed by the line `*For the library: ...*`, all up to the next heading of its rank; where that line begins prose
without a heading, up to the next prose. Equations and tables count as their words.

Code that a class passes over is folded: JupyterLab and the site show a bar that a click opens.
"""

import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tools'))
import course_map  # noqa: E402

WORDS, LINES = 200, 8  # a minute
MOST_HOURS = 9  # of the core
LEAST_WORDS = 8  # of prose for each line of code, in every lesson
TOLERANCE = 0.25, 5  # of a lesson's minutes: a share of them, or so many
LIBRARY = re.compile(r'#+ .*For the library|(#+ [^\n]*\n+)?\*For the library')
HIDDEN = {'hide', 'hide_input', 'echo: false'}


def words(text):
    "Words of markdown as one reads it: without tags, targets of links and pictures"
    text = re.sub(r'!\[[^\]]*\]\([^)]*\)|<[^>]+>', ' ', text)
    text = re.sub(r'\]\([^)]*\)', ' ', text)
    return len(re.findall(r"[\w’'-]+", text))


def is_import(code):
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body)


def lines(code):
    "Lines of a code cell that one reads"
    marks = {m[1].strip() for m in re.finditer(r'^#\s*\|\s*(.+)$', code, re.M)}
    if marks & HIDDEN or any(o.startswith('default_exp') for o in marks) or is_import(code):
        return 0
    return sum(bool(o.strip()) and not re.match(r'\s*#\s*\|', o) for o in code.splitlines())


def pieces(cells):
    "Each code cell, and each part of a text cell that begins with a heading: `(cell, text, is it passed over?)`"
    rank = None
    for c in cells:
        text = ''.join(c['source'])
        if c['id'] in course_map.MADE:
            continue
        if c['cell_type'] != 'markdown':
            yield c, text, bool(rank)
            continue
        for part in filter(str.strip, re.split(r'^(?=#+ )', text, flags=re.M)):
            head = re.match(r'#+(?= )', part)
            if rank == 9 or head and len(head[0]) <= (rank or 0):
                rank = None  # 9: of prose without a heading
            if LIBRARY.match(part):
                rank = rank or (len(head[0]) if head else 9)
            yield c, part, bool(rank)


def counted(path):
    "Words and lines of the notebook at `path`, and those that are passed over"
    total, library = [0, 0], [0, 0]
    for c, text, passed in pieces(json.loads(path.read_text(encoding='utf-8'))['cells']):
        if text.startswith('## Try it'):
            break
        kind = 0 if c['cell_type'] == 'markdown' else 1
        (library if passed else total)[kind] += (words, lines)[kind](text)
    return total, library


def folded(path):
    "The notebook at `path` as text: code of its lesson that a class passes over folded, no other"
    nb = json.loads(path.read_text(encoding='utf-8'))
    for c, text, passed in pieces(nb['cells']):
        if c['cell_type'] == 'code':
            c['metadata'].pop('jupyter', None)
            if passed and lines(text):
                c['metadata']['jupyter'] = dict(source_hidden=True)
    return json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + '\n'


def table():
    "A row for each core lesson: name, words, lines, minutes, what its head says, words and lines passed over"
    rows = []
    for r in course_map.lessons():
        if r['kind'] == 'Core':
            (w, n), passed = counted(ROOT / r['path'])
            rows.append(
                dict(
                    name=r['path'].stem,
                    path=ROOT / r['path'],
                    words=w,
                    lines=n,
                    minutes=w / WORDS + n / LINES,
                    said=int(r['minutes']),
                    passed=passed,
                )
            )
    return rows


def far_off(r):
    "Does the head say other minutes than are counted?"
    share, least = TOLERANCE
    return abs(r['said'] - r['minutes']) > max(least, share * r['minutes'])


def faults(rows):
    "What is too long or said wrongly, as lines to print"
    bad = [
        f"{r['name']}: its head says {r['said']} minutes, counted are {r['minutes']:.0f}; --write puts that into it"
        for r in rows
        if far_off(r)
    ]
    bad += [
        f"{r['name']}: {r['words']} words for {r['lines']} lines of code, {LEAST_WORDS} for each are wanted"
        for r in rows
        if r['words'] < LEAST_WORDS * r['lines']
    ]
    bad += [
        f"{r['name']}: code that a class passes over is not folded, or other code is; --write folds it"
        for r in rows
        if folded(r['path']) != r['path'].read_text(encoding='utf-8')
    ]
    hours = sum(r['minutes'] for r in rows) / 60
    return bad + ([f'the core takes {hours:.1f} hours, at most {MOST_HOURS} are wanted'] if hours > MOST_HOURS else [])


def write(rows):
    "Minutes into heads that are far off, rounded to five; folded code"
    for r in rows:
        text, new = folded(r['path']), max(5, 5 * round(r['minutes'] / 5))
        if far_off(r):
            text = re.sub(r'\*\*Core · \d+ minutes', f'**Core · {new} minutes', text)
        r['path'].write_text(text, encoding='utf-8')


def main():
    rows = table()
    if '--check' in sys.argv:
        sys.exit('\n'.join(faults(rows)) or 0)
    if '--write' in sys.argv:
        return write(rows)
    print(f'{"lesson":20} words lines minutes head words/line  passed over (words, lines)')
    for r in rows:
        print(
            f"{r['name']:20} {r['words']:5} {r['lines']:5} {r['minutes']:7.0f} {r['said']:4} "
            f"{r['words'] / max(1, r['lines']):10.1f}  {tuple(r['passed'])}"
        )
    w, n, m = (sum(r[k] for r in rows) for k in ('words', 'lines', 'minutes'))
    print(f"{'all':20} {w:5} {n:5} {m:7.0f} {sum(r['said'] for r in rows):4} {w / n:10.1f}  = {m / 60:.1f} hours")


if __name__ == '__main__':
    main()

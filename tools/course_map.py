"""What the course says of itself, made of what the lessons say: title, sentence, kind, minutes, needs.

    tools/course_map.py           write it (`make readme`)
    tools/course_map.py --check   exit code 1 if something is not what it should be

The map of the front page; the table of the teaching guide; and in every core lesson a badge and a folded cell that
fetch it into Google Colab, a folded table of names that it uses before they are explained (tools/names.py), and links
to the lesson before and the one after.
"""

import json
import os
import re
import sys
from configparser import ConfigParser
from pathlib import Path

import names

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT / 'nbs/index.ipynb'
TEACHING = ROOT / 'nbs/guides/97_teaching.ipynb'
KINDS = {
    'Core': 'What a class steps through, from top to bottom.',
    'Elective': 'For those who want to know more: other worlds, metrics, baselines, experiments, widgets.',
    'Appendix': 'The library: files, data sets, training at full size. Read when needed.',
}
HEAD = re.compile(r'# (?P<title>[^\n]+)\n\n> (?P<sentence>[^\n]+)\n\n\*\*(?P<kind>\w+) · (?P<minutes>\d+) minutes')
INTRO = """## The map

From top to bottom is the reading order. A number is a layer of the library: a module imports only what has a smaller \
number. The core takes about {hours} hours to read (`tools/reading_time.py` counts them); exercises come on top."""
GLANCE = """## The lessons at a glance

Minutes are those of reading the prose and the code (200 words or 8 lines a minute), without exercises. Decks are made \
by `make slides`.

| lesson | minutes | needs | deck |
|---|---|---|---|
"""
EXTRAS = 'widgets,eval'  # what core lessons import beyond the library's requirements
INSTALL = """#| hide
#@title Google Colab: fetch and install the project (elsewhere this does nothing)
if 'google.colab' in str(get_ipython()):
    get_ipython().system('git clone -q --depth 1 {git}')
    get_ipython().system('pip install -q "./{repo}[{extras}]"')
    get_ipython().run_line_magic('cd', '{repo}/{folder}')"""
MADE = ('colab-badge', 'colab-install', 'names-used', 'previous-next')  # ids of the cells that are made here
FOLDED = dict(cellView='form', jupyter=dict(source_hidden=True))


def lessons():
    """What each numbered lesson says of itself, in the order in which they are read: that of their numbers, which are
    the layers of the library; a lesson without a module may say that it is read before another one"""
    found = list(read_lessons())
    return sorted(found, key=lambda r: (r['before'], 0) if r['before'] else (r['number'], 1))


def read_lessons():
    for p in sorted(ROOT.glob('nbs/**/[0-9]*.ipynb'), key=lambda p: p.name):
        text = next(''.join(c['source']) for c in json.loads(p.read_text())['cells'] if c['cell_type'] == 'markdown')
        head = HEAD.match(text)
        if not head:
            sys.exit(f'{p.relative_to(ROOT)}: it begins without "# title", "> sentence", "**Core · 30 minutes …"')
        line = text[head.start('kind') :].split('\n')[0]
        before = re.search(r'read before \[(\d\d)\]', line)
        needs = re.search(r' · needs (.*?)(?: · |\*\*)', line)
        yield dict(
            head.groupdict(),
            number=p.name[:2],
            path=p.relative_to(ROOT),
            before=before and before[1],
            needs=re.findall(r'\d\d(?=\])', needs[1]) if needs else [],
        )


def settings():
    "settings.ini"
    ini = ConfigParser(delimiters=['='])
    ini.read(ROOT / 'settings.ini', encoding='utf-8')
    return ini['DEFAULT']


def the_map(rows):
    "The text of the front page's map"
    hours = sum(int(r['minutes']) for r in rows if r['kind'] == 'Core') / 60
    parts = [INTRO.format(hours=round(hours))]
    for kind, about in KINDS.items():
        head = '| | lesson | what it is about | minutes |\n|---|---|---|---|\n'
        parts.append(
            f'### {kind}\n\n{about}\n\n{head}'
            + '\n'.join(
                '| [{number}]({path}) | {title} | {sentence} | {minutes} |'.format(**r)
                for r in rows
                if r['kind'] == kind
            )
        )
    return '\n\n'.join(parts)


def between(here, there):
    "A relative link from the file `here` to the file `there`, both in the repository"
    return Path(os.path.relpath(ROOT / there, (ROOT / here).parent)).as_posix()


def glance(rows):
    "The table of the core lessons in the teaching guide"
    here, paths = TEACHING.relative_to(ROOT), {r['number']: r['path'] for r in rows}

    def link(number, title=''):
        return f'[{number}{title}]({between(here, paths[number])})'

    return GLANCE + '\n'.join(
        f"| {link(r['number'], ' ' + r['title'])} | {r['minutes']} | {', '.join(map(link, r['needs'])) or 'nothing'} | "
        f"`{r['path'].stem}.html` |"
        for r in rows
        if r['kind'] == 'Core'
    )


def with_solutions(nb, rows):
    "The teaching guide with the place of each lesson's solutions, if it has exercises"
    files = {r['number']: ROOT / f"tests/solutions/{r['path'].stem}.py" for r in rows}
    for c in nb['cells']:
        text = ''.join(c['source'])
        if head := re.match(r'### \[(\d\d) ', text):
            f = files[head[1]]
            to = between(TEACHING.relative_to(ROOT), f.relative_to(ROOT))
            said = f'[{f.name}]({to}), right and wrong ones.' if f.exists() else 'none, since it has no exercises.'
            c['source'] = re.sub(r'(?<=^\*\*Solutions\*\*: ).*', said, text, flags=re.M).splitlines(True)
    return nb


def neighbours(core, i):
    "Links to the core lessons before and after the `i`-th, and to the map"
    here, out = core[i]['path'], []
    if i:
        r = core[i - 1]
        out.append(f"[← {r['number']} {r['title']}]({between(here, r['path'])})")
    out.append(f"[the map]({between(here, 'index.ipynb')})")
    if i + 1 < len(core):
        r = core[i + 1]
        out.append(f"[{r['number']} {r['title']} →]({between(here, r['path'])})")
    return ' · '.join(out)


def badge(r):
    "The badge under the head of a lesson"
    ini = settings()
    at = f"{ini['user']}/{ini['repo']}/blob/{ini['branch']}/{r['path'].as_posix()}"
    picture = between(r['path'], 'docs/images/colab.svg')
    return f'[![Open in Colab]({picture})](https://colab.research.google.com/github/{at})'


def install(r):
    "The folded cell that fetches the project into Colab"
    ini = settings()
    return INSTALL.format(git=ini['git_url'], repo=ini['repo'], extras=EXTRAS, folder=r['path'].parent.as_posix())


def cell(kind, name, text, **metadata):
    c = dict(cell_type=kind, id=name, metadata=metadata, source=text.splitlines(True))
    return c | (dict(execution_count=None, outputs=[]) if kind == 'code' else {})


def glossary(path, unknown):
    "The folded table of names that no earlier core lesson introduced"
    rows = [f'- [`{k}`]({between(path, where)}): {doc}' for k in unknown for doc, where in [names.library()[k]]]
    head = '<details><summary>Names of the library that no earlier lesson of the core explains</summary>'
    return '\n'.join([head, '', *rows, '', '</details>'])


def framed(nb, core, i, unknown):
    "The cells of the `i`-th core lesson with badge, folded cell, names and links"
    cells = [c for c in nb['cells'] if c['id'] not in MADE]
    at = 1 + next(k for k, c in enumerate(cells) if c['cell_type'] == 'markdown')
    top = [cell('markdown', 'colab-badge', badge(core[i])), cell('code', 'colab-install', install(core[i]), **FOLDED)]
    if unknown:
        top.append(cell('markdown', 'names-used', glossary(core[i]['path'], unknown)))
    return [*cells[:at], *top, *cells[at:], cell('markdown', 'previous-next', neighbours(core, i))]


def written():
    "What the notebooks should be: path -> cells"
    rows = lessons()
    core = [r for r in rows if r['kind'] == 'Core']
    tables = (INDEX, '## The map', the_map(rows)), (TEACHING, '## The lessons at a glance', glance(rows))
    for path, start, text in tables:
        nb = json.loads(path.read_text())
        next(c for c in nb['cells'] if ''.join(c['source']).startswith(start))['source'] = text.splitlines(True)
        yield path, with_solutions(nb, rows) if path == TEACHING else nb
    unknown = names.unknown(core, MADE)
    for i, r in enumerate(core):
        nb = json.loads((ROOT / r['path']).read_text())
        yield ROOT / r['path'], nb | dict(cells=framed(nb, core, i, unknown[r['path']]))


def main():
    bad = []
    for path, nb in written():
        if nb == json.loads(path.read_text()):
            continue
        bad.append(str(path.relative_to(ROOT)))
        if '--check' not in sys.argv:
            path.write_text(json.dumps(nb, ensure_ascii=False, indent=1) + '\n')
    if bad and '--check' in sys.argv:
        sys.exit(f'not what the lessons say of themselves: {", ".join(bad)}; tools/course_map.py writes them')


if __name__ == '__main__':
    main()

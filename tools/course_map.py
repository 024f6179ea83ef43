"""The map of the front page, made of what the lessons say of themselves: title, sentence, kind, minutes.

    tools/course_map.py           write it into index.ipynb (`make readme`)
    tools/course_map.py --check   exit code 1 if it is not what it should be
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT/'nbs/index.ipynb'
KINDS = {
    'Core': 'What a class steps through, from top to bottom.',
    'Elective': 'For those who want to know more: other worlds, metrics, baselines, experiments, widgets.',
    'Appendix': 'The library: files, data sets, training at full size. Read when needed.'}
HEAD = re.compile(r'# (?P<title>[^\n]+)\n\n> (?P<sentence>[^\n]+)\n\n\*\*(?P<kind>\w+) · (?P<minutes>\d+) minutes')
INTRO = """## The map

From top to bottom is the reading order. A number is a layer of the library: a module imports only what has a smaller number. The core takes about {hours} hours."""


def lessons():
    """What each numbered lesson says of itself, in the order in which they are read: that of their numbers, which are the
    layers of the library; a lesson without a module may say that it is read before another one"""
    found = list(read_lessons())
    return sorted(found, key=lambda r: (r['before'], 0) if r['before'] else (r['number'], 1))


def read_lessons():
    for p in sorted(ROOT.glob('nbs/**/[0-9]*.ipynb'), key=lambda p: p.name):
        text = next(''.join(c['source']) for c in json.loads(p.read_text())['cells'] if c['cell_type'] == 'markdown')
        head = HEAD.match(text)
        if not head:
            sys.exit(f'{p.relative_to(ROOT)}: wanted "# title", "> sentence", "**Core · 30 minutes · needs …" in its first text')
        line = text[head.start('kind'):].split('\n')[0]
        before = re.search(r'read before \[(\d\d)\]', line)
        yield dict(head.groupdict(), number=p.name[:2], path=p.relative_to(ROOT), before=before and before[1])


def the_map():
    "The text of the cell"
    rows = list(lessons())
    hours = sum(int(r['minutes']) for r in rows if r['kind'] == 'Core')/60
    parts = [INTRO.format(hours=round(hours))]
    for kind, about in KINDS.items():
        parts.append(f'### {kind}\n\n{about}\n\n| | lesson | what it is about | minutes |\n|---|---|---|---|\n'+'\n'.join(
            '| [{number}]({path}) | {title} | {sentence} | {minutes} |'.format(**r) for r in rows if r['kind'] == kind))
    return '\n\n'.join(parts)


def main():
    nb = json.loads(INDEX.read_text())
    cell = next(c for c in nb['cells'] if ''.join(c['source']).startswith('## The map'))
    text = the_map()
    if '--check' in sys.argv:
        sys.exit(0 if ''.join(cell['source']) == text else 'the map of the front page is not what the lessons say: tools/course_map.py')
    cell['source'] = text.splitlines(True)
    INDEX.write_text(json.dumps(nb, ensure_ascii=False, indent=1)+'\n')


if __name__ == '__main__':
    main()

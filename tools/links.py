"""Every mention of a lesson is a link: "lesson 23", "lessons 21 to 24", in notebooks and in the glossary.

    tools/links.py           write the links (`make readme`)
    tools/links.py --check   exit code 1 if one is missing or leads to another lesson

Code, pictures and links that are there already are left alone. Inside of HTML, such as the answers of a quiz, a link is
`<a href="…">`, since Jupyter reads no markdown there.
"""

import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / 'docs/glossary.md'
LINK = r'\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)\s]*\)'
HTML = r'<a\b[^>]*>.*?</a>'
APART = re.compile(rf'(^```.*?^```|`[^`\n]+`|\$[^$\n]+\$|!?{LINK}|{HTML}|<[^>]+>)', re.M | re.S)
JOIN = r'(?:, and | and |, | or | to |–)'
MENTION = re.compile(rf'\b([Ll]essons?)(\s)((?:\d\d|\x00\d+\x00)(?:{JOIN}(?:\d\d|\x00\d+\x00))*)(?!\d)')


def notebooks():
    "Paths of all notebooks, the front page first"
    found = (p for p in (ROOT / 'nbs').rglob('*.ipynb') if not p.is_symlink() and '.ipynb_checkpoints' not in p.parts)
    return [ROOT / 'index.ipynb', *sorted(found, key=lambda p: p.name)]


LESSONS = {p.name[:2]: p for p in notebooks() if p.name[:2].isdigit()}


def in_html(text, at):
    "Does position `at` lie in a block of HTML, where markdown is not read?"
    start = text.rfind('\n\n', 0, at) + 2 if '\n\n' in text[:at] else 0
    return (
        bool(re.match(r'\s*</?(details|table|p|div|summary|ul|li)\b', text[start : at + 1]))
        or '<details' in text[text.rfind('\n', 0, at) + 1 : at]
    )


def linked(text, here):
    "Markdown `text` of the file `here`, every mention of another lesson a link; KeyError for one that is not there"
    kept = []

    def keep(m):
        kept.append(m[0])
        return f'\x00{len(kept) - 1}\x00'

    def link(number, label, html):
        to = Path(os.path.relpath(LESSONS[number], here.parent)).as_posix()
        if LESSONS[number] == here:
            return label
        return f'<a href="{to}">{label}</a>' if html else f'[{label}]({to})'

    bare = APART.sub(keep, text)

    def mention(m):
        plain = re.sub(r'\x00(\d+)\x00', lambda k: kept[int(k[1])], bare[: m.start()])
        html = in_html(plain + m[1], len(plain))
        if re.fullmatch(r'\d\d', m[3]):
            return link(m[3], m[1] + m[2] + m[3], html)
        return m[1] + m[2] + re.sub(r'(?<![\x00\d])\d\d(?![\x00\d])', lambda o: link(o[0], o[0], html), m[3])

    out = MENTION.sub(mention, bare)
    return re.sub(r'\x00(\d+)\x00', lambda m: kept[int(m[1])], out)


def linked_glossary(text):
    "The glossary with links in the last column of its tables, too"

    def row(m):
        def link(o):
            return f'[{o[0]}]({os.path.relpath(LESSONS[o[0]], GLOSSARY.parent)})'

        numbers = re.sub(r'(?<!\[)\b\d\d\b(?!\])(?![^(]*\))', link, m[2])
        return m[1] + numbers + m[3]

    return re.sub(r'^(\|.*\| )((?:[\d, ]|\[\d\d\]\([^)]*\))+)( \|)$', row, linked(text, GLOSSARY), flags=re.M)


def wrong(text, here):
    """Links that are called a lesson and lead to another one, or to none; markdown links in HTML, which
    Jupyter shows as text
    """
    shown = re.sub(r'^```.*?^```|`[^`\n]+`', lambda m: ' ' * len(m[0]), text, flags=re.M | re.S)
    bad = []
    called = r'(?:[Ll]essons? )?(\d\d)'
    for m in re.finditer(rf'(?<!!)\[{called}\]\(([^)\s]+)\)|<a href="([^"]+)">{called}</a>', shown):
        number, to = m[1] or m[4], (m[2] or m[3]).partition('#')[0]
        if number not in LESSONS or (here.parent / to).resolve() != LESSONS[number]:
            bad.append(f'{m[0]} is not lesson {number}')
    for m in re.finditer(LINK, shown):
        if in_html(shown, m.start()):
            bad.append(f'{m[0]}: HTML stands around it, so it has to be <a href="…">')
    return bad


def texts(path):
    "The texts of the file `path` in which lessons are mentioned, and a function that writes others in their place"
    if path.suffix == '.md':

        def write(new):
            path.write_text(new[0], encoding='utf-8')

        return [path.read_text(encoding='utf-8')], write
    nb = json.loads(path.read_text(encoding='utf-8'))
    cells = [c for c in nb['cells'] if c['cell_type'] == 'markdown']

    def write(new):
        for c, t in zip(cells, new):
            c['source'] = t.splitlines(True)
        path.write_text(json.dumps(nb, ensure_ascii=False, indent=1) + '\n', encoding='utf-8')

    return [''.join(c['source']) for c in cells], write


def main():
    bad = []
    for path in [*notebooks(), GLOSSARY]:
        old, write = texts(path)
        new = [linked_glossary(t) if path == GLOSSARY else linked(t, path) for t in old]
        where = path.relative_to(ROOT)
        bad += [f'{where}: {o}' for t in new for o in wrong(t, path)]
        if new == old:
            continue
        if '--check' in sys.argv:
            bad.append(f'{where}: a lesson is mentioned without a link; tools/links.py makes it')
        else:
            write(new)
            print(f'linked: {where}')
    if bad:
        sys.exit('\n'.join(bad))


if __name__ == '__main__':
    main()

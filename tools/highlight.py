"""Write the drawings of docs/images once for each lesson, with the part that it builds in a thick rim.

    python tools/highlight.py            # write architecture-retrieval.svg, training-cross.svg, ...
    python tools/highlight.py --check    # say which differ from their drawing

(An address such as `architecture.svg#retrieval` does it without a copy in a browser, but not in JupyterLab.)"""

import argparse
import sys
from pathlib import Path

IMAGES = Path(__file__).parents[1] / 'docs/images'
# the ids of the boxes that a lesson builds, by the name of its picture
PARTS = {
    'architecture-embedding': ['embedding'],
    'architecture-retrieval': ['retrieval'],
    'architecture-generator': ['background', 'compose', 'generator'],
    'architecture-pixels': ['pixels'],
    'training-cross': ['cross'],
}


def highlighted(name):
    "The drawing with the boxes of picture `name` in a thick rim"
    text = (IMAGES / f'{name.split("-")[0]}.svg').read_text(encoding='utf-8')
    rule = 'g:target > .box, #pixels:target > .dashed'
    if rule not in text:
        raise ValueError(f'{name}: the drawing has no rule "{rule}"')
    for part in PARTS[name]:
        group = f'<g id="{part}">'
        if group not in text:
            raise ValueError(f'{name}: the drawing has no {group}')
        text = text.replace(group, f'<g id="{part}" class="here">')
    return text.replace(rule, f'.here > .box, .here > .dashed, {rule}', 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--check', action='store_true')
    old = []
    check = p.parse_args().check
    for name in PARTS:
        path, text = IMAGES / f'{name}.svg', highlighted(name)
        if check and (not path.exists() or path.read_text(encoding='utf-8') != text):
            old.append(path.name)
        if not check:
            path.write_text(text, encoding='utf-8')
    if old:
        sys.exit(f'{", ".join(old)}: not as the drawing; run python tools/highlight.py')


if __name__ == '__main__':
    main()

"""The documentation site, in _docs/: lessons with their outputs, reference, results, videos, and two explorers
that run in the browser
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import warnings
from configparser import ConfigParser
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[i] / o) for i, o in ((0, ''), (1, 'tools'))]
os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('MPLBACKEND', 'agg')
warnings.filterwarnings('ignore', '.*torch.jit.script', FutureWarning)  # fastai's imports cause it
import api  # noqa: E402
import course_map  # noqa: E402
import explorers  # noqa: E402
import npm  # noqa: E402
import pages  # noqa: E402
import results  # noqa: E402
import videos  # noqa: E402
from pages import ROOT  # noqa: E402

LIVE = dict(Puppet='puppet.html', AttentionExplorer='attention.html')  # widgets that run on the site, too
KINDS = {o['number']: o['kind'] for o in course_map.lessons()}  # in reading order
FOLDERS = {
    '': 'the library',
    'data': 'data',
    'model': 'the network',
    'train': 'training',
    'widgets': 'widgets',
    'lab': 'experiments',
    'guides': 'guides',
}


def toctree(caption, names):
    "A hidden table of contents: a part of the sidebar"
    option = f':caption: {caption}\n' if caption else ''
    return '\n'.join(['```{toctree}', f':hidden:\n{option}', *names, '```\n'])


def git_url():
    "Where the repository is published, from settings.ini"
    ini = ConfigParser(delimiters=['='])
    ini.read(ROOT / 'settings.ini', encoding='utf-8')
    return ini['DEFAULT']['git_url']


def texts():
    "Markdown files of the repository that become pages: model cards, the glossary and others"
    more = [
        *sorted((ROOT / 'pose_attn/weights').rglob('*.md')),
        *(ROOT / o for o in ('docs/glossary.md', 'docs/consent.md', 'CONTRIBUTING.md', 'CHANGELOG.md')),
    ]
    return [p.relative_to(ROOT) for p in more if p.exists()]


def page_of(paths):
    "File in the repository -> page of the site, both without suffix where it is a page itself"
    where = {'results': 'results/index', 'docs/videos.py': 'videos'}
    for stem, ps in results.pages_of().items():
        where |= {p.relative_to(ROOT).as_posix(): f'results/{stem}' for p in ps}
    for s in api.modules():
        where[s.path.relative_to(ROOT).as_posix()] = f"api/{s.name.removeprefix('pose_attn.')}"
    return where | {p.as_posix(): p.with_suffix('').as_posix() for p in paths}


def collect(src, static, stored, workers):
    "Everything that Sphinx reads, into `src`, and what the pages load, into `static`"
    import plotly

    shutil.copytree(ROOT / 'docs/static', static)
    shutil.copytree(ROOT / 'docs/images', src / 'docs/images')
    npm.fetch(explorers.PACKAGES, static)
    shutil.copy(Path(plotly.__file__).parent / 'package_data/plotly.min.js', static / 'plotly.min.js')
    collect_tables(src, static)
    ps = [*pages.notebooks(), ROOT / 'index.ipynb']
    collect_pages(src, ps, None if stored else workers)
    for p in (ROOT / 'docs').glob('*.md'):
        if p.stem not in ('README', 'glossary', 'consent'):
            shutil.copy(p, src / p.name)
    videos.write(static / 'videos', src / 'videos.md')
    explorers.write(static)


def collect_tables(src, static):
    "The pages of the results and of the reference, and their two indices"
    measured = results.write(src / 'results', static / 'results')
    (src / 'results/index.md').write_text(
        '\n\n'.join(
            [
                '# Results',
                '> Every number and picture that a lesson shows, from the files that the runs left',
                results.index(),
                toctree('', measured),
            ]
        ),
        encoding='utf-8',
    )
    names = api.write(src / 'api', lambda stem: pages.title(ROOT / f'nbs/{stem}.ipynb')[0])
    rows = [f'| [{n}]({n}.md) | {api.escape(d)} |' for n, d in names.items()]
    (src / 'api/index.md').write_text(
        '\n'.join(
            [
                '# Reference\n',
                '> Every module with what it exports, in reading order: each module imports only those before it\n',
                '| module | what it is for |',
                '|---|---|',
                *rows,
            ]
        ),
        encoding='utf-8',
    )


def collect_pages(src, ps, workers):
    "Notebooks and other texts as pages; notebooks are run by so many `workers`, or show their stored outputs if None"
    paths = texts()
    links = pages.Links(git_url(), page_of(paths))

    def path(p):
        return p.relative_to(ROOT).as_posix()

    nbs = {p: json.loads(p.read_text(encoding='utf-8')) for p in ps}

    def live(p):
        return {k: '../' * (len(p.relative_to(ROOT).parts) - 1) + v for k, v in LIVE.items()}

    for p, nb in nbs.items():
        pages.page(nb, path(p), links, live(p))  # a dead link is found before anything is run
    if workers:
        nbs = pages.run_all(ps, workers)
    for p, nb in nbs.items():
        nb = pages.page(nb, path(p), links, live(p))
        if path(p) == 'index.ipynb':
            nb['cells'].append(dict(cell_type='markdown', id='contents', metadata={}, source=contents(ps, paths)))
        write(src / path(p), json.dumps(nb, ensure_ascii=False))
    for p in paths:
        write(src / p, links.text((ROOT / p).read_text(encoding='utf-8'), p.as_posix()))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding='utf-8')


def part_of(p):
    "Part of the course that the notebook `p` belongs to"
    kind = KINDS.get(p.stem[:2])
    if kind in ('Core', 'Elective'):
        return dict(Core='Core', Elective='Electives')[kind]
    folder = p.parent.relative_to(ROOT / 'nbs').as_posix()
    return f"Appendix: {FOLDERS.get(folder.strip('.'), folder)}"


def contents(ps, paths):
    "The sidebar: what runs in the browser, the lessons by parts, and what one looks things up in"
    parts = {'Core': [], 'Electives': []} | {f'Appendix: {o}': [] for o in FOLDERS.values()}
    order = list(KINDS)
    for p in sorted((p for p in ps if p.stem != 'index'), key=lambda p: order.index(p.stem[:2])):
        entry = f"{p.stem[:2]} {pages.title(p)[0]} <{p.relative_to(ROOT).with_suffix('').as_posix()}>"
        parts.setdefault(part_of(p), []).append(entry)
    names = [p.with_suffix('').as_posix() for p in paths]
    glossary = [o for o in names if o == 'docs/glossary']
    cards = [f'Weights: {Path(o).stem} <{o}>' for o in names if 'weights' in o]
    more = [o for o in names if 'weights' not in o and o not in glossary]
    trees = {
        'In your browser': ['puppet', 'attention', 'videos'],
        **parts,
        'Look up': [*glossary, 'results/index', 'api/index'],
        'More': cards + more,
    }
    return '\n'.join(toctree(k, v) for k, v in trees.items() if v)


def main():
    ap = argparse.ArgumentParser(description=__doc__, epilog='other arguments are handed to sphinx-build')
    ap.add_argument(
        '--stored',
        action='store_true',
        help='show the outputs that the notebooks carry, and run none of them (saves minutes)',
    )
    ap.add_argument(
        '--workers', type=int, default=min(2, os.cpu_count() or 1), help='notebooks that run at the same time'
    )
    ap.add_argument('--to', type=Path, default=ROOT, help='folder for _docs and _proc')
    a, rest = ap.parse_known_args()
    proc, out = a.to / '_proc', a.to / '_docs'
    src, static, built = proc / 'src', proc / 'static', proc / 'out/html'
    shutil.rmtree(proc, ignore_errors=True)
    src.mkdir(parents=True)
    try:
        collect(src, static, a.stored, a.workers)
    except (RuntimeError, ValueError) as e:
        sys.exit(f'no site was built: {e}')
    options = ['-q', '-W', '--keep-going', '-c', ROOT / 'docs', '-D', f'html_static_path={static.resolve()}']
    if subprocess.run([sys.executable, '-m', 'sphinx', *options, *rest, src, built]).returncode:
        sys.exit('no site was built: Sphinx found what is said above')
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(built, out)
    print(f'the site is in {out}: open index.html; the explorers need a server: python -m http.server -d {out}')


if __name__ == '__main__':
    main()

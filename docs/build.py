"The documentation site, in _docs/: lessons with their outputs, reference, results, videos, and two explorers that run in the browser"
import argparse, json, os, shutil, subprocess, sys, warnings
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parent)); os.environ.setdefault('OMP_NUM_THREADS', '1'); os.environ.setdefault('MPLBACKEND', 'agg')
warnings.filterwarnings('ignore', '.*torch.jit.script', FutureWarning)                                                    # fastai's imports say it
import api, explorers, films, pages, results
from pages import ROOT

ALIVE = dict(Puppet='../puppet.html', AttentionExplorer='../attention.html')      # widgets that the site has, too
def toc(caption, names, more=''): return '```{toctree}\n' + more + (f':caption: {caption}\n' if caption else '') + '\n' + '\n'.join(names) + '\n```\n'

def git_url():
    "Where the repository is at home, from settings.ini"
    from configparser import ConfigParser
    ini = ConfigParser(delimiters=['=']); ini.read(ROOT/'settings.ini', encoding='utf-8'); return ini['DEFAULT']['git_url']

def cards(src):
    "Texts of the repository that pages link to: copied, and named with where they went"
    ps = [*sorted((ROOT/'pose_attn/weights').rglob('*.md')), ROOT/'CONTRIBUTING.md', ROOT/'CHANGELOG.md']
    for p in ps: (src/p.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True); shutil.copy(p, src/p.relative_to(ROOT))
    return [p.relative_to(ROOT).with_suffix('').as_posix() for p in ps]

def collect(src, static, stored, workers):
    "Everything that Sphinx reads, into `src`, and what the pages load, into `static`"
    shutil.copytree(ROOT/'docs/static', static); shutil.copytree(ROOT/'docs/images', src/'docs/images')
    explorers.fetch(static)
    import plotly; shutil.copy(Path(plotly.__file__).parent/'package_data/plotly.min.js', static/'plotly.min.js')
    more = cards(src); measured = results.write(src/'results', static/'results'); names = api.write(src/'api', lambda stem: pages.title(ROOT/f'nbs/{stem}.ipynb')[0])
    (src/'results/index.md').write_text('# Results\n\n> Every number and picture that a lesson shows, from the files that the runs left\n\n'
                                        +results.index()+'\n\n'+toc('', measured, ':hidden:\n'), encoding='utf-8')
    rows = '\n'.join(f'| [{n}]({n}.md) | {api.escape(d)} |' for n,d in names.items())
    (src/'api/index.md').write_text('# Reference\n\n> Every module with what it exports, in reading order: what comes first needs nothing that comes later\n\n'
                                    '| module | what it is for |\n|---|---|\n'+rows, encoding='utf-8')
    where = {p.relative_to(ROOT).as_posix():f'results/{s}' for s,ps in results.pages_of().items() for p in ps} | {'results':'results/index',
        'docs/films.py':'films'}
    where |= {s.path.relative_to(ROOT).as_posix():f"api/{s.name.removeprefix('pose_attn.')}" for s in api.modules()} | {f'{o}.md':o for o in more}
    links,ps = pages.Links(git_url(), where),[*pages.notebooks(), ROOT/'index.ipynb']
    nbs = {p:json.loads(p.read_text(encoding='utf-8')) for p in ps}
    for p,nb in nbs.items(): pages.page(nb, p.relative_to(ROOT).as_posix(), links, ALIVE)                       # a dead link is found before anything is run
    if not stored: nbs = pages.run_all(ps, workers)
    for p,nb in nbs.items():
        here = p.relative_to(ROOT).as_posix(); to = src/here; to.parent.mkdir(parents=True, exist_ok=True); nb = pages.page(nb, here, links, ALIVE)
        if here=='index.ipynb': nb['cells'].append(dict(cell_type='markdown', id='contents', metadata={}, source=contents(ps, more)))
        to.write_text(json.dumps(nb, ensure_ascii=False), encoding='utf-8')
    for p in (ROOT/'docs').glob('*.md'):
        if p.name!='README.md': shutil.copy(p, src/p.name)
    (static/'films').mkdir(exist_ok=True); films.write(static/'films', src/'films.md'); explorers.write(static)

def contents(ps, more):
    names = [f"{p.stem[:2]} {pages.title(p)[0]} <{p.relative_to(ROOT).with_suffix('').as_posix()}>" for p in ps if p.stem!='index']
    more = [f'Weights: {Path(o).stem} <{o}>' if 'weights' in o else o for o in more]
    return '\n'.join([toc('Play', ['puppet','attention','films'], ':hidden:\n'), toc('Lessons', names, ':hidden:\n'),
        toc('Look up', ['results/index','api/index'], ':hidden:\n'), toc('More', more, ':hidden:\n')])

def main():
    ap = argparse.ArgumentParser(description=__doc__, epilog='other arguments are handed to sphinx-build')
    ap.add_argument('--stored', action='store_true', help='take the outputs that the notebooks carry, and run none of them (minutes less)')
    ap.add_argument('--workers', type=int, default=min(2, os.cpu_count() or 1), help='notebooks that run at the same time')
    ap.add_argument('--to', type=Path, default=ROOT, help='folder for _docs and _proc')
    a,rest = ap.parse_known_args(); proc,out = a.to/'_proc',a.to/'_docs'; src,static,made = proc/'src',proc/'static',proc/'out/html'
    shutil.rmtree(proc, ignore_errors=True); src.mkdir(parents=True)
    try: collect(src, static, a.stored, a.workers)
    except (RuntimeError,ValueError) as e: sys.exit(f'no site was built: {e}')
    cmd = [sys.executable,'-m','sphinx','-q','-W','--keep-going','-c',ROOT/'docs','-D',f'html_static_path={static.resolve()}',*rest,src,made]
    rc = subprocess.run(cmd).returncode
    if rc: sys.exit('no site was built: Sphinx found what is said above')
    shutil.rmtree(out, ignore_errors=True); shutil.move(made, out)
    print(f'the site is in {out}: open index.html; the explorers need a server: python -m http.server -d {out}')

if __name__ == '__main__': main()

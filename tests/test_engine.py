"onnxruntime computes the same videos as PyTorch, from files of any size, for any number of sources"

from dataclasses import replace

import pytest
import torch
from pose_attn import cli, export, files
from pose_attn.animate import SourceBank, animate, animate_batches
from pose_attn.baselines.x2face import X2Face
from pose_attn.data.video import read_video, write_video
from pose_attn.data.worlds import get_world
from pose_attn.export import to_engine
from pose_attn.model.weights import load_pretrained

ANIMATE, EXPORT = map(files.light_command, ('pose_attn_animate', 'pose_attn_export_onnx'))

pytestmark = pytest.mark.long


@pytest.fixture(scope='module')
def G():
    return load_pretrained('faces_tiny')


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    "What `pose_attn_export_onnx faces_tiny OUT` writes"
    d = tmp_path_factory.mktemp('onnx')
    EXPORT('faces_tiny', d)
    assert sorted(o.name for o in d.iterdir()) == ['background.onnx', 'embedding.onnx', 'generator.onnx', 'pose.onnx']
    return d


def faces(size, n):
    w = get_world('faces', size)
    return [w.render(w.identities(1, i), w.motions(1, n, i))[0] for i in (3, 4)]


@pytest.mark.parametrize('kw', [{}, dict(bs=2, temp=0.3), dict(relative=True), dict(relative=True, best_frame=True)])
@pytest.mark.parametrize('n', [1, 3])
def test_the_same_video(G, folder, n, kw):
    S, d = faces(64, 5)
    E = to_engine(G, 'onnx', folder)
    assert type(E) is export._OnnxReassembler and type(G) is not type(E)
    a, b = (animate(SourceBank(o, S[:n]), d, **kw) for o in (G, E))
    assert a.shape == b.shape == (5, 3, 64, 64) and (a - b).abs().max() < 1e-3
    assert a.std() > 0.05 and (a - d).abs().mean() > 0.01  # a picture, and not the driving frame


def test_the_same_parts(G, folder):
    S, d = faces(64, 3)
    banks = [SourceBank(o, S) for o in (G, to_engine(G, 'onnx', folder))]
    for a, b in zip(*(animate_batches(o, d, bs=2) for o in banks), strict=True):
        for x, y in zip(a, b, strict=True):  # g, o, m, B, kp
            assert x.shape == y.shape and (x - y).abs().max() < 1e-3


def test_another_size_is_exported_at_the_start(G):
    H = load_pretrained('faces_tiny')
    H.cfg = replace(H.cfg, size=96)
    S, d = faces(96, 2)
    a, b = (animate(SourceBank(o, S), d) for o in (H, to_engine(H, 'onnx')))
    assert a.shape == (2, 3, 96, 96) and (a - b).abs().max() < 1e-3


def test_files_of_another_network_are_refused(G, folder, tmp_path):
    H = load_pretrained('faces_tiny')
    H.cfg = replace(H.cfg, size=96)
    for net, where in ((H, folder), (load_pretrained('bodies'), folder), (G, tmp_path), (X2Face(G.cfg), folder)):
        with pytest.raises(ValueError, match='no ONNX files of such a network'):
            to_engine(net, 'onnx', where)
    H = load_pretrained('faces_tiny')
    H.decoder.out.bias.data[0] += 1
    with pytest.raises(ValueError, match='exported from other weights'):
        to_engine(H, 'onnx', folder)
    with pytest.raises(ValueError, match='the attention is exported'):
        to_engine(X2Face(G.cfg), 'onnx')


@pytest.mark.parametrize('sooner', ['Reassembler', '_OnnxReassembler'])
def test_auto_takes_the_faster_one(G, folder, monkeypatch, sooner):
    times = []

    def repeat(f, number, repeat):
        kinds = [type(o.cell_contents) for o in f.__closure__]  # of what is timed: a network, its input
        kind = next(o.__name__ for o in kinds if issubclass(o, type(G)))
        times.append(kind)
        return [1.0, 0.1 if kind == sooner else 0.5]

    monkeypatch.setattr(export, 'repeat', repeat)
    assert type(to_engine(G, 'auto', folder)).__name__ == sooner
    assert set(times) == {'Reassembler', '_OnnxReassembler'}


def test_auto_is_torch_without_files_or_onnxruntime(G, folder, monkeypatch):
    assert to_engine(G) is G and to_engine(G, 'torch', folder) is G
    monkeypatch.setattr(export, 'find_spec', lambda name: None)
    assert to_engine(G, 'auto', folder) is G


def animated(tmp_path, **kw):
    S, d = faces(64, 4)
    write_video(tmp_path / 'S.mp4', S, 25)
    write_video(tmp_path / 'd.mp4', d, 25)
    ANIMATE(str(tmp_path / 'S.mp4'), str(tmp_path / 'd.mp4'), str(tmp_path / 'o.mp4'), 'faces_tiny', **kw)
    return read_video(tmp_path / 'o.mp4').float()


def test_the_command(folder, tmp_path, monkeypatch):
    animate_files, used = cli.animate_files, []

    def spy(G, *args, **kwargs):
        used.append(type(G).__name__)
        return animate_files(G, *args, **kwargs)

    monkeypatch.setattr(cli, 'animate_files', spy)
    kw = dict(n_sources=2, side_by_side=str(tmp_path / 's.mp4'), attention_figure=str(tmp_path / 'a.png'))
    a, b = (animated(tmp_path, engine=o, onnx=str(folder), **kw) for o in ('torch', 'onnx'))
    assert used == ['Reassembler', '_OnnxReassembler']
    assert len(a) == 4 and (a - b).abs().mean() < 0.02  # h264: one grey level changes whole blocks


@pytest.mark.parametrize(
    'f,why',
    [
        (
            lambda d: animated(d, engine='onnx'),
            "onnxruntime, onnx, onnxscript: not installed; pip install 'pose_attn[onnx]'",
        ),
        (
            lambda d: animated(d, engine='onnx', onnx=str(d)),
            "onnxruntime: not installed; pip install 'pose_attn[onnx]'",
        ),
        (
            lambda d: EXPORT('faces_tiny', d / 'new'),
            "onnx, onnxscript: not installed; pip install 'pose_attn[onnx]'",
        ),
        (lambda d: animated(d, engine='jax'), '--engine jax: wanted torch onnx auto'),
        (lambda d: animated(d, engine='onnx', bf16=True), '--engine onnx: wanted torch auto'),
        (lambda d: EXPORT('faces_tiny', d / 'new', size=60), '--size 60: wanted a multiple of 8'),
    ],
)
def test_what_is_missing_or_wrong_is_one_line(f, why, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr('pose_attn.files.find_spec', lambda name: None)
    with pytest.raises(SystemExit) as e:
        f(tmp_path)
    assert e.value.code == 2 and capsys.readouterr().err.splitlines()[-1] == f'error: {why}'
    assert not (tmp_path / 'new').exists() and not (tmp_path / 'o.mp4').exists()

"""Whatever is typed: no traceback, no changed input, exit code 0 or 2, and one line that says why

Hypothesis makes the argument lists: a hundred for each command, 400 with POSE_ATTN_LONG=1.
"""

import contextlib
import hashlib
import io
import os
import subprocess
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import torch
from fastcore.script import anno_parser
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from pose_attn import cli, files
from pose_attn.animate import read_sources
from pose_attn.core import preset
from pose_attn.data.video import read_video, write_video
from pose_attn.model.reassembler import Reassembler
from pose_attn.model.weights import save_network
from pose_attn.viz import to_png

LONG = os.environ.get('POSE_ATTN_LONG', '') not in ('', '0')
MANY = settings(
    max_examples=400 if LONG else 100,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope='module')
def tree(tmp_path_factory):
    "A folder with good inputs, odd names and bad files"
    d = tmp_path_factory.mktemp('tree')
    torch.manual_seed(0)
    x = torch.rand(3, 3, 40, 56)
    for name in ('me.png', 'a b,c.png', '-x.png', 'лицо.png'):
        (d / name).write_bytes(to_png(x[0]))
    for name in ('drv.mp4', 'c:d.mp4', 'drv.gif'):
        write_video(d / name, x, 25)
    (d / 'frames').mkdir()
    for i in range(3):
        (d / f'frames/{i}.png').write_bytes(to_png(x[i]))
    (d / 'broken.mp4').write_bytes((d / 'drv.mp4').read_bytes()[:500])
    (d / 'empty.png').touch()
    (d / 'empty').mkdir()
    G = Reassembler(preset('tiny', size=32, width=8, appearance_dim=32, pose_dim=24, bg_width=4, num_res_blocks=1))
    save_network(G, d / 'net.safetensors')
    return d


def contents(d):
    return {
        str(p.relative_to(d)): hashlib.sha1(p.read_bytes()).hexdigest() for p in sorted(d.rglob('*')) if p.is_file()
    }


def run(command, argv):
    "Exit code, what was said, what was said as an error: as in a terminal, without a process of its own"
    said, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(err):
        try:
            args = vars(anno_parser(command, command.__name__).parse_args(argv))
            command.__wrapped__(**{k: o for k, o in args.items() if k not in ('pdb', 'xtra')})
            code = 0
        except SystemExit as e:
            code = e.code or 0
        except BaseException:
            code = traceback.format_exc()
    return code, said.getvalue(), err.getvalue()


def read_by(argv, tree):
    "Names in `tree` of the files that an animation reads; None: all"
    if len(argv) < 2 or argv[1].startswith('-'):
        return None
    named = [tree / o.strip() for a in argv[:2] for o in ([a] if os.path.exists(tree / a) else a.split(','))]
    files = [p for o in named if os.path.exists(o) for p in ([o] if o.is_file() else o.iterdir())]
    return {str(p.resolve().relative_to(tree.resolve())) for p in [*files, tree / 'net.safetensors']}


def tried(command, argv, tree):
    "Run `command` in `tree`, and hold it to its promises; afterwards the tree is as it was"
    before, whole = contents(tree), {p: p.read_bytes() for p in tree.rglob('*') if p.is_file()}
    with inside(tree):
        code, said, err = run(command, argv)
    after = contents(tree)
    new = {tree / k for k in after if k not in before}
    for p in new:
        p.unlink()
    for p, b in whole.items():
        if hashlib.sha1(b).hexdigest() != after.get(str(p.relative_to(tree))):
            p.write_bytes(b)
    mine = read_by(argv, tree)
    assert code in (0, 2), f'{argv}: {code}'
    changed = [k for k in before if after.get(k) != before[k] and (code == 2 or mine is None or k in mine)]
    assert not changed, f'{argv} changed {changed}'
    assert not [p for p in new if p.name.startswith('.')], f'{argv} left {new}'
    if code == 2:
        assert err.strip().splitlines()[-1].startswith(('error: ', command.__name__)), f'{argv}: {err}'
        assert not new, f'{argv} left {new}'
    return code, said, err


def light(name):
    "The command as a terminal runs it, with the checks that come before any import"
    return files.light_command(f'pose_attn_{name}')


@contextlib.contextmanager
def inside(d):
    was = os.getcwd()
    os.chdir(d)
    try:
        yield
    finally:
        os.chdir(was)


FILES = [
    'me.png',
    'drv.mp4',
    'drv.gif',
    'c:d.mp4',
    'a b,c.png',
    './-x.png',
    'лицо.png',
    'frames',
    'me.png, drv.mp4',
    'me.png,frames',
    'frames/../me.png',
]
MOVING = ['drv.mp4', 'drv.gif', 'c:d.mp4', 'frames', './drv.mp4']
BAD = [
    'nobody.png',
    'broken.mp4',
    'empty.png',
    'empty',
    '',
    ',',
    '-x.png',
    'n' * 300,
    'me.png,' + 'n' * 300,
    'me.png/x',
    '~nobody/x',
    'a\0b',
    '.',
    'net.safetensors',
]
OUT = ['o.mp4', 'o.gif', 'new/o.mp4', 'o:p.mp4', './-o.mp4', 'вид.mp4', 'O.MP4']
BAD_OUT = [
    'me.png',
    'drv.mp4',
    'frames',
    'frames/../drv.mp4',
    'me.png/o.mp4',
    'o.avi',
    'o',
    '',
    '.',
    'n' * 300 + '.mp4',
    '/proc/o.mp4',
    'c:d.mp4',
    'drv.gif',
    'net.safetensors',
    'a\0b.mp4',
]
NUMBERS = ['1', '2', '3', '7'] * 6 + [
    '0',
    '-1',
    '1',
    '2',
    '1e99',
    'nan',
    'inf',
    '-inf',
    '1.5',
    'two',
    '',
    '99999999999999999999',
    '0x10',
]


def flags(**kinds):
    "Some of the flags, each with a value of its kind"
    words = [
        st.sampled_from(o).map(lambda v, k=k: [f'--{k}={v}']) if o else st.just([f'--{k}']) for k, o in kinds.items()
    ]
    return st.lists(st.one_of(words), max_size=2).map(lambda o: sum(o, []))


@MANY
@given(
    st.sampled_from(FILES * 6 + BAD),
    st.sampled_from(MOVING * 20 + FILES + BAD),
    st.sampled_from(OUT * 12 + BAD_OUT),
    flags(
        n_sources=NUMBERS,
        temp=NUMBERS,
        bs=NUMBERS,
        side_by_side=['s.mp4', 's.gif'] * 8 + OUT + BAD_OUT,
        bf16=None,
        relative=None,
        best_frame=None,
        absolute=None,
        engine=['torch', 'auto', 'onxx'],
        onnx=['empty', 'nowhere'],
        attention_figure=['a.png'] * 5 + ['me.png', 'a.jpg', 'frames/1.png', 'o.mp4'],
        weights=['nobody', 'me.png', 'empty'],
        crop=['auto', 'none', '1,2,20,20', '0,0,999,9', '-1,0,5,5', '1,2', 'x', ''],
        paste_back=None,
        background=['black', '#00ff00', 'soup', ''],
        crop_driving=['auto', '0,0,9,9', '0,0,0,0'],
        nonsense=['1'],
    ),
)
def test_animate(tree, sources, driving, out, more):
    weights = [] if any(o.startswith('--weights') for o in more) else ['--weights=net.safetensors']
    code, said, _ = tried(light('animate'), [sources, driving, f'--out={out}', *weights, *more], tree)
    ENDED.append(code)
    if code == 0:
        assert f'wrote {out}' in said


ENDED = []


def test_many_lists_were_good_and_many_were_not():
    assert min(ENDED.count(0), ENDED.count(2)) > len(ENDED) / 6, (ENDED.count(0), ENDED.count(2))


WORLDS = ['faces', 'pendulum', 'moon', 'frames', 'me.png', 'empty', 'nowhere', '', 'n' * 300]


@MANY
@given(
    st.sampled_from(WORLDS),
    flags(
        out=['me.png', 'me.png/x', 'new', 'empty'],
        minutes=NUMBERS,
        preset=['tiny', 'huge'],
        recipe=['ours', 'soup', 'me.png'],
        method=['X2Face', 'None', 'Reassembler'],
        clock=['gpu', 'cpu'],
        threads=['0', '-1', 'two', 'nan'],
        seed=NUMBERS,
        bs=NUMBERS,
        n_acc=NUMBERS,
        n_sources=NUMBERS,
        lr=NUMBERS,
        n_gpus=['0', '-1', 'x'],
        valid_split=['frames', 'clips', 'none'],
        set=['K=20', 'K', 'K=x', 'loops=3', '=', 'lr=nan'],
        precision=['fp32', 'fp8'],
        init=['nobody'],
        finetune=['nobody'],
    ),
)
def test_train(tree, data, more):
    "Up to the training itself, which is replaced: what it refuses is the business of its own tests"
    with pytest.MonkeyPatch.context() as m:
        m.setattr(cli, 'run_training', lambda *a, **kw: (None, None))
        tried(light('train'), [data, *more], tree)


@MANY
@given(flags(minutes=NUMBERS, world=WORLDS, out=['me.png', 'me.png/x', 'new'], seed=NUMBERS, n_test_pairs=NUMBERS))
def test_demo(tree, more):
    "Without the work, which is replaced"
    with pytest.MonkeyPatch.context() as m:
        m.setattr(cli, 'run_training', lambda *a, **kw: (Reassembler(preset('tiny', width=8)), {'test_pairs': {}}))
        m.setattr(cli, 'eval_errors', lambda *a: {})
        m.setattr(cli, 'demo_transfer', lambda *a: {})
        m.setattr(cli, '_errors_line', lambda e: '')
        tried(light('demo'), more, tree)


@MANY
@given(
    st.sampled_from(['net.safetensors'] * 6 + ['nobody', 'me.png', '']),
    st.sampled_from(['new', 'empty', 'me.png', '', 'me.png/x']),
    flags(size=NUMBERS + ['64', '128'] * 9),
)
def test_export_onnx(tree, weights, out, more):
    "Without the export, which takes seconds"
    with pytest.MonkeyPatch.context() as m:
        m.setattr(cli, 'export_onnx', lambda G, out: [out])
        tried(light('export_onnx'), [weights, out, *more], tree)


@MANY
@given(flags(preset=['tiny', 'huge', ''], bs=NUMBERS, seconds=NUMBERS))
def test_selfcheck(tree, more):
    class Fine:
        def __init__(self, *a):
            pass

        def ask(self):
            return []

    with pytest.MonkeyPatch.context() as m:
        m.setattr(cli, 'SelfCheck', Fine)
        tried(light('selfcheck'), more, tree)


OUT_FOLDERS = ['new', 'empty', 'me.png', '', 'me.png/x', 'frames', '/proc/x', 'n' * 300, 'a\0b', 'drv.mp4/..']
TABLE = pd.DataFrame(dict(a=[1.0]), index=['ours'])


@MANY
@given(
    st.sampled_from(['net.safetensors'] * 6 + ['nobody', 'me.png', '', 'empty']),
    st.sampled_from(WORLDS + [None]),
    flags(
        out=OUT_FOLDERS,
        n_sources=NUMBERS,
        n_test_pairs=NUMBERS,
        seed=NUMBERS,
        kp_detector=['dlib', 'nobody'],
        id_encoder=['nobody'],
        features=['none', 'lite0', 'soup'],
        runs_csv=['new.csv', 'me.png', 'empty', 'me.png/x'],
        videos=['empty', 'nowhere', 'me.png', 'frames'],
    ),
)
def test_evaluate(tree, weights, data, more):
    "Without the evaluation, which takes minutes; with the grading of videos from outside"
    with pytest.MonkeyPatch.context() as m:
        m.setattr('pose_attn.eval.evaluate.evaluate', lambda *a: TABLE.copy())
        tried(light('evaluate'), [weights, *([] if data is None else [data]), *more], tree)


@MANY
@given(
    st.sampled_from(['table1', 'table9', 'fig7', 'fig4', 'stranger', 'keypoints', '', 'films']),
    flags(
        data=WORLDS,
        weights=['net.safetensors', 'nobody', 'me.png', ''],
        out=OUT_FOLDERS,
        runs=['new', 'empty'],
        minutes=NUMBERS,
        seeds=NUMBERS,
        pairs=NUMBERS,
        threads=['1', '-1', 'x', 'nan'],
    ),
)
def test_experiment(tree, what, more):
    "Without the trainings and the drawings"
    from pose_attn.lab import experiments as E

    def made(*a):
        return TABLE, None, {}

    with pytest.MonkeyPatch.context() as m:
        m.setattr(E, 'run_table', lambda *a: dict(frame=TABLE))
        m.setattr(E, '_keep', lambda *a: None)
        for found in (E.EXPERIMENTS, E.NET_EXPERIMENTS):
            for k in found:
                m.setitem(found, k, made)
        tried(light('experiment'), [what, *more], tree)


@MANY
@given(
    st.sampled_from(['pendulum'] * 4 + ['frames', 'empty', 'nowhere', 'me.png', '', 'moon']),
    st.sampled_from(OUT_FOLDERS),
    flags(
        layout=['auto', 'world', 'folder', 'bair', 'soup'],
        metadata=['me.png', 'nowhere'],
        subject=['(', '(.*)', 'x'],
        valid_pct=NUMBERS,
        view=['main', 'aux1', 'aux9'],
        per_shard=NUMBERS,
        workers=['0', '-1', '1', 'x', '1e9'],
        seed=NUMBERS,
        dry_run=None,
    ),
)
def test_prepare(tree, data, out, more):
    few = ['--clips=2', '--max_frames=2', '--size=8']
    tried(light('prepare'), [data, out, *few, *more], tree)


@MANY
@given(
    st.sampled_from(['pendulum'] * 5 + ['faces', 'moon', 'frames', '']),
    flags(
        out=OUT_FOLDERS,
        videos=NUMBERS,
        test_videos=NUMBERS,
        frames=NUMBERS,
        size=NUMBERS + ['8', '16'] * 9,
        seed=NUMBERS,
        format=['png', 'mp4', 'avi', ''],
    ),
)
def test_export(tree, data, more):
    few = ['--videos=1', '--test_videos=3', '--frames=4', '--size=8']
    tried(light('export'), [data, *few, *more], tree)


@MANY
@given(
    flags(
        out=OUT_FOLDERS,
        big=['tiny', 'huge'],
        small=['tiny', ''],
        gflop=NUMBERS,
        rounds=NUMBERS,
        seconds=NUMBERS,
        threads=['-1', '1', 'x'],
    )
)
def test_bench(tree, more):
    "Without the measurements"
    with pytest.MonkeyPatch.context() as m:
        m.setattr('pose_attn.lab.bench.bench', lambda *a: dict(videos=TABLE, baselines=TABLE))
        tried(light('bench'), more, tree)


@MANY
@given(
    st.sampled_from(['faces', 'bodies', 'pendulum', 'frames', '']),
    flags(
        out=OUT_FOLDERS,
        only=['keypoints', 'identities', 'soup', ''],
        minutes=NUMBERS,
        clock=['cpu', 'gpu'],
        threads=['1', '-1', 'two'],
        bs=NUMBERS,
        seed=NUMBERS,
    ),
)
def test_eval_networks(tree, world, more):
    "Without the trainings"
    with pytest.MonkeyPatch.context() as m:
        one = (SimpleNamespace(), lambda *a: None, None, None, lambda *a: 0.5, 'error {}')
        found = dict(keypoints=one, identities=one, landmarks=one)
        m.setattr('pose_attn.eval.networks._eval_nets', lambda w: found)
        m.setattr('pose_attn.eval.networks._eval_net_dataloaders', lambda *a: None)
        learner = SimpleNamespace(fit_minutes=lambda *a, **kw: None)
        m.setattr('pose_attn.eval.networks._eval_net_learner', lambda *a: learner)
        m.setattr('pose_attn.eval.networks.save_eval_net', lambda *a: None)
        tried(light('eval_networks'), [world, *more], tree)


@MANY
@given(
    st.sampled_from(['make', 'export', 'import', 'report', 'play']),
    st.sampled_from(OUT_FOLDERS),
    flags(
        world=['pendulum', 'moon', ''],
        methods=['copy_source', 'nobody', 'ours=nobody', 'copy_source,blend', ','],
        videos=['empty', 'nowhere', 'frames'],
        pairs=NUMBERS,
        frames=NUMBERS,
        n_sources=NUMBERS,
        size=['0', '16', '-1', 'x', '1'],
        seed=NUMBERS,
        answers=['me.png', 'nowhere', 'empty', ','],
        to=OUT_FOLDERS,
    ),
)
def test_study(tree, action, folder, more):
    few = ['--world=pendulum', '--methods=copy_source,blend', '--pairs=1', '--frames=2', '--size=16']
    tried(light('study'), [action, folder, *few, *more], tree)


@MANY
@given(flags(weights=['nobody', 'me.png', 'net.safetensors'], out=OUT_FOLDERS, port=NUMBERS + ['8866'] * 9, dark=None))
def test_app(tree, more):
    "Without the server"
    voila = pytest.importorskip('voila.app')
    with pytest.MonkeyPatch.context() as m:
        m.setattr(voila.Voila, 'launch_instance', lambda *a, **kw: None)
        m.setenv('POSE_ATTN_APP', '')
        tried(light('app'), more, tree)


@pytest.mark.parametrize(
    'argv,why',
    [
        (['me.png', 'drv.mp4', '--out=drv.mp4'], 'would overwrite the input'),
        (['frames', 'drv.mp4', '--out=frames/1.mp4', '--attention_figure=frames/1.png'], 'would overwrite the input'),
        (['me.png', 'drv.mp4', '--out=o.mp4', '--side_by_side=./o.mp4'], 'another output'),
        (['me.png', 'drv.mp4', '--out=me.png/o.mp4'], 'is a file, not a folder'),
        (['me.png', 'drv.mp4', '--side_by_side=o.avi'], '--side_by_side o.avi: wanted a name that ends in .mp4 .gif'),
        (['me.png', 'drv.mp4', '--bs=0'], '--bs 0: wanted a number from 1 to'),
        (['me.png', 'drv.mp4', '--temp=0'], '--temp 0.0'),
        (['me.png', 'drv.mp4', '--n_sources=-2'], '--n_sources -2'),
        (['me.png,' + 'n' * 300, 'drv.mp4'], 'there is no'),
        (['me.png', 'drv.mp4', '--best_frame'], '--relative'),
        (['me.png', 'drv.mp4', '--relative', '--absolute'], 'give one of them'),
    ],
)
def test_what_is_refused_before_the_work(tree, argv, why, monkeypatch):
    monkeypatch.setattr(cli, 'load_pretrained', None)  # not even the network is loaded
    code, _, err = tried(light('animate'), argv, tree)
    assert code == 2 and why in err and len(err.splitlines()) == 1


def test_the_colour_behind_what_is_transparent(tree, monkeypatch):
    glass = tree / 'glass.png'
    Image.new('RGBA', (40, 40), (0, 0, 255, 0)).save(glass)
    seen = []
    monkeypatch.setattr(cli, 'animate_files', lambda G, s, *a, **kw: seen.append(read_sources(s, 32, background=a[-1])))
    for colour in ('white', '#00ff80'):
        argv = ['glass.png', 'drv.mp4', '--weights=net.safetensors', f'--background={colour}']
        assert tried(light('animate'), argv, tree)[0] == 0
    glass.unlink()
    assert [(o[0, :, 5, 5] * 255).round().tolist() for o in seen] == [[255, 255, 255], [0, 255, 128]]


def test_a_folder_that_is_read_only(tree, monkeypatch):
    monkeypatch.setattr(os, 'access', lambda p, how: Path(p) != tree / 'empty')  # root may write everywhere
    code, _, err = tried(light('animate'), ['me.png', 'drv.mp4', '--out=empty/o.mp4'], tree)
    assert code == 2 and 'nothing can be written into' in err


@pytest.mark.skipif(not Path('/proc').is_dir(), reason='needs a folder in which even root cannot write')
def test_an_output_that_cannot_be_begun_leaves_no_other(tree):
    argv = ['me.png', 'drv.mp4', '--weights=net.safetensors', '--out=/proc/o.mp4', '--side_by_side=s.gif']
    assert tried(light('animate'), argv, tree)[0] == 2  # and `tried` finds nothing new


def test_an_error_stands_on_a_line_of_its_own(tree, monkeypatch):
    def breaks(*a, **kw):
        a[8](1, 3)
        raise ValueError('in the middle')

    monkeypatch.setattr(cli, 'animate_files', breaks)
    code, _, err = tried(light('animate'), ['me.png', 'drv.mp4', '--weights=net.safetensors'], tree)
    assert code == 2 and 'error: in the middle' in err.replace('\r', '\n').splitlines()


def test_crop_and_paste_back(tree):
    argv = ['me.png', 'drv.mp4', '--weights=net.safetensors', '--crop=auto', '--crop_driving=2,0,20,20', '--paste_back']
    with inside(tree):
        code, said, err = run(cli.pose_attn_animate, argv)
        assert code == 0, err
        assert read_video('result.mp4').frames.shape == (3, 3, 40, 56)  # the whole picture
        Path('result.mp4').unlink()
    assert 'me.png: cut 40x40 at ' in said and 'out of 56x40' in said


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='asks for a home that is not there')
@pytest.mark.parametrize('encoding', ['ascii', 'cp1251'])
def test_poor_terminals_and_no_home(tree, tmp_path, encoding):
    env = os.environ | dict(
        PYTHONIOENCODING=encoding, HOME='/nonexistent/home', MPLCONFIGDIR=str(tmp_path), TQDM_DISABLE='1'
    )
    code = 'import sys; sys.argv[0] = "pose_attn_animate"; from pose_attn.files import pose_attn_animate; pose_attn_animate()'
    (tmp_path / 'run.py').write_text(code)

    def out(*argv):
        return subprocess.run(
            [sys.executable, '-W', 'ignore', tmp_path / 'run.py', *argv], cwd=tree, env=env, capture_output=True
        )

    r = out('лицо.png', 'drv.mp4', '--out', 'вид🙂.mp4', '--weights', 'net.safetensors')
    assert r.returncode == 0, r.stderr
    assert len(read_video(tree / 'вид🙂.mp4')) == 3
    (tree / 'вид🙂.mp4').unlink()
    r = out('лицо🙂.png', 'drv.mp4')
    assert r.returncode == 2 and b'Traceback' not in r.stderr and r.stderr.startswith(b'error: ')

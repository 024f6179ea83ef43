"tools/train_landmarks.py: the joints belong to the frames that were read, and a training draws keypoints to them"

import importlib.util
import json
import subprocess
import sys

import pytest
import torch
from lessons import ROOT
from pose_attn.data.loaders import MotionDataLoaders
from pose_attn.data.prepare import prepare_dataset
from pose_attn.data.worlds import get_world
from pose_attn.eval.networks import load_eval_net
from pose_attn.model.weights import load_pretrained

TOOL = ROOT / 'tools/train_landmarks.py'


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('train_landmarks', TOOL)
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
    return m


@pytest.fixture(scope='module')
def clips(tmp_path_factory):
    "Eight clips of two faces"
    out = tmp_path_factory.mktemp('clips') / 'faces'
    prepare_dataset('faces', out, layout='world', size=64, clips=8, progress=False)
    return out


def test_joints_belong_to_frames(tool, clips):
    with pytest.raises(ValueError, match='not what the world renders today'):
        tool.load_keypoints('bodies', clips)
    assert not (clips / 'keypoints.npz').exists()
    keypoints = tool.load_keypoints('faces', clips)
    assert (clips / 'keypoints.npz').is_file() and len(keypoints) == 8
    dls = MotionDataLoaders.from_prepared(clips, 64, bs=2, n_sources=2, with_b_driving=True, n_batches=2)
    ds = dls.train.dataset
    ds.clips = tool.RecordedClips(ds.clips, keypoints, 4)
    s_A, d_A, s_B, _ = dls.one_batch()
    frames = torch.cat([torch.cat([s_A, d_A[:, None]], 1), s_B]).flatten(0, 1)  # as `LeaveOneOut` joins them
    joints = torch.cat(list(ds.clips.newest))
    assert len(joints) == len(frames) == 12
    found, _ = load_eval_net('faces_keypoints').detect(frames)
    seen = joints[..., 2] > 0

    def pixels(at):
        return 32 * (at[..., :2] - found).norm(dim=-1)[seen].mean()

    assert pixels(joints) < 1 < 3 < pixels(joints.roll(1, 0))


@pytest.mark.long
@pytest.mark.parametrize('painted', (True, False), ids=('painted', 'prepared'))
def test_training_draws_keypoints_to_joints(painted, clips, tmp_path):
    data = ['faces'] if painted else [clips, 'faces']

    def distance(G):
        w = get_world('faces', 64)
        ident, pose = w.identities(20, 'lm'), w.motions(20, 1, 'lm')
        with torch.no_grad():
            found = G.encode_driving(w.render(ident, pose)[:, 0])[1]
        joints = w.keypoints(ident, pose)[0][:, 0]
        return (found[:, : joints.shape[1]] - joints).norm(dim=-1).mean().item()

    cmd = [sys.executable, TOOL, *data, '--init', 'faces_tiny', '--out', tmp_path / 'run', '--minutes', '.3']
    cmd += ['--weight', '30', '--set', 'ema=None', 'gan=None']
    subprocess.run([*map(str, cmd)], check=True, capture_output=True, text=True, cwd=ROOT)
    said = json.loads((tmp_path / 'run/result.json').read_text())
    assert said['command'].startswith('python tools/train_landmarks.py') and said['steps'] > 2
    before, after = (distance(load_pretrained(f)) for f in ('faces_tiny', tmp_path / 'run/model.safetensors'))
    assert after < 0.95 * before

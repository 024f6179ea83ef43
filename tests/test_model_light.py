"The networks need neither a video decoder nor torchvision"

import subprocess
import sys
from lessons import ROOT

CODE = """
import sys, pkgutil, importlib
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'av','torchvision'}: raise ModuleNotFoundError(f'{name} is blocked', name=name)
sys.meta_path.insert(0, Block())
import pose_attn.model
for m in pkgutil.walk_packages(pose_attn.model.__path__, 'pose_attn.model.'): importlib.import_module(m.name)
from pose_attn.model.reassembler import Reassembler
Reassembler.from_pretrained('faces')
"""


def test_model_needs_no_video():
    r = subprocess.run([sys.executable, '-c', CODE], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert r.returncode == 0, r.stderr

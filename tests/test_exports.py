"`from pose_attn.all import *` brings what users type, and hides nothing of what they have imported before"
import sys

import pytest
from lessons import ROOT

sys.path.insert(0, str(ROOT/'tools'))
import shape                                                         # noqa: E402

MOST = 150


@pytest.fixture(scope='module')
def names():
    return shape.names()


def test_few_names(names):
    assert 20 < len(names) <= MOST, f'{len(names)} names; at most {MOST} are wanted'


def test_no_name_shadows(names):
    bad = [f'{k}: {", ".join(v)}' for k, v in sorted(names.items()) if v]
    assert not bad, 'these names are others in fastai, fastcore, torch, torchvision or Python:\n'+'\n'.join(bad)


def test_all_names_what_it_brings(names):
    import pose_attn.all
    assert set(pose_attn.all.__all__) == set(names)

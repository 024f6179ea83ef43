"Every command that a lesson, the README or a page of the site shows has the flags that are given to it"
import importlib
import inspect
import json
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT/'README.md', ROOT/'CONTRIBUTING.md', *sorted((ROOT/'docs').glob('*.md')),
         *sorted(p for p in (ROOT/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts)]


def flags_of_commands():
    "Command -> names of its flags"
    cfg = ConfigParser(delimiters=['='])
    cfg.read(ROOT/'settings.ini', encoding='utf-8')
    found = {}
    for line in cfg['DEFAULT']['console_scripts'].split():
        name, where = line.split('=')
        module, function = where.split(':')
        f = getattr(importlib.import_module(module), function)
        ps = inspect.signature(getattr(f, '__wrapped__', f)).parameters.values()
        found[name] = {p.name for p in ps if p.default is not p.empty} | {'help'}
    return found


FLAGS = flags_of_commands()
OTHERS = {'mixed_precision', 'machine_rank', 'main_process_port', 'mode', 'result_video', 'test_videos', 'size'}


def text_of(p):
    "What a reader of `p` sees, with continued lines joined"
    text = p.read_text(encoding='utf-8')
    if p.suffix == '.ipynb':
        text = '\n'.join(''.join(c['source']) for c in json.loads(text)['cells'])
    return re.sub(r'\\+\n\s*', ' ', text)


def unknown_flags(text):
    "Pairs (command, flag) of `text` where the command has no such flag"
    wrong = []
    for line in text.splitlines():
        line = re.sub(r'accelerate launch .*?(?=\$\()', '', line.split('  #')[0])
        parts = re.split(r'\b(pose_attn_[a-z_]+)\b', line)
        for name, rest in zip(parts[1::2], parts[2::2]):
            words = re.match(r'[^`|;]*', rest.removeprefix(')'))[0]
            wrong += [(name, f) for f in re.findall(r'(?<!\S)--([a-z]\w*)', words) if f not in FLAGS.get(name, {f})]
    return wrong


@pytest.mark.parametrize('p', PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_flags_exist(p):
    assert not unknown_flags(text_of(p))


@pytest.mark.parametrize('p', PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_flags_named_alone_exist(p):
    "A flag in backticks belongs to some command: ours, the launcher's, or one of the official First-Order code"
    known = set().union(*FLAGS.values(), OTHERS)
    assert not set(re.findall(r'`--([a-z]\w*)', text_of(p))) - known


def test_a_wrong_flag_is_found():
    wrong = unknown_flags('```\npose_attn_train faces --minutes 3 --loudness 9   # --not_read\n```')
    assert wrong == [('pose_attn_train', 'loudness')]
    launched = unknown_flags('accelerate launch --multi_gpu $(which pose_attn_train) x --sz 3')
    assert launched == [('pose_attn_train', 'sz')]

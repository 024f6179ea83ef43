"Every command that a lesson, the README or a page of the site shows has the flags that are given to it"

import importlib
import inspect
import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from fastcore.script import anno_parser
from pose_attn import cli, files
from pose_attn._modidx import d as index

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / 'README.md',
    ROOT / 'CONTRIBUTING.md',
    *sorted((ROOT / 'docs').glob('*.md')),
    *sorted(p for p in (ROOT / 'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts),
]


def flags_of_commands():
    "Command -> names of its flags"
    cfg = ConfigParser(delimiters=['='])
    cfg.read(ROOT / 'settings.ini', encoding='utf-8')
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


HEAVY = 'torch torchvision fastai matplotlib numpy pandas av'.split()
SCRIPT = f"""
import sys
try:
    sys.argv[0] = sys.argv.pop(1)
    from fastcore.script import _run_cli
    from pose_attn import files
    _run_cli(getattr(files, sys.argv[0]).__wrapped__, False)
finally:
    print('imported:', *[o for o in {HEAVY} if o in sys.modules])
"""


def in_a_process(*words):
    return subprocess.run([sys.executable, '-c', SCRIPT, *words], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize('name', FLAGS)
def test_help_and_a_wrong_flag_import_nothing_heavy(name):
    for word, rc in (('--help', 0), ('--no_such_flag', 2)):
        r = in_a_process(name, word)
        said = r.stdout + r.stderr
        assert r.returncode == rc and f'usage: {name} ' in said and 'Traceback' not in said, said
        assert r.stdout.splitlines()[-1] == 'imported:', said


def test_a_command_that_runs_does_import_them(tmp_path):
    r = in_a_process('pose_attn_prepare', str(tmp_path / 'nowhere'), str(tmp_path / 'out'))
    assert r.returncode == 2 and 'torch' in r.stdout.splitlines()[-1], r.stdout
    assert r.stderr.startswith('error: ') and 'nowhere' in r.stderr and len(r.stderr.splitlines()) == 1, r.stderr


@pytest.mark.parametrize('name', FLAGS)
def test_the_help_is_that_of_the_function(name):
    module = next(m for m, names in index['syms'].items() if f'{m}.{name}' in names)
    real = getattr(importlib.import_module(module), name)
    light = getattr(files, name)
    assert light is not real and light.__doc__ == real.__doc__
    helps = [anno_parser(o.__wrapped__, name).format_help() for o in (light, real)]
    assert helps[0] == helps[1] and '--' in helps[0]
    for a, b in zip(*(inspect.signature(o.__wrapped__).parameters.values() for o in (light, real)), strict=True):
        assert (a.name, a.default, a.kind) == (b.name, b.default, b.kind)


def test_a_missing_package_is_one_line(monkeypatch, capsys):
    def gone(name):
        raise ImportError("pandas: not installed; pip install 'pose_attn[eval]'")

    command = files.light_command('pose_attn_bench')
    monkeypatch.setattr(files, 'import_module', gone)
    with pytest.raises(SystemExit) as e:
        command()
    assert e.value.code == 2
    assert capsys.readouterr().err == "error: pandas: not installed; pip install 'pose_attn[eval]'\n"


@pytest.mark.parametrize(
    'command, given',
    [
        ('evaluate', dict(weights='faces', data='faces', n_test_pairs=-3)),
        ('experiment', dict(what='table2', pairs=0)),
        ('experiment', dict(what='table1', seeds=0)),
        ('experiment', dict(what='table1', threads=-1)),
        ('bench', dict(rounds=0)),
        ('bench', dict(gflop=0.0)),
        ('bench', dict(seconds=float('nan'))),
        ('eval_networks', dict(world='faces', minutes=-1.0)),
        ('eval_networks', dict(world='faces', clock='gpu')),
        ('eval_networks', dict(world='faces', bs=0)),
        ('study', dict(action='make', folder='x', frames=0)),
        ('prepare', dict(data='faces', out='x', valid_pct=7.0)),
        ('prepare', dict(data='faces', out='x', workers=-1)),
        ('export', dict(data='faces', out='x', kwargs=dict(frames=0))),
    ],
)
def test_every_number_has_a_range(command, given, capsys, tmp_path, monkeypatch):
    "A wrong number is one line and exit code 2, before anything is imported or written"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as e:
        files._run_command('no such module', f'pose_attn_{command}', **dict(out='out') | given)
    said = capsys.readouterr().err
    assert e.value.code == 2 and said.startswith('error: --') and said.count('\n') == 1
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize('command', 'bench evaluate experiment eval_networks prepare export'.split())
def test_a_folder_that_cannot_be_written_is_said_before_the_work(command, capsys, tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(SystemExit) as e:
        files._run_command('no such module', f'pose_attn_{command}', out=str(tmp_path / 'file/sub'))
    assert e.value.code == 2 and 'is a file, not a folder' in capsys.readouterr().err


def test_home_is_found_in_every_path(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv('HOME', str(tmp_path))
    files.light_command('pose_attn_export')('faces', '~/clips', videos=1, test_videos=3, frames=4, bar=False)
    assert (tmp_path / 'clips/export.json').is_file() and '3 to test on' in capsys.readouterr().out


def test_a_terminated_command_cleans_up(tmp_path):
    "SIGTERM ends a command like Ctrl-C does: what was half written is gone"
    code = (
        'import os, signal, sys\n'
        'from pose_attn.files import atomic_write, polite_errors\n'
        'with polite_errors(), atomic_write(sys.argv[1]) as part:\n'
        '    part.write_text("half")\n'
        '    os.kill(os.getpid(), signal.SIGTERM)\n'
        '    signal.pause()\n'
    )
    r = subprocess.run([sys.executable, '-c', code, str(tmp_path / 'a.txt')], capture_output=True, text=True)
    assert (r.returncode, r.stderr) == (130, 'stopped\n') and not [*tmp_path.iterdir()]


def test_names_with_commas_are_found_in_a_list(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ['me.png', 'sp ace,comma.png', 'a,b c.png']
    for o in names:
        Path(o).touch()
    assert cli._paths(', '.join(names)) == names
    assert cli._paths('gone.png,me.png,') == ['gone.png', 'me.png']
    with pytest.raises(files.UserError, match='no file is named'):
        cli._paths(' , ')


@pytest.mark.parametrize('flag', ['--n_sources=0', '--n-sources=0'])
def test_a_flag_is_known_in_either_spelling(flag, monkeypatch, capsys):
    "fastcore 1 spells flags with underscores, fastcore 2 with dashes"
    monkeypatch.setattr(sys, 'argv', ['bin/pose_attn_evaluate', 'nobody', 'faces', flag])
    command = files.light_command('pose_attn_evaluate')
    with pytest.raises(SystemExit):
        args = vars(anno_parser(command.__wrapped__, 'x').parse_args(sys.argv[1:]))
        command(**{k: o for k, o in args.items() if k not in ('pdb', 'xtra')})
    assert capsys.readouterr().err.startswith('error: --n_sources 0: wanted a number')


def test_a_parameter_is_described_for_both_versions_of_fastcore(monkeypatch):
    from fastcore import script

    monkeypatch.setattr(script, 'Param', lambda help, type, **kw: (help, type, kw), raising=False)
    assert files.cli_param('what', str, nargs='*') == ('what', str, {'nargs': '*'})
    monkeypatch.delattr(script, 'Param')
    made = files.cli_param('what', str, nargs='*')
    assert made.__origin__ is str and made.__metadata__ == ('what', {'nargs': '*'})


def test_only_what_both_versions_of_fastcore_have_is_imported():
    wanted = re.compile(r'from fastcore\.script import (.*)')
    found = [m[1] for p in (ROOT / 'pose_attn').rglob('*.py') for m in wanted.finditer(p.read_text(encoding='utf-8'))]
    assert found and {o.strip() for f in found for o in f.split(',')} <= {'call_parse', 'store_true'}

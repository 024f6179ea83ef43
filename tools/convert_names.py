"""Files written before the names of 2026-12 get today's: weights, evaluation networks, results/*.json, the runs' csv. Kept for one release.
    python tools/convert_names.py FILE_OR_FOLDER …
Numbers are copied byte for byte; only names change. A file that already has today's names is left as it is."""

import csv
import io
import json
import re
import struct
import sys
from pathlib import Path

CFG = dict(
    down='num_down_blocks',
    blocks='num_res_blocks',
    cp='pose_dim',
    ca='appearance_dim',
    tau='kp_temperature',
    joint='softmax_2d',
    rho='anchor_sigma',
    length='pose_norm',
    rooms='backgrounds',
)
KINDS = {
    'pose_attn.KeypointJudge': 'pose_attn.EvalKeypointDetector',
    'pose_attn.IdentityJudge': 'pose_attn.EvalIdentityEncoder',
}
COLUMNS = dict(
    missing='mkr',
    leak='identity_leakage',
    leak_place='leakage_position',
    leak_shape='leakage_shape',
    unsteady='temporal_error',
    discrepancy='cross_self_ratio',
    points_err='kp_detector_error',
    people_err='id_encoder_error',
    judges='eval_networks',
    followed='motion_correlation',
    exam='test_pairs',
    exam_data='test_data',
    exam_sources='test_sources',
    exam_pairs='n_test_pairs',
    rivals='baselines',
    films='videos',
    by_stranger='by_other',
    error_by_answer='error_by_truth',
    by_answer='by_truth',
)
SETTINGS = dict(
    cross='cross_start',
    every='cross_every',
    adversary='gan_start',
    calm='gan_stop',
    critic='gan',
    beside='conditional_disc',
    augment='aug_p',
    bends='aug_magnitude',
    pivot='aug_center_y',
    plain='single_driving',
    exam_sources='test_sources',
    takes='clips_per_identity',
    changes='cfg_overrides',
    flat='pct_start',
    truth='oracle',
    stop='detach_pseudo_driving',
)


def cfg_text(s):
    "Fields of `Cfg` in the way that Python writes arguments"
    return re.sub(r'\b(%s)(?==)' % '|'.join(CFG), lambda m: CFG[m[1]], s)


def settings(d):
    """What a training was told, as fields of `Recipe`; 1 meant never, and the gradient went through the first
    pass unless `stop` said 'r'
    """
    out = {SETTINGS.get(k, k): v for k, v in d.items()}
    if out.get('cross_start') == 1:
        out['cross'] = out.pop('cross_start') and None
    if out.get('gan_start') == 1:
        out['gan'] = out.pop('gan_start') and None
    if out.get('gan_stop') == 1:
        del out['gan_stop']
    if 'cross' not in out:
        out['detach_pseudo_driving'] = out.get('detach_pseudo_driving') == 'r'
    if 'cfg_overrides' in out:
        out['cfg_overrides'] = cfg_text(out['cfg_overrides'])
    out |= out.pop('lams', out.pop('loss_weights', {}))
    if 'bf16' in out:
        out['precision'] = {True: 'bf16', False: 'fp32', None: 'auto'}[out.pop('bf16')]
    if out.get('ema') == 0:
        out['ema'] = None
    if out.get('pct_start') == 1:
        out['pct_start'] = None
    return out


def walk(d):
    if isinstance(d, list):
        return [walk(o) for o in d]
    if not isinstance(d, dict):
        return d
    return {COLUMNS.get(k, k): settings(v) if k == 'settings' else walk(v) for k, v in d.items()}


def json_text(s):
    return json.dumps(walk(json.loads(s)), indent=1) + '\n'


def header(b):
    "The bytes of a safetensors file with today's names in its header"
    n = struct.unpack('<Q', b[:8])[0]
    h = json.loads(b[8 : 8 + n])
    m = h['__metadata__']
    m['kind'] = KINDS.get(m.get('kind'), m.get('kind'))
    if 'cfg' in m:
        m['cfg'] = json.dumps({CFG.get(k, k): v for k, v in json.loads(m['cfg']).items()})
    t = json.dumps(h, separators=(',', ':')).encode()
    t += b' ' * (-len(t) % 8)
    return struct.pack('<Q', len(t)) + t + b[8 + n :]


def csv_text(s):
    rows = list(csv.reader(io.StringIO(s)))
    head = [o for o in rows[0]]

    def name(c):
        row, _, col = c.partition('_')
        if row in ('self', 'cross') and col:
            return f'{row}_{COLUMNS.get(col, col)}'
        return COLUMNS.get(c, SETTINGS.get(c, c))

    out = io.StringIO()
    csv.writer(out, lineterminator='\n').writerows([[name(c) for c in head], *rows[1:]])
    return out.getvalue()


def convert(p):
    old = p.read_bytes()
    if p.suffix == '.safetensors':
        new = header(old)
    elif p.suffix == '.json':
        new = json_text(old.decode()).encode()
    elif p.suffix == '.csv':
        new = csv_text(old.decode()).encode()
    else:
        return
    if new != old:
        p.write_bytes(new)
        print(p)


if __name__ == '__main__':
    for a in sys.argv[1:]:
        p = Path(a)
        for f in sorted(p.rglob('*')) if p.is_dir() else [p]:
            convert(f)

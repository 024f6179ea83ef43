"""Put a trained network into the package: weights in half precision, a model card, a row of the table of runs.

    python tools/ship.py faces runs/ship_faces "Limits: one sentence or several, by hand."
    python tools/ship.py people runs/people "Limits …" people     # trained on prepared clips of the world people
    python tools/ship.py people runs/people_tiny "Limits …" people size=256 scale_factor=.25 relative=True temp=.7

The last words change fields of `Cfg` on which no weight depends; `temp` makes the vectors of poses longer, so that the
attention is what it was at this temperature.
The world is the one that the run was trained on; the name may say more. What ships is what was measured: the numbers
of the card are those of the file that is written, not of the run. The log becomes results/course_NAME.csv; if the run
began with the weights of another run that still stands beside it, that run's log comes first."""

import json
import math
import sys
from pathlib import Path
import pandas as pd
from pose_attn.data.worlds import get_world
from pose_attn.eval.evaluate import csv_row, evaluate, table_text, write_csv_row
from pose_attn.files import atomic_write
from pose_attn.lab.experiments import keypoint_report
from pose_attn.model.layers import n_params
from pose_attn.model.reassembler import Reassembler
from pose_attn.train.recipe import parse_settings
from pose_attn.train.run import new_network

ROOT = Path(__file__).resolve().parents[1]

CARD = """# {name}: {params:.2f} M numbers, {megabytes:.1f} MB, frames of {size} x {size}

Trained on the world `{data}` ({made}). Everything below was measured with this file.

**Command**, at commit `{commit}`, seed {seed}: `{command}`{begun}

**It took** {minutes:g} minutes on the {clock} clock, {steps:,} steps; {threads} thread of a shared two-core CPU \
(bfloat16). Error against minutes, of all runs that led here: `results/course_{name}.csv`. Fields of `Recipe` and `Cfg` \
that were changed: {changed}.

**On {n} pairs of different identities** (met in no training; two sources each; `pose_attn_evaluate {name} {data}`; \
row `{row}` of `results/runs.csv`):

```text
{table}
```

`mae` is the mean absolute difference of frames in [0,1] from the exact ground truth, `mae/copy` its share of what \
showing a source frame scores; `_object` is the same over the moving object alone. Keypoints: a linear map from the \
learned ones predicts the true ones of identities that it was not fitted on with an error of {kp[learned]:.1%} of the \
figure's diagonal; always answering the mean figure gives {kp[mean_figure]:.1%}.

**Limits.** {limits}
"""


def course(run):
    "Validation errors against minutes, of `run` and of the runs whose weights it began with"
    said = json.loads((run / 'result.json').read_text())
    log = pd.DataFrame(map(json.loads, (run / 'log.jsonl').read_text().splitlines()))
    log.insert(0, 'run', run.name)
    before = run.parent / Path(said['init']).parent if said['init'] else None
    if before and (before / 'result.json').is_file():
        earlier = course(before)
        log['total_minutes'] = log.minutes + earlier.total_minutes.max()
        return pd.concat([earlier, log], ignore_index=True)
    return log.assign(total_minutes=log.minutes)


def ship(name, run, limits, data=None, *changes):
    run, out = Path(run), ROOT / 'pose_attn/weights' / f'{name}.safetensors'
    said = json.loads((run / 'result.json').read_text())
    kept = {k: said[k] for k in ('minutes', 'steps', 'seed', 'command', 'commit')}
    changes = parse_settings(changes)
    temp = changes.pop('temp', 1)
    G = new_network(init=run / 'model.safetensors', cfg_overrides=changes)
    G.embedding.pose.log_length.data -= math.log(temp) / 2
    G.save(out, half=True, trained_on=said['data'], **kept)
    made = f"clips of `{said['data']}`, rendered once" if data else 'painted on demand, no two episodes alike'
    said['data'] = data or said['data']
    G = Reassembler.load(out)
    df = evaluate(G, said['data'])
    write_csv_row(ROOT / 'results/runs.csv', csv_row(run.name, run / 'model.safetensors', df))
    with atomic_write(ROOT / f'results/course_{name}.csv') as part:
        course(run).to_csv(part, index=False)
    begun = f", from the weights `{said['init']}`" if said['init'] else ''
    card = CARD.format(
        name=name,
        row=run.name,
        begun=begun,
        made=made,
        size=G.cfg.size,
        n=int(df.n['self']),
        limits=limits,
        megabytes=out.stat().st_size / 2**20,
        params=n_params(G) / 1e6,
        table=table_text(df),
        changed=(said['cfg_overrides'] | changes | ({'temp': temp} if temp != 1 else {})) or 'none',
        kp=keypoint_report(G, get_world(said['data'], G.cfg.size)),
        **kept,
        **{k: said[k] for k in ('data', 'clock', 'threads')},
    )
    with atomic_write(out.with_suffix('.md')) as part:
        Path(part).write_text(card)
    print(card)


if __name__ == '__main__':
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    ship(*sys.argv[1:])

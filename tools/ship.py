"""Put a trained network into the package: weights in half precision, a model card, a row of the table of runs.

    python tools/ship.py faces runs/ship_faces "Limits: one sentence or several, by hand."

The world is the one that the run was trained on; the name may say more. What ships is what was measured: the numbers of the card are those of the file that is
written, not of the run."""
import json, sys
from pathlib import Path
import pandas as pd
from pose_attn.model.reassembler import Reassembler
from pose_attn.model.layers import n_params
from pose_attn.eval.evaluate import evaluate, csv_row, write_csv_row, table_text
from pose_attn.lab.experiments import keypoint_report
from pose_attn.data.worlds import get_world

ROOT = Path(__file__).resolve().parents[1]

CARD = """# {name}: {params:.2f} M numbers, {size:.1f} MB, frames of {side} x {side}

Trained on the world `{world}` ({data_line}). Everything below was measured with this file.

**Command**, at commit `{commit}`, seed {seed}: `{command}`{init}

**It took** {minutes:g} minutes on the {clock} clock, {steps:,} steps; {threads} thread of a shared two-core CPU{bf16}.

**On {n} pairs of different identities** (met in no training; two sources each; `pose_attn_evaluate {name} {world}`; row `{row}` of `results/runs.csv`):

```text
{table}
```

`mae` is the mean absolute difference of frames in [0,1] from the exact truth, `mae/copy` its share of what showing a source frame scores; `_object`
is the same over the moving object alone. Keypoints: a linear map from the learned ones predicts the true ones of people that it was not fitted on with
an error of {kp[learned]:.1%} of the figure's diagonal; always answering the mean figure gives {kp[mean_figure]:.1%}.

**Limits.** {limits}
"""

def ship(name, run, limits):
    run,out = Path(run),ROOT/'pose_attn/weights'/f'{name}.safetensors'
    said = json.loads((run/'result.json').read_text()); world = said['data']; G = Reassembler.load(run/'model.safetensors')
    G.save(out, half=True, trained_on=said['data'], minutes=said['minutes'], steps=said['steps'], seed=said['seed'], command=said['command'], commit=said['commit'])
    G = Reassembler.load(out); df = evaluate(G, world)
    write_csv_row(ROOT/'results/runs.csv', csv_row(run.name, run/'model.safetensors', df))
    card = CARD.format(name=name, world=world, params=n_params(G)/1e6, size=out.stat().st_size/2**20, side=G.cfg.size,
                       data_line='painted on demand, no two episodes alike', commit=said['commit'], seed=said['seed'], command=said['command'], minutes=said['minutes'], clock=said['clock'], steps=said['steps'],
                       init=f", from the weights `{said['init']}`" if said['init'] else '', threads=said['threads'], bf16=' (bfloat16)', n=int(df.n['self']),
                       row=run.name, table=table_text(df), kp=keypoint_report(G, get_world(world, G.cfg.size)), limits=limits)
    out.with_suffix('.md').write_text(card); print(card)

if __name__=='__main__':
    if len(sys.argv)!=4: sys.exit(__doc__)
    ship(*sys.argv[1:])

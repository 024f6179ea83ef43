"Right and wrong answers to the exercises of lesson 73"

import torch


def after_five():
    return 'larger'


def laps(G, s_A, s_B, d, n):
    out, d = [], d[None]
    for _ in range(n):
        d = G(s_A[None], G(s_B[None], d).g).g
        out.append(d[0])
    return out


def tells(rows):
    return torch.corrcoef(torch.tensor([[float(o[k]) for o in rows] for k in ('L_cross', 'r_error')]))[0, 1]


class wrong:
    @staticmethod
    def after_five():
        return 'about the same'  # every lap adds its errors

    @staticmethod
    def laps(G, s_A, s_B, d, n):
        return [G(s_A[None], G(s_B[None], d[None]).g).g[0]] * n  # always from the first driving frame

    @staticmethod
    def tells(rows):
        return torch.corrcoef(torch.tensor([[float(o[k]) for o in rows] for k in ('L_self', 'r_error')]))[
            0, 1
        ]  # the wrong pair

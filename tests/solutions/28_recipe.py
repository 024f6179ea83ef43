from dataclasses import asdict, replace


def differs(a, b):
    return sorted(k for k, v in asdict(a).items() if v != asdict(b)[k])


def ablations(recipe, **fields):
    return {f'without {k}': replace(recipe, **{k: v}) for k, v in fields.items()}


class wrong:
    def differs(a, b):
        return sorted(asdict(a))

    def ablations(recipe, **fields):
        return {f'without {k}': replace(recipe, **fields) for k in fields}

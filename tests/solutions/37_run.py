from pose_attn.train.recipe import *


def hours(steps, ms):
    return steps * ms / 3.6e6


def changed_fields(res):
    return recipe_of(res['recipe']).changed()


class wrong:
    def hours(steps, ms):
        return steps * ms / 3600

    def changed_fields(res):
        return res['recipe']

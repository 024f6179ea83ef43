"Right and wrong answers to the exercises of lesson 99"
import importlib
from pose_attn.all import *

def home(name): return next(m for m in MODULES if name in importlib.import_module(f'pose_attn.{m}').__all__)

def moved(S, D): return animate(SourceBank(load_pretrained('faces'), S), D)

class wrong:
    @staticmethod
    def home(name): return next(m for m in reversed(MODULES) if hasattr(importlib.import_module(f'pose_attn.{m}'), name))    # who imports it last
    @staticmethod
    def moved(S, D): return animate(SourceBank(load_pretrained('faces'), D), D)                                             # the driving frame stays who he is

__version__ = "0.1.0"

import warnings
# fastai.layers compiles Mish by torch.jit.script while it is imported, which torch 2.9 and later call deprecated
warnings.filterwarnings('ignore', r'`torch\.jit\.script` is deprecated', FutureWarning)

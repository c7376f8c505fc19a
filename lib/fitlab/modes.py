"""The global modes of torch and NumPy, as this library needs them, whatever its caller has set.

A default device or number type, whether gradients are kept, and what is an error are settings of
the whole process. What is computed here must not depend on them, and must leave them as they were.
"""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch

# What a function runs in whose numbers may be smaller than any that can be written: they are 0,
# also for a caller who has told NumPy to raise.
underflow_is_zero = np.errstate(under="ignore")


@contextlib.contextmanager
def ours(grad: bool = False) -> Iterator[None]:
    """In torch's usual number type, with gradients only if `grad` asks for them.

    A context, or as `@ours()` what a function runs in. The device is said where a tensor is made:
    a context for it would slow every call of torch.
    """
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.inference_mode(False), torch.set_grad_enabled(grad):
            yield
    finally:
        torch.set_default_dtype(before)

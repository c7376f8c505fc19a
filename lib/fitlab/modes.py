"""Torch's global modes, as this library needs them, whatever its caller has set.

A default device or number type, and whether gradients are kept, are settings of the whole process.
What is computed here must not depend on them, and must leave them as they were.
"""

import contextlib
from collections.abc import Iterator

import torch


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

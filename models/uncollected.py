"""Work with millions of small values, none of them garbage: to look for some takes longer than the work."""

import gc
from contextlib import contextmanager


@contextmanager
def uncollected():
    """Collect no garbage meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()

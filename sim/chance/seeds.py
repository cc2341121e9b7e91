"""A seed as it is given in Python: a number cut to 64 bits would quietly repeat the runs of another."""

import operator
from contextlib import suppress


def whole(value: object, name: str = "seed") -> int:
    """A whole number of 64 bits, of Python or NumPy, as Python's.

    Raises TypeError for what is no whole number (nor is True or False), ValueError for one out of range.
    """
    number = None
    with suppress(TypeError):
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    if number is None:
        raise TypeError(f"{name}={value!r}; expected a whole number from 0 to 2**64 - 1")
    if not 0 <= number < 2**64:
        raise ValueError(f"{name}={number}; expected a whole number from 0 to 2**64 - 1")
    return number

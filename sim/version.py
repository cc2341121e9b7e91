"""The version of the program."""

__version__ = "0.1.0"


def install(extra: str) -> str:
    """The call that installs an extra of the program, in its checkout: no index of packages has it."""
    return f"`pip install '.[{extra}]'` in the checkout"

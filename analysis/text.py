"""Tables as text, and the documents behind claims."""

from collections.abc import Iterable, Sequence


def documents(claims: Iterable[str]) -> str:
    """The source documents of claims, by the ends of their ids."""
    return ", ".join(dict.fromkeys(claim.rpartition("-")[2] for claim in claims))


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells as a table of text, padded to the widest cell of each column."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )

"""The schemas of files, as types."""

from typing import get_args

from pydantic import BaseModel


def models(kind, seen):
    """The models that a type is made of, itself among them."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.append(kind)
            for field in kind.model_fields.values():
                models(field.annotation, seen)
    else:
        for part in get_args(kind):
            models(part, seen)
    return seen

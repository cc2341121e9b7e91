"""Pages of HTML from templates that lie beside the modules that fill them: what is text comes out as text."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def rendered(template: Path, **values: object) -> Markup:
    """A template with its values; in it, `source(name)` is a file beside it as it stands.

    Values are escaped but for Markup; `tojson` gives JSON that may stand in a script. Raises
    jinja2.UndefinedError where the template names what it is not given, ValueError for a number that JSON
    has not.
    """
    pages = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    pages.globals["source"] = lambda name: Markup((template.parent / name).read_text("utf-8"))
    return Markup(pages.get_template(template.name).render(values))

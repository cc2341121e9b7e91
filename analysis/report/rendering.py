"""Pages of HTML from templates that lie beside the modules that fill them: what is text comes out as text.

Scripts and styles that stand in a page are noted, so that its policy can name them and forbid all others.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True)
class Rendered:
    """HTML, and the texts of the scripts and styles that stand in it."""

    html: Markup
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)


def rendered(template: Path, **values: object) -> Rendered:
    """A template with its values; in it, `source(name)` is a file beside it as it stands.

    Values are escaped but for Markup; `tojson` gives JSON that may stand in a script. `script(text)` and
    `style(text)` put texts into the page as they are, which are the program's own and nobody else's. Raises
    jinja2.UndefinedError where the template names what it is not given, ValueError for a number that JSON
    has not and for a script or style that ends before its end. `packed(text)` is a text compressed, to be
    unpacked in the browser; `packed_script(text)` the same of a script, which may run then.
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
    scripts: list[str] = []
    styles: list[str] = []
    pages.globals["source"] = lambda name: Markup((template.parent / name).read_text("utf-8"))
    pages.globals["script"] = lambda text: _inline("script", text, scripts)
    pages.globals["style"] = lambda text: _inline("style", text, styles)
    pages.globals["packed"] = packed
    pages.globals["packed_script"] = lambda text: _packed_script(text, scripts)
    html = Markup(pages.get_template(template.name).render(values))
    return Rendered(html, scripts, styles)


def _inline(kind: str, text: str, texts: list[str]) -> Markup:
    """A text as a script or a style, which is noted as browsers read it. Raises ValueError."""
    text = "\n".join(str(text).split("\r\n"))
    if f"</{kind}" in text.lower() or "<!--" in text or "\r" in text:
        raise ValueError(f"no text of a {kind}: {text[:40]!r}")
    texts.append(text)
    return Markup(f"<{kind}>{text}</{kind}>")


def _packed_script(text: str, texts: list[str]) -> str:
    texts.append(str(text))
    return packed(text)


def packed(text: str) -> str:
    """A text compressed (gzip) in base 64; the same text gives the same letters."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def digest(text: str) -> str:
    """The SHA-256 of a text in base 64, as policies have it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def policy(parts: list[Rendered], nonce: str) -> Markup:
    """What a browser may do with a page of some parts: run their scripts and use their styles, load nothing.

    Styles that a script makes have the nonce.
    """
    scripts = [f"'sha256-{digest(text)}'" for part in parts for text in part.scripts] or ["'none'"]
    styles = [f"'sha256-{digest(text)}'" for part in parts for text in part.styles]
    rules = [
        "default-src 'none'",
        f"script-src {' '.join(scripts)}",
        f"style-src {' '.join(styles)} 'nonce-{nonce}'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return Markup("; ".join(rules))

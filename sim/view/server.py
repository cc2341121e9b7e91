"""The page in the browser: a server on this machine that keeps nothing between requests.

It stands above everything else and may run the model. What it sends is bundled with the program; nothing that
a visitor does is stored, and nothing leaves the machine.
"""

import secrets
import socket
import threading
import webbrowser
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from traceback import walk_tb
from typing import Any

from analysis.report.rendering import digest
from sim.console import tell
from sim.files.yaml_tree import refuse
from sim.version import install
from sim.view.pages import Page

LOCAL = ("127.0.0.1", "localhost", "::1")
VIEW_PACKAGES = ("dash", "plotly")
PAGE_PATHS = ("/assets/", "/_dash-", "/_favicon.ico")
"""What there is beside the page itself."""
ANY_PATH = "/<path:path>"
"""The rule by which Dash gives the page itself for whatever path it does not know."""
ANSWERS = "sim.view.layout"
"""Where a request that can be read is answered."""
WAITING = 1024
"""Connections that wait to be taken, at most: who opens many delays nobody."""
LARGEST_REQUEST = 65_536
"""Bytes of a request, at most."""
POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser may load for the page: what this server sends; no script or style that stands in a text."""
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What goes with each answer, so that a browser loads nothing from elsewhere and gives nothing there."""


def check_extra() -> None:
    """Refuse to go on if what the page needs is not installed. Raises FaultyInput."""
    missing = [name for name in VIEW_PACKAGES if find_spec(name) is None]
    if missing:
        message = f"needs {' and '.join(missing)}; try {install('view')}"
        refuse("kidal view", message)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at a host and port (0: any free one). Raises FaultyInput if it cannot."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(kind, socket.SOCK_STREAM)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((host, port))
        server.listen(WAITING)
    except OSError as error:
        server.close()
        message = f"cannot be served on ({error.strerror}); expected another --port or --host"
        refuse(f"{host}:{port}", message)
    return server


def application(page: Page, host: str = LOCAL[0]) -> Any:
    """The web application of a page: a Flask server with Dash on it.

    If `host` is of this machine alone, requests to other names are refused. Raises FaultyInput if Dash or
    Plotly is not installed.
    """
    check_extra()
    from sim.view.layout import dash_app

    dash = dash_app(page)
    server, scripts = dash.server, f"'sha256-{digest(dash.renderer)}'"  # the one that stands in the page
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    server.register_error_handler(Exception, _not_read)
    server.before_request(partial(_known_only, host))
    server.after_request(partial(_guarded, scripts))
    return server


def _known_only(host: str) -> None:
    """Refuse what is no part of the page, and names of other machines, by which others might read it."""
    from flask import abort, request

    is_other = request.url_rule is not None and request.url_rule.rule == ANY_PATH
    if request.path != "/" and (is_other or not request.path.startswith(PAGE_PATHS) or "//" in request.path):
        abort(404)
    name = request.host if request.host.endswith("]") else request.host.rpartition(":")[0]
    if host in LOCAL and (name or request.host).strip("[]") not in LOCAL:
        abort(403)


def _guarded(scripts: str, response: Any) -> Any:
    """Have the browser load nothing from elsewhere; `scripts` are hashes of those in the page itself."""
    from flask import g

    nonce = g.setdefault("nonce", secrets.token_urlsafe(16))
    policy = POLICY.format(scripts=scripts, nonce=nonce)
    response.headers.update(GUARDS | {"Content-Security-Policy": policy})
    return response


def _not_read(error: Exception) -> Any:
    """Answer a request that Dash cannot read in a word; what fails in this program is told of as ever."""
    from flask import request
    from werkzeug.exceptions import HTTPException

    if ANSWERS in [frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)]:
        raise error
    if isinstance(error, HTTPException):
        return error
    return ("no such file", 404) if request.method == "GET" else ("no such question", 400)


def serve(page: Page, host: str, port: int, *, browse: bool) -> None:
    """Serve a page until it is stopped; tells its address first, and opens a browser there if `browse`.

    Raises FaultyInput if it cannot be served there, or Dash or Plotly is not installed.
    """
    with bound(host, port) as listening:
        server = made_server(page, listening, host)
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listening.getsockname()[1]}/"
        if host not in LOCAL:
            tell(f"warning: {host} can be reached from other machines, and there is no password", always=True)
        tell(f"{page.name} at {address} (Ctrl-C ends it)", always=True)
        threading.Thread(target=page.warm, daemon=True).start()
        if browse:
            with suppress(webbrowser.Error):
                webbrowser.open(address)
        try:
            server.serve_forever()
        finally:
            server.server_close()


def made_server(page: Page, listening: socket.socket, host: str) -> Any:
    """A threaded server on a socket that listens; it says nothing of the requests it answers.

    Raises FaultyInput if Dash or Plotly is not installed.
    """
    app = application(page, host)
    from sim.view.connections import PageServer

    return PageServer(host, listening, app)

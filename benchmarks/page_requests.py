"""Crafted requests to the page's server: each is answered or ended as it should be, and soon.

`python benchmarks/page_requests.py [NUMBER]` (default: all, over a hundred) serves a scenario on this machine
and sends it requests that no browser sends: odd methods, paths, headers, hosts and bodies, halves, floods. It
prints how many were tried and how many were mishandled: a status that is none of those that would be right,
an error of ours, an answer without its guards or with a version, too long a silence, a word on standard
error. After every tenth the page must still come. It ends with 1 if some were mishandled.
"""

import contextlib
import io
import json
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from sim.engine.inputs import load_inputs
from sim.view import connections
from sim.view import server as view_server
from sim.view.pages import ScenarioPage

HOST = "127.0.0.1"
ASKING_SECONDS = 1.0
"""Seconds that a request has here."""
SECONDS = 20.0
"""Seconds after which an answer is late."""
FLOOD = 300
"""Connections of a flood."""
ASK = "/_dash-update-component"
ENDED = 0
"""The status of a connection that is ended without an answer."""
REFUSED = (400, 403, 404, 405, 408, 411, 413, 414, 415, 431, 501, 505)


@dataclass(frozen=True)
class Request:
    """expected A request: what it is, its bytes, and the statuses that (ENDED: no answer)."""

    name: str
    text: bytes
    right: Sequence[int] = REFUSED


class Flood(Request):
    """A request that comes on many connections at once."""


def head(method: str = "GET", path: str = "/", version: str = "HTTP/1.1", **headers: str) -> bytes:
    """The head of a request, with a Host that is right unless it is given (empty: without one)."""
    fields = {"Host": f"{HOST}:8050"} | {key.replace("_", "-"): value for key, value in headers.items()}
    lines = [f"{key}: {value}" for key, value in fields.items() if value or key != "Host"]
    return "\r\n".join([f"{method} {path} {version}", *lines, "", ""]).encode("latin-1")


def post(body: bytes, path: str = ASK, **headers: str) -> bytes:
    """A question with a body."""
    kind = {"Content_Type": "application/json", "Content_Length": str(len(body))} | headers
    return head("POST", path, **kind) + body


def asked(**settings: object) -> dict[str, object]:
    """What the page's script asks when settings have changed."""
    ids = [{"kind": "setting", "name": name.replace(".", "/")} for name in settings]
    rows = [
        {"id": key, "property": "value", "value": value}
        for key, value in zip(ids, settings.values(), strict=True)
    ]
    return {
        "output": "..scene.data...message.children..",
        "outputs": [{"id": "scene", "property": "data"}, {"id": "message", "property": "children"}],
        "inputs": [rows, {"id": "tab", "property": "data", "value": "map"}],
        "state": [[{"id": key, "property": "id", "value": key} for key in ids]],
        "changedPropIds": [],
    }


# --- the requests -------------------------------------------------------------------------------------------


def requests() -> list[Request]:
    """All requests, kind by kind."""
    kinds = (_methods(), _paths(), _heads(), _hosts(), _bodies(), _questions(), _halves())
    return [request for kind in kinds for request in kind]


def _methods() -> Iterator[Request]:
    """Methods that the page has not, and those that ask nothing."""
    for method in (
        "PUT",
        "DELETE",
        "PATCH",
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "get",
        "G" * 5000,
        "GET\x00",
        "<b>",
    ):
        yield Request(f"method {method[:9]!r}", head(method))
    yield Request("method POST of the page", head("POST", Content_Length="0"))
    yield Request("method HEAD", head("HEAD"), (200,))
    yield Request("method OPTIONS", head("OPTIONS"), (200,))
    yield Request("a question by GET", head("GET", ASK))


def _paths() -> Iterator[Request]:
    """Paths out of the folder, into others, and that are none."""
    for path in (
        *(
            "/../../../etc/passwd",
            "/assets/../server.py",
            "/assets/%2e%2e/server.py",
            "/assets/..%2f..%2fserver.py",
        ),
        *(
            "/assets/..%5c..%5cserver.py",
            "/assets/%00",
            "/assets/styles.js%00.css",
            "/assets//page.css",
        ),
        *(
            "/assets",
            "/assets/",
            "/_dash-component-suites/dash/../../x",
            "/_dash-component-suites/os/path.py",
        ),
        *(
            "/_dash-component-suites/dash/%2e%2e/%2e%2e/flask/app.py",
            "/_mcp",
            "/_reload-hash",
            "/console",
            "/server-status",
        ),
        *(
            "/_alive_1",
            "/_dash-",
            "/_dash-nowhere",
            "/_favicon.ico/..",
            "/static/x",
            "//[",
            "/" + "a" * 60_000,
        ),
        *(
            "/%",
            "/%ff%fe",
            "/<script>alert(1)</script>",
            "*",
            "http://example.org/",
            "http://127.0.0.1@example.org/",
        ),
    ):
        yield Request(f"path {path[:40]}", head(path=path))
    yield Request("path with two slashes", head(path="//assets/page.css"), (200, 404))
    yield Request("path with a question mark", head(path="/?<script>&a[]=1&%ff"), (200,))
    yield Request("path too long", head(path="/" + "a" * 70_000), (414,))


def _heads() -> Iterator[Request]:
    """Lines that are no request, and headers that are too many, too long or contrary."""
    yield Request("no request at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    yield Request("the first version of all", b"GET /\r\n\r\n", (200, 400))
    yield Request("no version", b"GET / FTP/1.0\r\n\r\n")
    yield Request("a version to come", head(version="HTTP/3.0"))
    yield Request("an empty line", b"\r\n\r\n", (*REFUSED, ENDED))
    yield Request("bytes without end", b"\xff" * 70_000, (*REFUSED, ENDED))
    yield Request("200 headers", head(**{f"X{number}": "1" for number in range(200)}))
    yield Request("a long header", head(X="a" * 70_000))
    yield Request(
        "a header of control signs",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: \x1b[31m\x00\r\n\r\n",
        (200, 400),
    )
    yield Request(
        "a header without a colon", b"GET / HTTP/1.1\r\nHost: localhost\r\nnothing\r\n\r\n", (200, 400)
    )
    yield Request("an older version", head(version="HTTP/1.0", Host=""), (200,))
    yield Request("what goes on", head(Expect="100-continue"), (100, 200))
    yield Request("another protocol", head(Upgrade="websocket", Connection="Upgrade"), (200, 400))
    yield Request("a range", head(path="/assets/page.css", Range="bytes=9-1,5-,-0"), (200, 206, 416))
    yield Request("a date that is none", head(path="/assets/page.css", If_Modified_Since="yesterday"), (200,))


def _hosts() -> Iterator[Request]:
    """Names of other machines, by which others might read the page, and names that are none."""
    for host in (
        "example.org",
        "localhost.example.org",
        "127.0.0.1.example.org:8050",
        "0.0.0.0",
        "[",
        "[::2]",
        "@",
        "a b",
    ):
        yield Request(f"host {host}", head(Host=host))
    yield Request("no host", head(Host=""))
    yield Request("two hosts", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")
    yield Request("the machine by another name", head(Host="[::1]:8050"), (200,))
    yield Request("another that is passed on", head(X_Forwarded_Host="example.org"), (200,))


def _bodies() -> Iterator[Request]:
    """Bodies that are too large, of another kind, of another length or none."""
    yield Request("a body too large", post(b"x" * 70_000))
    yield Request("a body far too large", post(b"x" * 3_000_000), (413, ENDED))
    yield Request(
        "a length that is a lie", head("POST", ASK, Content_Type="application/json", Content_Length="9" * 30)
    )
    for length in ("-1", "abc", "1e3", ""):
        yield Request(f"a length of {length!r}", post(b"{}", Content_Length=length))
    yield Request("two lengths", head("POST", ASK, Content_Length="2")[:-2] + b"Content-Length: 3\r\n\r\n{}")
    yield Request("a form", post(b"a=1", Content_Type="application/x-www-form-urlencoded"))
    yield Request(
        "plain text, as other pages may send", post(json.dumps(asked()).encode(), Content_Type="text/plain")
    )
    yield Request(
        "chunks that are none",
        head("POST", ASK, Content_Type="application/json", Transfer_Encoding="chunked")
        + b"zz\r\n{}\r\n0\r\n\r\n",
    )
    yield Request(
        "chunks without end",
        head("POST", ASK, Content_Type="application/json", Transfer_Encoding="chunked") + b"2\r\n{}\r\n",
        (*REFUSED, ENDED),
    )


def _questions() -> Iterator[Request]:
    """JSON that is broken, deep, of another shape, or asks for what is not offered."""
    texts = [
        "",
        "{",
        "nul",
        "[]",
        "{}",
        "1",
        '"a"',
        "null",
        "[" * 30_000,
        '{"a":' * 9_000,
        "NaN",
        "\ufeff{}",
        '"\\ud800"',
    ]
    for text in texts:
        yield Request(f"question {text[:9]!r}", post(text.encode()))
    yield Request("question of bytes", post(b"\xff\xfe\x00"))
    for key, value in (
        ("output", "x" * 60_000),
        ("output", "..."),
        ("output", []),
        ("inputs", {}),
        ("state", None),
    ):
        yield Request(
            f"question with {key} {str(value)[:9]}", post(json.dumps(asked() | {key: value}).encode())
        )
    yield Request(
        "question without outputs", post(json.dumps({**asked(), "outputs": []}).encode()), (200, 400)
    )
    yield Request(
        "question of another page", post(json.dumps(asked() | {"output": "fans.children"}).encode())
    )
    for name, value in (
        *(("seed", "1" * 50_000), ("seed", {"a": []}), ("seed", -1), ("seed", 1e308), ("seed", True)),
        *(
            ("drones.tb2.radius", "../../etc/passwd"),
            ("drones.tb2.radius", "<script>"),
            ("drones.tb2.radius", "9e999 km"),
        ),
        *(("with", ["x"] * 10_000), ("with", {"a": 1}), ("size.army.vehicles", "9" * 40), ("__class__", "x")),
    ):
        yield Request(
            f"question with {name} {str(value)[:9]}",
            post(json.dumps(asked(**{name: value})).encode()),
            (200,),
        )
    deep = json.dumps(asked(seed="DEEP")).replace('"DEEP"', "[" * 900 + "]" * 900)
    yield Request("question with a deep seed", post(deep.encode()), (200, 400))


def _halves() -> Iterator[Request]:
    """Requests that do not come to their end."""
    yield Request("nothing", b"", (ENDED,))
    yield Request("half a line", b"GET / HT", (ENDED,))
    yield Request("half a head", b"GET / HTTP/1.1\r\nHost: local", (ENDED,))
    yield Request(
        "half a body",
        head("POST", ASK, Content_Type="application/json", Content_Length="99") + b"{",
        (400, 408),
    )
    yield Flood("300 half heads", b"GET / HTTP/1.1\r\nHost: local", (ENDED,))
    yield Request("two requests in one", head() + head(path="/nowhere"), (200,))


def chosen(number: int) -> list[Request]:
    """So many of the requests, of all kinds; all of them if there are no more."""
    known = requests()
    step = max(1.0, len(known) / number)
    return [known[int(place * step)] for place in range(min(number, len(known)))]


# --- trying -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def served() -> Iterator[int]:
    """A page that is served, with less time for requests: its port."""
    before, connections.ASKING_SECONDS = connections.ASKING_SECONDS, ASKING_SECONDS
    with view_server.bound(HOST, 0) as listening:
        page = ScenarioPage(load_inputs("gao-anefis"), 1)
        server = view_server.made_server(page, listening, HOST)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.shutdown()
            thread.join(5)
            server.server_close()
            connections.ASKING_SECONDS = before


def answer(port: int, text: bytes) -> bytes:
    """What comes for some bytes until the connection ends. Raises TimeoutError if it does not."""
    end = monotonic() + SECONDS
    with socket.create_connection((HOST, port), timeout=SECONDS) as link:
        with contextlib.suppress(ConnectionError):  # it need not be read to its end
            link.sendall(text)
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := link.recv(65_536):
                parts.append(part)
                if monotonic() > end:
                    raise TimeoutError
    return b"".join(parts)


def wrong(request: Request, raw: bytes) -> str:
    """What is wrong with an answer; nothing if it is right."""
    top, _, body = raw.partition(b"\r\n\r\n")
    status = int(top.split()[1]) if top.startswith(b"HTTP/") else ENDED
    if status not in request.right:
        return f"status {status}"
    if status == 100:
        return wrong(request, body)
    words = raw.lower()
    if any(word in words for word in (b"traceback", b"root:", b"werkzeug/", b"python/", b"/site-packages/")):
        return "tells of the program or the machine"
    if status and b"server: kidal" not in top.lower():
        return "no Server of ours"
    if status == 200 and b"content-security-policy: default-src 'none'" not in top.lower():
        return "no policy"
    return ""


def tried(port: int, request: Request) -> str:
    """Send a request; what is wrong with its answer and with what the program says of it."""
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors), contextlib.ExitStack() as others:
            for _ in range(FLOOD if isinstance(request, Flood) else 0):
                other = others.enter_context(socket.create_connection((HOST, port), timeout=SECONDS))
                other.sendall(request.text)
            if isinstance(request, Flood) and wrong(Request("", b"", (200,)), answer(port, head())):
                return "keeps others out"
            fault = wrong(request, answer(port, request.text))
    except TimeoutError:
        return "no end"
    return fault or errors.getvalue().strip()[-300:]


def mishandled(port: int, some: Sequence[Request]) -> list[str]:
    """Which of some requests are not handled as they should be, and how."""
    faults = []
    for number, request in enumerate(some):
        if fault := tried(port, request):
            faults.append(f"{request.name}: {fault}")
        if number % 10 == 9 and (fault := tried(port, Request("the page", head(), (200,)))):
            faults.append(f"the page after {request.name}: {fault}")
    return faults


def main(number: int) -> int:
    """Try so many requests and print how they were handled; 1 if some were not."""
    some = chosen(number)
    with served() as port:
        faults = mishandled(port, some)
    for fault in faults:
        print(f"    {fault}")
    print(f"tried {len(some)}, mishandled {len(faults)}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

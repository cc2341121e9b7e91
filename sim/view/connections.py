"""The connections of the page's server: each has so long to ask and says only so much, and few are open.

Who opens many and asks nothing, or half of something, loses the oldest of them, and keeps nobody else from
the page.
"""

import io
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

ASKING_SECONDS = 10.0
"""Seconds (s) within which all of a request must have come."""
ANSWERING_SECONDS = 60.0
"""Seconds (s) that a piece of an answer may take on its way."""
CONNECTIONS = 64
"""Connections at once, at most; each has a thread."""
LARGEST_READ = 1_000_000
"""Bytes that are read of a connection, at most."""
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nServer: kidal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class _Request(io.RawIOBase):
    """What comes on a connection; it ends when it is too much."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.until, self.room = connection, monotonic() + ASKING_SECONDS, LARGEST_READ

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Bytes as they come. Raises TimeoutError when the time to ask is over."""
        left = self.until - monotonic()
        if left <= 0.0:
            raise TimeoutError
        self.connection.settimeout(left)
        count = self.connection.recv_into(memoryview(buffer)[: self.room])
        self.connection.settimeout(ANSWERING_SECONDS)
        self.room -= count
        return count


class PageRequestHandler(WSGIRequestHandler):
    """Answers one request; it logs nothing, and tells no version of anything."""

    server: "PageServer"
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(explain)s\n"
    default_request_version = "HTTP/1.0"  # of what cannot be read: so its answer has a status, too

    def setup(self) -> None:
        """A request has its time from here on."""
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Request(self.connection))

    def parse_request(self) -> bool:
        """Whether a request can be read; if not, it is refused."""
        if not super().parse_request():
            return False
        try:
            urlsplit(self.path)
        except ValueError:  # as of an address that is half in brackets
            return self._refused()
        if self.command != self.command.upper():  # which would pass for the same in capitals
            return self._refused()
        if "Transfer-Encoding" in self.headers:  # a body whose length nobody knows
            return self._refused()
        has_host = len(self.headers.get_all("Host", [])) == 1
        return has_host or self.request_version < "HTTP/1.1" or self._refused()

    def _refused(self) -> bool:
        self.send_error(HTTPStatus.BAD_REQUEST)
        return False

    def run_wsgi(self) -> None:
        """Answer a request whose head is there, once its body is."""
        length = self.headers.get("Content-Length", "")
        try:
            body = self.rfile.read(min(int(length[:18]), LARGEST_READ) if length.isdecimal() else 0)
        except TimeoutError:
            return self.send_error(HTTPStatus.REQUEST_TIMEOUT)
        self.rfile = io.BufferedReader(io.BytesIO(body))
        self.server.heard(self.connection)
        return super().run_wsgi()

    def version_string(self) -> str:
        """What answers, without versions."""
        return "kidal"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


class PageServer(ThreadedWSGIServer):
    """A server with a thread for each of so many connections."""

    def __init__(self, host: str, listening: socket.socket, application: Callable[..., Any]) -> None:
        """A server on a socket that listens at a host."""
        port, number = listening.getsockname()[1], listening.fileno()
        super().__init__(host, port, application, PageRequestHandler, fd=number)
        self.open: set[socket.socket] = set()
        self.unheard: dict[
            socket.socket, None
        ] = {}  # of which no whole request has come yet, the oldest first
        self.lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread; if there are too many, one that has not asked is ended for it."""
        with self.lock:
            is_full = len(self.open) >= CONNECTIONS
            oldest = next(iter(self.unheard), None) if is_full else None
            if oldest is not None:
                self._leave(oldest)
            if oldest is not None or not is_full:
                self.open.add(request)
                self.unheard[request] = None
        if oldest is not None:
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)  # so its thread reads the end of it, and goes
        elif is_full:
            with suppress(OSError):
                request.settimeout(1.0)
                request.sendall(BUSY)
            return self.shutdown_request(request)
        return super().process_request(request, client_address)

    def heard(self, connection: socket.socket) -> None:
        """All of a request has come: its connection is not ended for another one any more."""
        with self.lock:
            self.unheard.pop(connection, None)

    def shutdown_request(self, request: Any) -> None:
        """A connection is at its end."""
        with self.lock:
            self._leave(request)
        super().shutdown_request(request)

    def _leave(self, connection: socket.socket) -> None:
        self.open.discard(connection)
        self.unheard.pop(connection, None)

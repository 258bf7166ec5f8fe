"""A threading HTTP server that knows its open connections, so it can close them when it stops or reset one."""

from __future__ import annotations

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Lingering for zero seconds makes the close a RST instead of a FIN.
_LINGER_ZERO = struct.pack("ii", 1, 0)


class TrackingServer(ThreadingHTTPServer):
    """One thread per connection; handlers report connections with `remember` and `forget`."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def remember(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """A connection to be reset is closed at once: the usual shutdown would say goodbye with a FIN."""
        if isinstance(request, socket.socket) and _is_to_be_reset(request):
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def close_connections(self) -> None:
        """End all open connections; clients see them closed."""
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster


def end_with_reset(connection: socket.socket) -> None:
    """Make the coming close of this connection a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)


def _is_to_be_reset(connection: socket.socket) -> bool:
    try:
        return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_LINGER_ZERO)) == _LINGER_ZERO
    except OSError:
        return False  # closed already

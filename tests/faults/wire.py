"""A wire between the program and its database that is cut at a chosen byte."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field

_PIECE = 65_536  # bytes read at once


@dataclass
class Wire:
    """Passes on whatever comes to ``port`` on loopback; ``cut_after`` bytes more, it breaks off.

    Bytes are counted in both directions; what was passed on before has arrived.
    """

    to: int
    cut_after: int | None = None
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        """Cut whatever is connected, and connect nobody any more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for thread in self._connections:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                here, _ = self._listener.accept()
                thread = threading.Thread(target=self._connect, args=(here,))
                thread.start()
                self._connections.append(thread)

    def _connect(self, here: socket.socket) -> None:
        with here, socket.create_connection(("127.0.0.1", self.to)) as there:
            back = threading.Thread(target=self._pass_on, args=(there, here))
            back.start()
            self._pass_on(here, there)
            back.join()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # the other direction was cut
            while piece := source.recv(_PIECE):
                left = self._count(len(piece))
                target.sendall(piece if left is None else piece[:left])
                if left is not None:
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int) -> int | None:
        """How much of a piece still passes before the wire is cut; None for all of it."""
        with self._lock:
            if self.cut_after is None:
                return None
            if size <= self.cut_after:
                self.cut_after -= size
                return None
            left, self.cut_after = self.cut_after, None
            self.cuts += 1
            return left

"""A proxy that has asked who somebody is, and says it to the app in a header of every request.

``python -m tests.browser.reverse_proxy PORT APP HEADER IDENTITY`` listens on a port of loopback and
passes on to the app's, from an address of its own; what a browser says in that header is dropped.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

OWN_ADDRESS = "127.0.0.2"
"""From where it asks the app, so that whoever asks past it comes from elsewhere."""

_LARGEST_HEAD = 64 * 1024


async def listen(port: int, app: int, header: bytes, identity: bytes) -> None:
    lines: set[asyncio.Task[None]] = set()  # nobody else holds on to them

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            answers, asks = await asyncio.open_connection(
                "127.0.0.1", app, local_addr=(OWN_ADDRESS, 0)
            )
            asks.write(named(head, header, identity))
            asked = asyncio.create_task(copy(reader, asks))
            await copy(answers, writer)  # the app closes what is answered
            asked.cancel()
            asks.close()
        writer.close()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.create_task(pass_on(reader, writer))
        lines.add(line)
        line.add_done_callback(lines.discard)

    server = await asyncio.start_server(take, "127.0.0.1", port, limit=_LARGEST_HEAD)
    await server.serve_forever()


def named(head: bytes, header: bytes, identity: bytes) -> bytes:
    """A request with who asks in it. Unless it becomes a websocket it is the last of its line."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    names = [each.partition(b":")[0].lower() for each in lines]
    dropped = (header.lower(), b"connection")
    kept = [each for name, each in zip(names, lines, strict=True) if name not in dropped]
    ends = b"Connection: " + (b"Upgrade" if b"upgrade" in names else b"close")
    return b"\r\n".join([first, *kept, header + b": " + identity, ends, b"", b""])


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(64 * 1024):
            writer.write(data)
            await writer.drain()


if __name__ == "__main__":
    _, port, app, header, identity = sys.argv
    asyncio.run(listen(int(port), int(app), header.encode(), identity.encode()))

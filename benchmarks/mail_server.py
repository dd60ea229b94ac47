"""A mail server that takes everything and keeps nothing, as a process of its own; its first line says at which port.

It lets clients send commands ahead (RFC 2920), as mail servers do; the desk does so, smtplib does not.
"""

import asyncio
import signal
from typing import Any

from aiosmtpd.smtp import SMTP


class _Taker:
    async def handle_EHLO(self, _server: object, session: Any, _envelope: object, name: str, answers: list[str]) -> list[str]:
        session.host_name = name
        return [*answers[:-1], "250-PIPELINING", answers[-1]]

    async def handle_DATA(self, *_arguments: object) -> str:
        return "250 2.0.0 taken"


async def serve() -> None:
    """Serve until SIGTERM."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(lambda: SMTP(_Taker(), hostname="localhost"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve())

"""Checks of ports on loopback, by plain sockets: no driver is needed."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"
_LOWEST, _HIGHEST = 20_000, 32_768


def _ask(port: int, question: bytes, timeout: float) -> bytes:
    """Send a question; return the first piece of the answer, or nothing."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout) as connection:
            connection.sendall(question)
            return connection.recv(4096)
    except OSError:
        return b""


def broker_answers(port: int, timeout: float = 1.0) -> bool:
    """Tell whether a Redis-compatible server answers PONG; one that still loads its file answers LOADING."""
    return _ask(port, b"PING\r\n", timeout).startswith(b"+PONG")


def is_free(port: int) -> bool:
    """Tell whether nothing listens on this port at this moment."""
    with socket.socket() as listener:
        # As servers do: connections of an earlier server that are not closed yet do not occupy the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """Choose a port that nothing listens on, outside the range of outgoing connections.

    The system takes those from 32768 on (Linux) or 49152 on: a server that ends and comes back on its port would find
    it taken by a call of anybody's. By chance, so that two processes that look at once do not find the same.
    """
    while not is_free(port := _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)):
        pass
    return port


def listens(port: int, timeout: float = 1.0) -> bool:
    """Tell whether a server accepts connections on this port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout):
            return True
    except OSError:
        return False

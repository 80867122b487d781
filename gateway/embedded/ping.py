"""Is somebody behind this port of loopback, and is it a broker? Asked by hand, so that it needs no driver."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def _ask(port: int, question: bytes, timeout: float) -> bytes:
    """One question, the first piece of the answer; empty when there is none."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout) as connection:
            connection.sendall(question)
            return connection.recv(4096)
    except OSError:
        return b""


def broker_answers(port: int, timeout: float = 1.0) -> bool:
    """True when a Redis-compatible server answers PONG; one that still loads its file says LOADING: not up."""
    return _ask(port, b"PING\r\n", timeout).startswith(b"+PONG")


def is_free(port: int) -> bool:
    """True when nobody listens on this port at this moment."""
    with socket.socket() as listener:
        # As servers do: what is left of connections of the one before does not make a port taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def listens(port: int, timeout: float = 1.0) -> bool:
    """True when anybody takes a call at this port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout):
            return True
    except OSError:
        return False

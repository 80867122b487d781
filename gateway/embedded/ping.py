"""Is a server that speaks the right protocol behind this port? Hand-made, so that asking needs no driver."""

from __future__ import annotations

import socket
import struct

LOOPBACK = "127.0.0.1"
_OP_MSG = 2013


def _mongodb_ping() -> bytes:
    body = b"\x10ping\0" + struct.pack("<i", 1) + b"\x02$db\0" + struct.pack("<i", 6) + b"admin\0" + b"\0"
    message = struct.pack("<I", 0) + b"\0" + struct.pack("<i", len(body) + 4) + body
    return struct.pack("<iiii", 16 + len(message), 1, 0, _OP_MSG) + message


_OK = b"\x01ok\0" + struct.pack("<d", 1.0)


def _ask(port: int, question: bytes, timeout: float) -> bytes:
    """One question, the first piece of the answer; empty when there is none."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout) as connection:
            connection.sendall(question)
            return connection.recv(4096)
    except OSError:
        return b""


def store_answers(port: int, timeout: float = 1.0) -> bool:
    """True when a MongoDB-compatible server says `ok` to a ping."""
    answer = _ask(port, _mongodb_ping(), timeout)
    return len(answer) > 16 and struct.unpack_from("<i", answer, 12)[0] == _OP_MSG and _OK in answer


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

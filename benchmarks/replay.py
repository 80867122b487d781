"""A store that answers at once: it stands before the real one and repeats what that said to the same `find`
or `aggregate`.

A store may take longer over a page of 100 than our server does, so that a round against it would hold few
requests and measure waiting. The first time one is seen it goes to the store; afterwards its answer is sent
again, byte for byte, with the header's ids of the new request. Everything else passes through: handshakes, pings,
change streams, writes. Good for reads of data that does not change meanwhile, and for nothing else.

    python -m benchmarks.replay <port> <port of the store>
"""

from __future__ import annotations

import asyncio
import itertools
import struct
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import bson

_HEADER = struct.Struct("<iiii")  # length, request id, response to, opcode
_OP_MSG = 2013
_BODY = 16 + 4 + 1  # header, flags, the kind of the first section (0: one document)
#: What differs from one request of the same shape to the next.
_PASSING = ("lsid", "$clusterTime", "txnNumber")
#: Stages with which an `aggregate` writes, or waits for what comes.
_NO_READS = {"$out", "$merge", "$changeStream"}


@dataclass(slots=True)
class Memory:
    """Answers by question. `hits` and `misses` tell how much of a run the store had no part in."""

    answers: dict[bytes, bytes] = field(default_factory=dict)
    hits: int = 0
    misses: int = 0


def question(message: bytes) -> bytes | None:
    """What a message asks, without what is passing; None for all that does not read."""
    _, _, _, opcode = _HEADER.unpack_from(message)
    if opcode != _OP_MSG or message[_BODY - 1] != 0:
        return None
    document = _document(message)
    command = next(iter(document))
    stages = {name for stage in document.get("pipeline", ()) for name in stage}
    if command not in ("find", "aggregate") or stages & _NO_READS:
        return None
    return bson.encode({key: value for key, value in document.items() if key not in _PASSING})


def is_whole(answer: bytes) -> bool:
    """True for an answer that stands by itself: it succeeded, and no cursor is left open behind it."""
    document = _document(answer)
    return bool(document.get("ok")) and document.get("cursor", {}).get("id") == 0


def _document(message: bytes) -> dict[str, Any]:
    """The first section's document. An insert has its rows in sections of their own behind it."""
    length = struct.unpack_from("<i", message, _BODY)[0]
    return bson.decode(message[_BODY : _BODY + length])


async def serve(port: int, store: int) -> None:
    memory, ids = Memory(), itertools.count(1)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", store)
        asked: dict[int, bytes] = {}
        answers = asyncio.create_task(_answers(there, writer, asked, memory))
        try:
            async for message in _messages(reader):
                key = question(message)
                known = None if key is None else memory.answers.get(key)
                request_id = _HEADER.unpack_from(message)[1]
                if known is not None:
                    memory.hits += 1
                    writer.write(_HEADER.pack(len(known), next(ids), request_id, _OP_MSG) + known[16:])
                    continue
                if key is not None:
                    memory.misses += 1
                    asked[request_id] = key
                back.write(message)
        finally:
            answers.cancel()
            writer.close()
            back.close()

    async with await asyncio.start_server(connected, "127.0.0.1", port) as server:
        await server.serve_forever()


async def _answers(
    there: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[int, bytes], memory: Memory
) -> None:
    try:
        async for answer in _messages(there):
            key = asked.pop(_HEADER.unpack_from(answer)[2], None)
            if key is not None and is_whole(answer):
                memory.answers[key] = answer
            writer.write(answer)
    finally:
        writer.close()  # the store hung up: so do we, or the driver would wait for ever


async def _messages(reader: asyncio.StreamReader) -> AsyncGenerator[bytes, None]:
    while True:
        try:
            head = await reader.readexactly(16)
            yield head + await reader.readexactly(_HEADER.unpack(head)[0] - 16)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))

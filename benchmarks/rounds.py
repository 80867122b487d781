"""Paired rounds: two servers under the same load by turns, CPU of the server process for each request."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from benchmarks import cpu
from benchmarks.servers import Server
from gateway.errors import GatewayError

_CONNECTIONS = 4


class Unequal(GatewayError):
    """The servers do not answer the same, or not with 200: their costs can't be compared."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; `body()` is asked anew for each one, so that a webhook can bring a new event."""

    server: Server
    method: str
    path: str
    headers: Mapping[str, str]
    body: Callable[[], bytes | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Paired:
    """Microseconds of CPU per request, a value a round, and the ratio of each pair."""

    ours: Sequence[float]
    peer: Sequence[float]
    requests: tuple[int, int]

    @property
    def ratios(self) -> list[float]:
        return [ours / peer for ours, peer in zip(self.ours, self.peer, strict=True)]

    def summary(self) -> dict[str, object]:
        return {
            "ours_cpu_us": spread(self.ours),
            "peer_cpu_us": spread(self.peer),
            "ratio": spread(self.ratios, digits=2),
            "requests": {"ours": self.requests[0], "peer": self.requests[1]},
        }


def spread(values: Sequence[float], digits: int = 0) -> dict[str, float]:
    low, middle, high = (round(value, digits) for value in (min(values), median(values), max(values)))
    return {"median": middle, "min": low, "max": high}


def once(ask: Ask) -> bytes:
    """One answer; raises Unequal for a status other than 200."""
    connection = http.client.HTTPConnection("127.0.0.1", ask.server.port, timeout=30)
    try:
        return _asked(connection, ask)
    finally:
        connection.close()


def equal(ours: Ask, peer: Ask) -> int:
    """Bytes of the answer that both servers give, which must be one and the same; raises Unequal."""
    one, other = once(ours), once(peer)
    if one != other:
        raise Unequal(f"{ours.path} and {peer.path} differ: {len(one)} and {len(other)} bytes")
    return len(one)


def paired(ours: Ask, peer: Ask, *, rounds: int, seconds: float) -> Paired:
    """Both are warmed up; then each round asks the two by turns, and who begins changes from round to round."""
    for ask in (ours, peer):
        _load(ask, min(seconds, 0.7))
    costs: dict[str, list[float]] = {ours.server.name: [], peer.server.name: []}
    counts = dict.fromkeys(costs, 0)
    for number in range(rounds):
        for ask in (ours, peer) if number % 2 == 0 else (peer, ours):
            before = cpu.seconds_used(ask.server.pid)
            count = _load(ask, seconds)
            used = cpu.seconds_used(ask.server.pid) - before
            costs[ask.server.name].append(used / count * 1e6)
            counts[ask.server.name] += count
    one, other = ours.server.name, peer.server.name
    return Paired(costs[one], costs[other], (counts[one], counts[other]))


def _load(ask: Ask, seconds: float) -> int:
    """Requests that a few connections got answered one after the other until the time was up."""
    deadline = time.monotonic() + seconds

    def client() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", ask.server.port, timeout=30)
        count = 0
        try:
            while time.monotonic() < deadline or count == 0:
                _asked(connection, ask)
                count += 1
        finally:
            connection.close()
        return count

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return sum(task.result() for task in [pool.submit(client) for _ in range(_CONNECTIONS)])


def _asked(connection: http.client.HTTPConnection, ask: Ask) -> bytes:
    connection.request(ask.method, ask.path, ask.body(), dict(ask.headers))
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise Unequal(f"{ask.server.name} answers {response.status} to {ask.path}")
    return content

"""Reading one typical CFDI, and deriving what is stored beside it, each beside what lxml alone takes to parse it."""

from __future__ import annotations

import time
from collections.abc import Callable

from lxml import etree

from benchmarks.rounds import Paired
from benchmarks.taxpayer import invoice, typical_cfdi
from gateway.sat.kinds import Kind
from gateway.sat.readers import read_xml
from gateway.store.derived import derived

_ROUND_SECONDS = 0.3


def measure(rounds: int) -> tuple[int, Paired]:
    """The document's size, and microseconds of CPU of `read_xml` and of lxml's parse in paired rounds."""
    content = typical_cfdi()
    return len(content), _beside_parsing(lambda: read_xml(content), content, rounds)


def measure_deriving(rounds: int) -> tuple[int, Paired]:
    """The same of `derived`, which makes from a record all that its row has beside it."""
    content = typical_cfdi()
    document = invoice(content)
    order = f"{document.date}|{document.identity}"
    row = {**document.content, **document.observed, "order": order, "identity": document.identity}
    return len(content), _beside_parsing(lambda: derived(Kind.INVOICE, row), content, rounds)


def _beside_parsing(work: Callable[[], object], content: bytes, rounds: int) -> Paired:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    ours: list[float] = []
    peer: list[float] = []
    counts = [0, 0]
    for _ in range(rounds):
        for place, (values, timed_work) in enumerate(((ours, work), (peer, lambda: etree.fromstring(content, parser)))):
            cost, count = timed(timed_work)
            values.append(cost)
            counts[place] += count
    return Paired(ours, peer, (counts[0], counts[1]))


def timed(work: Callable[[], object], *, at_once: int = 100) -> tuple[float, int]:
    """(microseconds of CPU of one, how many there were)."""
    for _ in range(at_once // 2 + 1):
        work()
    count, before = 0, time.process_time()
    while (used := time.process_time() - before) < _ROUND_SECONDS:
        for _ in range(at_once):
            work()
        count += at_once
    return used / count * 1e6, count

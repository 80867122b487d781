"""Reading one typical CFDI beside what lxml alone takes to parse it: our part is the difference."""

from __future__ import annotations

import time
from collections.abc import Callable

from lxml import etree

from benchmarks.rounds import Paired
from benchmarks.taxpayer import typical_cfdi
from gateway.sat.readers import read_xml

_ROUND_SECONDS = 0.3


def measure(rounds: int) -> tuple[int, Paired]:
    """The document's size, and microseconds of CPU of `read_xml` and of lxml's parse in paired rounds."""
    content = typical_cfdi()
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    ours: list[float] = []
    peer: list[float] = []
    counts = [0, 0]
    for _ in range(rounds):
        for place, (values, work) in enumerate(
            ((ours, lambda: read_xml(content)), (peer, lambda: etree.fromstring(content, parser)))
        ):
            cost, count = timed(work)
            values.append(cost)
            counts[place] += count
    return len(content), Paired(ours, peer, (counts[0], counts[1]))


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

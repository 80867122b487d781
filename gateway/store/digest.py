"""Digests of what a write would store, so that documents that did not change are not written again."""

from __future__ import annotations

import hashlib

import orjson

from gateway.store.new_document import OWNERSHIP, NewDocument

# Part of every digest: raise it when rows get new fields, and the next synchronisation rewrites them all.
_LAYOUT = 2


def of(document: NewDocument) -> dict[str, str]:
    """Two digests at most: of what Syncfy observes, and of the content under its rank and its copy, or as a PDF's.

    Apart, because metadata seen again after its XML is nothing new, while a status that goes back to what it was is.
    Copies of one document come in turns with each download.
    """
    content = (document.date, document.content, document.files, document.fingerprint, document.problems, document.text)
    copy = f":{document.content_file[:16]}" if document.content_file else ""
    digests = {"pdf" if document.text is not None else f"rank{document.rank}{copy}": _digest(content)}
    # Where it was found is no fact of it: one document may come in two transactions, in turns with each download.
    observed = {name: value for name, value in document.observed.items() if name != "source"}
    # A file that tells only whose it is takes nothing back of what others observed.
    if observed.keys() - OWNERSHIP:
        digests["observed"] = _digest(observed)
    return digests


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps((_LAYOUT, value), option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]

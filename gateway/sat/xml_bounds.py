"""Cut a CFDI or retención out of bytes that are no XML document as a whole.

Left out are the bytes before its declaration, those after its root, and an Addenda that is not well-formed. None of
them is part of the document: the seal covers the "cadena original" alone (Anexo 20), and the Addenda is not in it.
Every search goes forward, so that no content takes more than a few passes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.errors import UnreadableDocument, UnreadableReason

# With its version: <Retenciones> is the name of an element inside a Comprobante too.
_ROOT = rb"<(?:[A-Za-z_][\w.-]*:)?(?:Comprobante|Retenciones)(?=\s[^<]*?\bversion\s*=)"
_ROOT_OR_SKIPPED = re.compile(rb"(?P<skipped><!--|<\?|<!\[CDATA\[)|(?P<root>" + _ROOT + rb")", re.IGNORECASE)
_ROOT_ALONE = re.compile(_ROOT, re.IGNORECASE)
_CLOSED_BY = {b"<!--": b"-->", b"<?": b"?>", b"<![CDATA[": b"]]>"}
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
# No value holds a raw "<", so that each attempt ends at the next one.
_TAG = re.compile(rb"<(?P<closing>/?)(?P<name>[^\s<>/\"'=!?]++)(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
# A quote in its own tag that never closes.
_BROKEN_ADDENDA = re.compile(rb"<(?P<closing>)(?P<name>(?:[A-Za-z_][\w.-]*:)?Addenda)(?=[\s/])", re.IGNORECASE)
_FIRST_BYTES = 64 * 1024


@dataclass(slots=True)
class Cut:
    """A file without what is no part of its document, and notes of what that was."""

    content: bytes
    notes: list[str] = field(default_factory=list)
    #: True where another document begins after it.
    is_one_of_many: bool = False


def looks_like_xml(content: bytes) -> bool:
    """Return True where the first byte that is no blank opens a tag, or a CFDI begins further on."""
    start = content[:_FIRST_BYTES]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")):
        return True
    return start.lstrip(b"\xef\xbb\xbf \t\r\n\x00")[:1] == b"<" or _root_at(start) is not None


def cuts(content: bytes) -> Iterator[Cut]:
    """Yield the document without what surrounds it, then also without its Addenda.

    Nothing is yielded that is no less than the content. Raises UnreadableDocument, FORBIDDEN, for a DOCTYPE.
    """
    root = _root_at(content)
    if root is None:
        # A comment that was opened by mistake ends at the first one of the document itself, or never.
        commented = _ROOT_ALONE.search(content)
        if commented is None:
            return
        root = commented.start()
    if _DOCTYPE.search(content, 0, root):
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, "a DOCTYPE")
    declaration, notes = _before(content, root)
    for without_addenda in (False, True):
        walk = _Walk(content, root, without_addenda)
        if not walk.ended or (without_addenda and not walk.left_out):
            continue
        many = _root_at(content[walk.end :]) is not None
        told = [*notes, *walk.notes, *_after(content, walk.end, many)]
        if told:
            yield Cut(declaration + b"".join(walk.kept), told, many)


def _root_at(content: bytes) -> int | None:
    """Find the first root that stands in no comment, instruction or CDATA; what never closes hides nothing."""
    at, endless = 0, set()
    while found := _ROOT_OR_SKIPPED.search(content, at):
        if found["root"]:
            return found.start()
        opening, at = found[0], found.end()
        if opening in endless:
            continue
        end = content.find(_CLOSED_BY[opening], at)
        if end < 0:
            endless.add(opening)
        else:
            at = end
    return None


def _before(content: bytes, root: int) -> tuple[bytes, list[str]]:
    """Return the document's declaration and what to tell of the bytes before the root."""
    declared = _DECLARATION.match(content, max(content.rfind(b"<?xml", 0, root), 0), root)
    if declared is None:
        return b"", [f"{root} bytes before the document were left out"] if root else []
    between = len(content[declared.end() : root].strip())
    where = "document" if between else "XML declaration"
    left_out = declared.start() + between
    return declared[0], [f"{left_out} bytes before the {where} were left out"] if left_out else []


def _after(content: bytes, end: int, many: bool) -> list[str]:
    if end >= len(content):
        return []
    another = ", in which another document begins" if many else ""
    return [f"{len(content) - end} bytes after the document were left out{another}"]


class _Walk:
    """Go from the root's tag to its end, tag by tag. `ended`: whether there is one, at `end`."""

    def __init__(self, content: bytes, root: int, without_addenda: bool) -> None:
        self._content = content
        self.kept: list[bytes] = []
        self.left_out = 0
        self.notes: list[str] = []
        self.end = len(content)
        self.ended = self._go(root, without_addenda)
        if self.left_out:
            self.notes.append(f"the Addenda is not well-formed: its {self.left_out} bytes were left out")

    def _go(self, start: int, without_addenda: bool) -> bool:
        content, at, open_tags, root_name = self._content, start, 0, b""
        while (at := content.find(b"<", at)) >= 0:
            opening = next((each for each in _CLOSED_BY if content.startswith(each, at)), None)
            if opening:
                end = content.find(_CLOSED_BY[opening], at)
                if end < 0:
                    return False
                at = end
                continue
            tag = _TAG.match(content, at)
            if tag is None and without_addenda and open_tags == 1:
                tag = _BROKEN_ADDENDA.match(content, at)
            if tag is None:
                return False
            root_name = root_name or tag["name"]
            at = tag.end()
            if tag["closing"]:
                open_tags -= 1
            elif not tag[0].endswith(b"/>"):
                if without_addenda and open_tags == 1 and _local(tag["name"]) == b"addenda":
                    at = self._end_of_addenda(tag, root_name)
                    self.kept.append(content[start : tag.start()])
                    self.left_out += at - tag.start()
                    start = at
                    if at == len(content):
                        return self._closed_for_it(root_name)
                else:
                    open_tags += 1
            if open_tags <= 0:
                self.kept.append(content[start:at])
                self.end = at
                return True
        return False

    def _closed_for_it(self, root_name: bytes) -> bool:
        """Close the root of a file that ends inside of its Addenda, when all before it is there: the stamp is last."""
        self.kept.append(b"</" + root_name + b">")
        return any(b"TimbreFiscalDigital" in piece for piece in self.kept)

    def _end_of_addenda(self, tag: re.Match[bytes], root_name: bytes) -> int:
        """Its own end tag, best the one before the root's; else the root's end tag; else the end of the content."""
        own = rb"</" + re.escape(tag["name"]) + rb"\s*>"
        root = rb"</" + re.escape(root_name) + rb"\s*>"
        for end in (own + rb"(?=\s*" + root + rb")", own):
            found = self._outside_of_text(end, tag.end())
            if found:
                return found.end()
        found = self._outside_of_text(root, tag.end())
        return found.start() if found else len(self._content)

    def _outside_of_text(self, pattern: bytes, at: int) -> re.Match[bytes] | None:
        """Search in what is neither a comment nor CDATA; where one never closes it is none."""
        wanted, endless = re.compile(rb"(?P<skipped><!--|<!\[CDATA\[)|" + pattern), set()
        while found := wanted.search(self._content, at):
            opening, at = found["skipped"], found.end()
            if opening is None:
                return found
            if opening not in endless:
                end = self._content.find(_CLOSED_BY[opening], at)
                if end < 0:
                    endless.add(opening)
                else:
                    at = end
        return None


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2].lower()

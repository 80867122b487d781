"""XML bytes → `Node`s, in one pass and without a tree of lxml's: less memory, and limits are checked as they come.

Refused: a DOCTYPE (so no entity is ever defined), more than 20 MB, more than 64 levels. Forgiven, with a note: bytes
before the declaration and after the root, an envelope around one document, an Addenda that is not well-formed, a
declared encoding that is not the real one, and an undeclared namespace prefix. Nothing else is.
"""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Mapping

from lxml import etree

from gateway.errors import UnreadableDocument, UnreadableReason
from gateway.sat.node import MAX_DEPTH, Node, element_name, fold_attributes
from gateway.sat.xml_bounds import cuts

MAX_BYTES = 20 * 1024 * 1024
#: The roots of the documents that are read.
DOCUMENTS = frozenset({"Comprobante", "Retenciones"})

_ENCODING_ERRORS = frozenset(
    {
        etree.ErrorTypes.ERR_INVALID_ENCODING,
        etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
        etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
        etree.ErrorTypes.I18N_CONV_FAILED,
        etree.ErrorTypes.I18N_NO_HANDLER,
    }
)
# 114 is XML_ERR_RESOURCE_LIMIT, which lxml does not name.
_RESOURCE_ERRORS = frozenset({114, etree.ErrorTypes.ERR_ENTITY_LOOP})

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\?>")
_DECLARED_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BLANK = b" \t\r\n\x00\x1a"
# Byte order marks occur doubled, and once more encoded as if they were Windows-1252.
_BLANK_START = re.compile(rb"(?:[ \t\r\n\x00\x1a]|\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf)*+")


def parse(content: bytes, notes: list[str], *, texts: bool = False) -> Node:
    """The root. Raises UnreadableDocument, MALFORMED (with the line) or FORBIDDEN; `notes` gets what was forgiven.

    `texts`: with the elements' own text, which only a few complements (detallista) have.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, f"more than {MAX_BYTES // (1024 * 1024)} MB")
    content = _trimmed(_as_eight_bit(content, notes))
    told: list[str] = []
    try:
        root = _parse_declared(content, told, texts)
    except etree.XMLSyntaxError as error:
        refusal = _refusal(error)
    else:
        cut_out = None if root.name in DOCUMENTS else _cut_out(content, notes, texts, alone=True)
        if cut_out is None:
            notes += told
        return cut_out or root
    cut_out = _cut_out(content, notes, texts, alone=False)
    if cut_out is None:
        raise refusal
    return cut_out


def _cut_out(content: bytes, notes: list[str], texts: bool, *, alone: bool) -> Node | None:
    """The root of a document inside of something else. `alone`: only if no other one is in there, as in an envelope."""
    for cut in cuts(content):
        if alone and cut.is_one_of_many:
            return None
        try:
            root = _parse_declared(cut.content, cut.notes, texts)
        except etree.XMLSyntaxError:
            continue
        notes += cut.notes
        return root
    return None


def _parse_declared(content: bytes, notes: list[str], texts: bool) -> Node:
    """Parse in the encoding that the document declares, or in the one that it is in."""
    if _declares_in_vain(content):
        notes.append("the text is UTF-8 although the document declares another encoding")
        content = _DECLARATION.sub(b"", content, count=1)
    try:
        return _parse_strict(content, notes, texts)
    except etree.XMLSyntaxError as error:
        if _code(error) not in _ENCODING_ERRORS:
            raise
    notes.append("the declared encoding is wrong: what is not UTF-8 was read as Windows-1252")
    return _parse_strict(_redecoded(content), notes, texts)


class _Builder:
    """The target of lxml's parser. One a thread, reset before each document."""

    def __init__(self) -> None:
        self.reset(escapes=False)

    def reset(self, *, escapes: bool) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._escapes = escapes

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._escapes:
            # With entities off libxml2 hands a target every "&" of a value as "&#38;", however the document wrote it.
            attributes = {name: text.replace("&#38;", "&") for name, text in attributes.items()}
        node = Node(element_name(tag), fold_attributes(attributes))
        opened = self._open
        if opened:
            # An Addenda is the parties' own business: no field comes from it, so none of it is kept.
            if len(opened) == 1 or opened[1].name != "Addenda":
                if len(opened) >= MAX_DEPTH:
                    raise UnreadableDocument(UnreadableReason.FORBIDDEN, f"more than {MAX_DEPTH} levels of elements")
                opened[-1].children.append(node)
        else:
            self.root = node
        opened.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def doctype(self, *_names: str | None) -> None:
        raise UnreadableDocument(UnreadableReason.FORBIDDEN, "a DOCTYPE")

    def close(self) -> None:
        return None


class _TextBuilder(_Builder):
    """Called for every blank between two elements too, which a typical document need not pay for."""

    def data(self, text: str) -> None:
        if self._open:
            node = self._open[-1]
            # Pieces and not one growing text: a value full of entities comes in as many.
            node.texts = getattr(node, "texts", [])
            node.texts.append(text)


def _parser_for(builder: _Builder) -> etree.XMLParser:
    return etree.XMLParser(
        target=builder,  # type: ignore[arg-type]  # lxml calls only what the target has
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


class _Local(threading.local):
    def __init__(self) -> None:
        self.builder = _Builder()
        self.parser = _parser_for(self.builder)
        self.text_builder = _TextBuilder()
        self.text_parser = _parser_for(self.text_builder)


# A parser costs a third of a document's parse to make, and must not be shared by threads.
_local = _Local()


def _parse_strict(content: bytes, notes: list[str], texts: bool) -> Node:
    builder, parser = (_local.text_builder, _local.text_parser) if texts else (_local.builder, _local.parser)
    builder.reset(escapes=b"&" in content)
    try:
        etree.fromstring(content, parser)
        root = builder.root
    finally:
        builder.reset(escapes=False)
    if root is None:
        raise UnreadableDocument(UnreadableReason.MALFORMED, "no element")
    # libxml2 calls namespace errors recoverable: it goes on with the bare local name, which is all the readers look at.
    if any(entry.type == etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE for entry in parser.error_log):
        notes.append("a namespace prefix is not declared")
    return root


def _code(error: etree.XMLSyntaxError) -> int:
    """Return one of etree.ErrorTypes, which the stubs of lxml leave out."""
    code: int | None = getattr(error, "code", None)
    return code or 0


def _refusal(error: etree.XMLSyntaxError) -> UnreadableDocument:
    code = _code(error)
    if code in _RESOURCE_ERRORS:
        return UnreadableDocument(UnreadableReason.FORBIDDEN, f"a limit of the XML parser at line {error.lineno}")
    # The parser's own message may quote the document, so only the kind of error and the line are told.
    return UnreadableDocument(UnreadableReason.MALFORMED, f"XML error {code} at line {error.lineno or 1}")


def _as_eight_bit(content: bytes, notes: list[str]) -> bytes:
    """UTF-16 becomes UTF-8 here, so that everything after looks at ASCII-compatible bytes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif content.startswith((b"<\x00", b"\x00<")):
        encoding = "utf-16-le" if content[0] else "utf-16-be"
    else:
        return content
    try:
        # An odd byte at the end is what was added to it.
        text = content[: len(content) & ~1].decode(encoding).encode()
    except UnicodeDecodeError:
        raise UnreadableDocument(UnreadableReason.MALFORMED, "not the UTF-16 that it starts as") from None
    notes.append("the text is UTF-16")
    return _DECLARATION.sub(b"", text, count=1)


def _trimmed(content: bytes) -> bytes:
    """Without byte order marks, blanks and NULs around it: they are not worth a note."""
    if content.startswith(b"<") and content.endswith(b">"):
        return content
    return content[_BLANK_START.match(content).end() :].rstrip(_BLANK)  # type: ignore[union-attr]  # it matches nothing too


def _declares_in_vain(content: bytes) -> bool:
    """Return True when the declaration says UTF-16 of eight-bit text, or another encoding of what can only be UTF-8."""
    found = _DECLARED_ENCODING.search(content, 0, 200) if content.startswith(b"<?xml") else None
    declared = found[1].lower() if found else b"utf-8"
    if declared in (b"utf-8", b"utf8"):
        return False
    return declared.startswith((b"utf-16", b"ucs")) or _is_utf8_beyond_ascii(content)


def _is_utf8_beyond_ascii(content: bytes) -> bool:
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _redecoded(content: bytes) -> bytes:
    """UTF-8 where it is, Windows-1252 byte for byte where it is not: a file pasted from two sources has both."""
    text = content.decode("utf-8", "sat-windows-1252")
    return _DECLARATION.sub(b"", text.encode("utf-8"), count=1)


def as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8 as Windows-1252: a handler of errors for `decode`."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # Five bytes are no character there either.
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("sat-windows-1252", as_windows_1252)

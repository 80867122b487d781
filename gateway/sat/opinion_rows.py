"""The lists of a negative opinión's text: omitted obligations and tax credits, by their headings.

Two layouts are known: tables with the columns Ejercicio and Periodo (until May 2025), and since June 2025 a section of
lines for each, where "Ejercicio 2025" and "Octubre | Noviembre" stand below the obligation's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from gateway.sat import owed_periods
from gateway.sat.dates import plain
from gateway.sat.documents import OmittedObligation, TaxCredit
from gateway.sat.money import amount_or_none
from gateway.sat.pdf import one_line, without_accents

_LONGEST_INTRO = 6  # lines


class _Section(Enum):
    OBLIGATIONS = "obligations"
    CREDITS = "credits"
    OTHER = "other"


_HEADINGS = (
    (re.compile(r"creditos fiscales(?: [a-z ]+)?"), _Section.CREDITS),
    (re.compile(r"cumplimiento de (?:las |sus )?obligaciones(?: fiscales)?"), _Section.OBLIGATIONS),
    (
        re.compile(
            r"(?:obligaciones|declaraciones)(?: fiscales)? (?:omitidas|pendientes|incumplidas|no presentadas).*"
        ),
        _Section.OBLIGATIONS,
    ),
    (re.compile(r"omision(?:es)? (?:en|de) la presentacion de (?:las )?declaraciones"), _Section.OBLIGATIONS),
    (
        re.compile(
            r"(?:informacion importante|notas?|cadena original|sello digital|articulos?|fundamento|por lo que|por lo "
            r"anterior|lo anterior|revision practicada|atentamente|la presente opinion|si no esta|si consideras?|en "
            r"caso|para (?:mayor|aclarar|regularizar)|apreciable|estimad[oa]|puedes?|usted puede|te sugerimos|le "
            r"(?:sugerimos|informamos)|este documento|sus datos personales|servicio de administracion)\b.*"
        ),
        _Section.OTHER,
    ),
)  # fmt: skip
#: A section begins with a sentence: "Se ubican los siguientes créditos fiscales … a su cargo:".
_INTRO = re.compile(r"se (?:le |han? )?(?:ubic|detect|observ|identific|localiz|encontr|tiene)")
_COLUMNS = re.compile(
    r"(?:no\.?|num\.?|numero|descripcion|concepto|obligacion(?:es)?|ejercicio|periodo|clave)\b[a-z ./]*"
    r"\b(?:obligacion(?:es)?|ejercicio|periodo|credito|autoridad|importe|monto|resolucion)[a-z ./]*"
    r"|ejercicio|periodos?|autoridad(?: [a-z]+)?|importe|monto|descripcion(?: de la obligacion)?"
)
_COLUMN_HEADS = re.compile(
    r"^(?:descripcion\s+(?:de\s+)?(?:la\s+)?)?obligacion(?:es)?\s+(?:ejercicio\s+periodos?|periodos?\s+ejercicio)$"
    r"|^(?:(?:numero|num\.|no\.)\s+(?:de\s+|del\s+)?)?(?:creditos?|resolucion)(?:\s+fiscal(?:es)?)?"
    r"(?:\s+(?:autoridad|emisora|determinadora|importe|monto|saldo|fecha|historico|actualizado))*$",
    re.IGNORECASE | re.MULTILINE,
)
_BULLET = re.compile(r"^(?:[•·●▪*-]\s*|[0-9]{1,2}\s*[.)]\s*-?\s*)")
#: The first words of obligations' names. A line of other words without a period is prose, or goes on with a name.
_OBLIGATION = re.compile(
    r"(?:declaracion|pago|entero|impuesto|informativ|informacion|aviso|presentacion|retencion|ajuste|balanza|catalogo"
    r"|contabilidad|isr|iva|ieps)"
)
_OBLIGATION_LABEL = re.compile(r"^(?:descripci[oó]n(?: de la obligaci[oó]n)?|obligaci[oó]n) ?: ?", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:del?|la|las|los|el|por|y|e|o|en|con|a|al|para)\b")
_MONEY = re.compile(
    r"\$\s*[0-9][0-9,]*(?:\.[0-9]{1,2})?"
    r"|(?<![\w.,-])(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+\.[0-9]{2})(?![\w.,-])"
)
#: A label beside its value; "Importe: 567" is money without its sign.
_CREDIT_LABEL = re.compile(
    r"(?:(?:numero|num\.|no\.) (?:de |del )?(?:credito|resolucion)(?: fiscal)?|credito(?: fiscal)?|resolucion"
    r"|autoridad(?: (?:emisora|determinadora))?|importe|monto|saldo|fecha(?: de [a-z]+)?) ?:",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:importe |monto |saldo )?total\b", re.IGNORECASE)
_BARE_MONEY = re.compile(r"\b(?:importe|monto|saldo) ?: ?(?=[0-9])", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_NUMBER = re.compile(r"(?<![\w$,.-])(?=[A-Z0-9/-]*[0-9]{4})[A-Z]{0,4}-?[0-9][A-Z0-9/-]*(?![\w-])", re.IGNORECASE)
_NONE = re.compile(
    r"(?:no se (?:ubic|detect|localiz|encontr|tienen)|sin (?:creditos?|adeudos?|omision(?:es)?)\b|ningun)"
)


def read(text: str, problems: list[str]) -> tuple[list[OmittedObligation], list[TaxCredit]]:
    """Return the omitted obligations and the tax credits; what looks like one and can't be read is a problem."""
    sections: dict[_Section, list[str]] = {section: [] for section in _Section}
    for section, line in _lines(text):
        sections[section].append(line)
    omitted, owed = (_rows(sections[section]) for section in (_Section.OBLIGATIONS, _Section.CREDITS))
    return _omitted(omitted, problems), credits_of(owed, problems)


def _lines(text: str) -> Iterator[tuple[_Section, str]]:
    """Give each line with the section that it stands in, without headings and what pages repeat."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    section, head, place = _Section.OTHER, set[str](), 0
    while place < len(lines):
        line, folded = lines[place], _folded(lines[place])
        found, length = _opening(lines, place, section)
        place += length or 1
        if found is not None:
            section = found
        elif section is _Section.OTHER:
            head.add(folded)
        elif folded not in head:
            yield section, line


def _opening(lines: list[str], place: int, before: _Section) -> tuple[_Section | None, int]:
    """Return the section that begins at a line, and how many lines its heading or opening sentence has."""
    # The paper's own title, broken into two lines.
    if place and plain(lines[place - 1]).endswith(("opinion del", "opinion de")):
        return _Section.OTHER, 1
    for length in (1, 2):  # a heading may be broken into two lines
        folded = _folded(" ".join(lines[place : place + length]))
        if section := next((section for words, section in _HEADINGS if words.fullmatch(folded)), None):
            return section, length
        if _INTRO.match(folded) and (end := _intro_length(lines, place)):
            return _subject(" ".join(lines[place : place + end]), before), end
    return None, 0


def _rows(lines: list[str]) -> list[str]:
    """Return the lines of a table or list without its column heads, which lines break anywhere."""
    text = "\n".join(lines)
    folded, kept, begin = without_accents(text), [], 0
    for heads in _COLUMN_HEADS.finditer(folded):
        kept.append(text[begin : heads.start()])
        begin = heads.end()
    rows = "".join([*kept, text[begin:]]).splitlines()
    return [
        row.strip()
        for row in rows
        if row.strip() and not _COLUMNS.fullmatch(_folded(row)) and not _NONE.match(_folded(row))
    ]


def _folded(line: str) -> str:
    return plain(_BULLET.sub("", line)).rstrip(" .:")


def _intro_length(lines: list[str], start: int) -> int:
    """Return how many lines a section's opening sentence has; 0 where no colon ends it."""
    for length in range(1, min(_LONGEST_INTRO, len(lines) - start) + 1):
        if lines[start + length - 1].endswith(":"):
            return length
    return 0


def _subject(intro: str, before: _Section) -> _Section:
    words = plain(intro)
    if "credito" in words:
        return _Section.CREDITS
    if re.search(r"obligacion|declaracion|omision", words):
        return _Section.OBLIGATIONS
    return before if re.search(r"siguiente", words) and before is not _Section.OTHER else _Section.OTHER


def _omitted(lines: list[str], problems: list[str]) -> list[OmittedObligation]:
    found: list[OmittedObligation] = []
    names: list[str] = []
    owed: list[str] = []
    for line in (_OBLIGATION_LABEL.sub("", line) for line in lines):
        words, period = owed_periods.split(_BULLET.sub("", line) if not owed_periods.has_year(line[:6]) else line)
        if not words and not owed_periods.has_year("\n".join([*owed, period])) and plain(period) == "del ejercicio":
            words, period = period, ""  # a name's own last words, on a line of their own
        if words:
            if owed and not period and _GOES_ON.match(plain(words)):
                names.append(words)
                continue
            if owed:
                found += _obligations(names, owed, problems)
                names, owed = [], []
            names.append(words)
        if period:
            owed.append(period)
    return found + _obligations(names, owed, problems)


def _obligations(names: list[str], owed: list[str], problems: list[str]) -> list[OmittedObligation]:
    name = one_line(" ".join(names))
    if owed:
        if name is None:
            problems.append("a period of omitted obligations stands without its obligation")
        return [
            {"description": name, "period": one.text, "year": one.year, "months": list(one.months)}
            for one in owed_periods.periods("\n".join(owed))
        ]
    # Without a period: each line that begins as an obligation's name does, and the lines that go on with it.
    undated: list[str] = []
    for words in names:
        if _OBLIGATION.match(plain(words)):
            undated.append(words)
        elif undated and _GOES_ON.match(plain(words)):
            undated[-1] += f" {words}"
        else:
            problems.append("a line among the omitted obligations could not be read")
    if undated:
        problems.append("an omitted obligation is printed without its period")
    return [{"description": one_line(words), "period": None, "year": None, "months": []} for words in undated]


def credits_of(lines: list[str], problems: list[str]) -> list[TaxCredit]:
    """Return the tax credits of lines that hold nothing else; a line that tells none is a problem."""
    found: list[TaxCredit] = []
    for line in lines:
        plain_line = _without_labels(_BARE_MONEY.sub("$", line))
        money = _MONEY.findall(plain_line)
        rest = _DATE.sub(" ", _MONEY.sub(" ", plain_line))
        numbers = _NUMBER.findall(rest)
        words = one_line(_NUMBER.sub(" ", rest).strip(" |,;•*-"))
        amount = amount_or_none(money[0].replace("$", "").replace(",", "")) if len(money) == 1 else None
        if len(numbers) > 1 and not words:  # nothing but numbers: each is a credit, and an amount is of none of them
            found += [_credit(number, None, None, line) for number in numbers]
        elif numbers:
            found.append(_credit(numbers[0], words, amount, line))
        elif found and _TOTAL.match(line):
            found[-1]["text"] += f" {line}"
        elif found and not (amount and found[-1]["amount"]):
            last = found[-1]
            found[-1] = _credit(
                last["number"],
                one_line(" ".join(part for part in (last["authority"], words) if part)),
                last["amount"] or amount,
                f"{last['text']} {line}",
            )
        elif amount:
            found.append(_credit(None, words, amount, line))
        elif words:
            problems.append("a line among the tax credits could not be read")
    return found


def _without_labels(line: str) -> str:
    for label in reversed(list(_CREDIT_LABEL.finditer(without_accents(line)))):
        line = f"{line[: label.start()]} {line[label.end() :]}"
    return line


def _credit(number: str | None, authority: str | None, amount: str | None, text: str) -> TaxCredit:
    return {"number": number, "authority": authority, "amount": amount, "text": text}

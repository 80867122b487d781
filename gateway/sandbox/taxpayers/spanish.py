"""Dates and pesos as SAT writes them."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = (
    "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio",
    "Julio", "Agosto", "Septiembre", "Octubre", "Noviembre", "Diciembre",
)  # fmt: skip


def upper_date(day: date) -> str:
    """'10 DE JUNIO DE 2013', as in the head of a constancia."""
    return f"{day.day:02d} DE {MONTHS[day.month - 1].upper()} DE {day.year}"


def lower_date(day: date) -> str:
    """'22 de septiembre de 2026', as in an opinión."""
    return f"{day.day} de {MONTHS[day.month - 1].lower()} de {day.year}"


def slashed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def slashed_time(at: datetime) -> str:
    return at.strftime("%d/%m/%Y %H:%M")


def pesos(amount: int) -> str:
    """'6,822': whole pesos, as returns print them."""
    return f"{amount:,}"

"""A hand-written ledger (tests/ledger.py), stored once and asked for its insights."""

from __future__ import annotations

from typing import Any

from tests.support import Api

DAYS = 'from: "2023-12-01", to: "2024-03-31"'


class Books:
    """The stored ledger, asked for its insights."""

    def __init__(self, api: Api, taxpayer: str) -> None:
        self._api, self._taxpayer = api, taxpayer

    async def answer(self, insight: str) -> Any:
        """The whole answer, errors too."""
        document = f"query($id: ID!) {{ taxpayer(id: $id) {{ insights {{ asked: {insight} }} }} }}"
        return await self._api.ask(document, {"id": self._taxpayer})

    async def ask(self, insight: str) -> Any:
        answer = await self.answer(insight)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["taxpayer"]["insights"]["asked"]


def nodes(found: Any) -> list[str]:
    return sorted(node["uuid"] for node in found["invoices"]["nodes"])

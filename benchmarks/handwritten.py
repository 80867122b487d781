"""The peer: routes written by hand with Starlette, motor and orjson that answer what the operations answer.

They do what any honest route must: check the bearer token, check that the taxpayer is the viewer's, read one projected
page, write the JSON. What they lack is everything that a schema gives: selection, types, limits, errors with a path.
The query logic is written out again on purpose, and nothing of the gateway is used but the settings' names.
"""

from __future__ import annotations

import hmac
import os
import sys
from datetime import UTC, datetime
from typing import Any

import dramatiq
import jwt
import orjson
import uvicorn
from bson import Decimal128
from bson.codec_options import CodecOptions
from dramatiq.brokers.redis import RedisBroker
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.sat import catalogs

Row = dict[str, Any]

_SCALARS = [
    "uuid",
    "version",
    "direction",
    "status",
    "series",
    "folio",
    "issued_at",
    "stamped_at",
    "subtotal",
    "discount",
    "total",
    "place_of_issue",
]
_FACTORS = {None: None, "Tasa": "RATE", "Cuota": "QUOTA", "Exento": "EXEMPT"}
_CODES = ("type", "currency", "payment_form", "payment_method")


class Routes:
    """One method a route; `db` and `broker` live as long as the process."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(environ["MONGODB_URL"])
        codec: CodecOptions[Row] = CodecOptions(tz_aware=True, tzinfo=UTC)
        self.db: AsyncIOMotorDatabase[Row] = self._client.get_database(environ["MONGODB_DATABASE"], codec_options=codec)
        self._secret = environ["JWT_SECRET"]
        self._webhook_token = environ["WEBHOOK_TOKENS"]
        self._broker = RedisBroker(url=environ["BROKER_URL"], namespace="sat-gateway")  # type: ignore[no-untyped-call]
        self._broker.declare_queue("events")

    async def own(self, request: Request, projection: Row) -> Row | None:
        """The taxpayer of the path, if it is the viewer's."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        viewer = jwt.decode(token, self._secret, algorithms=["HS256"], audience="sat-gateway")["sub"]
        return await self.db["taxpayers"].find_one({"_id": request.path_params["id"], "owner": viewer}, projection)

    async def page(self, request: Request, keys: list[str], where: Row | None = None) -> list[Row]:
        taxpayer = await self.own(request, {"_id": 1})
        if taxpayer is None:
            return []
        projection = dict.fromkeys(keys, 1)
        found = self.db["invoices"].find({"taxpayer": taxpayer["_id"], **(where or {})}, projection)
        return await found.sort("order", -1).limit(101).to_list(101)

    async def profile(self, request: Request) -> Response:
        row = await self.own(request, {"syncfy_user_id": 0, "owner": 0})
        return _answer(None if row is None else _profile(row))

    async def invoices(self, request: Request) -> Response:
        rows = await self.page(request, [*_SCALARS, "issuer", "receiver"])
        info = {"hasNextPage": len(rows) > 100}
        return _answer({"invoices": {"pageInfo": info, "nodes": [_invoice(row) for row in rows[:100]]}})

    async def lines(self, request: Request) -> Response:
        rows = await self.page(request, [*_SCALARS, "issuer", "receiver", "line_items"])
        nodes = [{**_invoice(row), "lineItems": [_line(line) for line in row["line_items"]]} for row in rows[:100]]
        return _answer({"invoices": {"nodes": nodes}})

    async def filtered(self, request: Request) -> Response:
        where = {
            "order": {"$gte": "2010-01-01", "$lt": "2027-01-01"},
            "status": "ACTIVE",
            "amounts.total": {"$gte": Decimal128("0")},
        }
        rows = await self.page(request, [*_SCALARS, "issuer", "receiver"], where)
        return _answer({"invoices": {"nodes": [_invoice(row) for row in rows[:100]]}})

    async def labels(self, request: Request) -> Response:
        rows = await self.page(request, ["uuid", "updated_at", "total", "version", "issued_at", "receiver", *_CODES])
        return _answer({"invoices": {"nodes": [_labelled(row) for row in rows[:100]]}})

    async def webhook(self, request: Request) -> Response:
        body = await request.body()
        if not hmac.compare_digest(request.headers["x-webhook-token"], self._webhook_token):
            return Response(status_code=401)
        events = orjson.loads(body)["events"]
        at = datetime.now(UTC)
        rows = [{"_id": e["header"]["event"]["eid"], "received_at": at, "payload": e} for e in events]
        await self.db["handwritten_inbox"].insert_many(rows, ordered=False)
        for row in rows:
            self._broker.enqueue(
                dramatiq.Message(
                    queue_name="events", actor_name="syncfy.event", args=(row["_id"],), kwargs={}, options={}
                )
            )
        return Response(orjson.dumps({"received": len(rows), "new": len(rows)}), media_type="application/json")

    async def ready(self, _: Request) -> Response:
        await self.db.command("ping")
        return Response()


def _profile(row: Row) -> Row:
    opinion, status, sync = row["compliance_opinion"], row["tax_status"], row["sync"]
    last = sync["last_connection"]
    return {
        "rfc": row["rfc"],
        "name": row["name"],
        "createdAt": _instant(row["created_at"]),
        "syncStatus": {
            "lastConnectionAt": _instant(last["at"]) if last else None,
            "lastDownloadAt": _instant(sync["last_download_at"]),
            "version": sync["version"],
        },
        "complianceOpinion": {
            "folio": opinion["folio"],
            "sense": opinion["sense"],
            "issuedAt": opinion["issued_at"],
        },
        "taxStatus": {
            "name": status["name"],
            "statusText": status["status"],
            "cif": status["cif"],
            "address": {key: status["address"][stored] for key, stored in _ADDRESS.items()},
            "regimes": [{"name": r["name"], "fromDate": r["from_date"]} for r in status["regimes"]],
            "economicActivities": [
                {"name": a["name"], "percentage": a["percentage"]} for a in status["economic_activities"]
            ],
        },
    }


_ADDRESS = {"postalCode": "postal_code", "municipality": "municipality", "state": "state"}
_NAMES = {key: key.split("_")[0] + "".join(word.capitalize() for word in key.split("_")[1:]) for key in _SCALARS}


def _invoice(row: Row) -> Row:
    made = {name: row[key] for key, name in _NAMES.items()}
    issuer, receiver = row["issuer"], row["receiver"]
    made["issuer"] = {"rfc": issuer["rfc"], "name": issuer["name"]}
    made["receiver"] = {"rfc": receiver["rfc"], "name": receiver["name"]}
    return made


def _line(line: Row) -> Row:
    return {
        "productKey": {"code": line["product_key"]} if line["product_key"] else None,
        "description": line["description"],
        "quantity": line["quantity"],
        "unitPrice": line["unit_price"],
        "amount": line["amount"],
        "taxesTransferred": [_tax(tax) for tax in line["taxes_transferred"]],
    }


def _tax(tax: Row) -> Row:
    return {"factor": _FACTORS[tax["factor"]], "rate": tax["rate"], "base": tax["base"], "amount": tax["amount"]}


def _labelled(row: Row) -> Row:
    version, on, receiver = row["version"], row["issued_at"], row["receiver"]
    return {
        "uuid": row["uuid"],
        "updatedAt": _instant(row["updated_at"]),
        "total": row["total"],
        "type": _code(row["type"], "document_type", version, on),
        "currency": _code(row["currency"], "currency", version, on),
        "paymentForm": _code(row["payment_form"], "payment_form", version, on),
        "paymentMethod": _code(row["payment_method"], "payment_method", version, on),
        "receiver": {
            "rfc": receiver["rfc"],
            "name": receiver["name"],
            "use": _code(receiver["use"], "cfdi_use", None, None),
        },
    }


def _code(code: str | None, catalog: str, version: str | None, on: str | None) -> Row | None:
    if code is None:
        return None
    return {"code": code, "label": catalogs.label(catalog, code, version=version, on=on)}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _answer(taxpayer: Row | None) -> Response:
    return Response(orjson.dumps({"data": {"taxpayer": taxpayer}}), media_type="application/json")


def main(port: int) -> None:
    uvicorn.run(_app(), host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False)


def _app() -> Starlette:
    routes = Routes(dict(os.environ))
    return Starlette(
        routes=[
            Route("/profile/{id}", routes.profile),
            Route("/invoices/{id}", routes.invoices),
            Route("/lines/{id}", routes.lines),
            Route("/filtered/{id}", routes.filtered),
            Route("/labels/{id}", routes.labels),
            Route("/webhooks/syncfy", routes.webhook, methods=["POST"]),
            Route("/health/ready", routes.ready),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The list of what is wrong with chains of payments."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import Parent

from gateway.graphql.limits import WHOLE, spend_rows, turn
from gateway.store import payment_chain
from gateway.store.mongo import Row
from gateway.store.orders import order_of
from gateway.store.paging import Page
from resolvers.context import Info
from resolvers.documents.invoices import Invoice
from resolvers.documents.settlements import ChainProblemCode
from resolvers.fields import resolved
from resolvers.filters.inputs import plain
from resolvers.lists.connection import Connection, as_connection, checked_size, decode_cursor
from resolvers.lists.paginated import After, Before, First, Last
from resolvers.lists.selection import needed_keys


@strawberry.type(description="Number of documents with one kind of problem.")
class ChainProblemCount:
    code: ChainProblemCode = strawberry.field(description="The kind of problem.")
    count: int = strawberry.field(description="Number of documents.")


async def _counts(root: Parent[Any], info: Info) -> list[Row]:
    taxpayer, _ = root["count"]
    spend_rows(WHOLE)
    async with turn():
        found = await payment_chain.counts(info.context.store, taxpayer)
    return [{"code": code, "count": count} for code, count in found.items()]


async def _total_count(root: Parent[Any], info: Info) -> int:
    taxpayer, code = root["count"]
    spend_rows(WHOLE)
    async with turn():
        return await payment_chain.count(info.context.store, taxpayer, code)


@strawberry.type(
    description="A page of invoices and payments (type P) with problems in their chain of payments, newest first. The "
    "problems are in `settlement.problems` and `orphanSettlements`."
)
class PaymentChainConnection(Connection[Invoice]):
    total_count: int = resolved(_total_count, int, "Number of items in the whole list. It costs a count of its own.")
    counts: list[ChainProblemCount] = resolved(
        _counts, list[ChainProblemCount], "Number of documents with each kind of problem, for all codes."
    )


async def _payment_chain(
    root: Parent[Row],
    info: Info,
    code: Annotated[
        ChainProblemCode | None, strawberry.argument(description="Only documents with this problem; all when null.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Row:
    checked_size(first, last)
    wanted, order = plain(code), order_of("invoices")
    context = f"{order.name}:{wanted or ''}"
    between = {"after": decode_cursor(after, context), "before": decode_cursor(before, context)}
    if first == 0 or last == 0:
        page = Page([], has_next=first == 0, has_previous=last == 0)
    else:
        async with turn():
            page = await payment_chain.page(
                info.context.store, root["_id"], wanted, first=first, last=last, **between, fields=needed_keys(info)
            )
    count = (root["_id"], wanted)
    return as_connection(page.rows, page.has_next, page.has_previous, count, order=order, context=context)


def payment_chain_field() -> Any:
    return resolved(
        _payment_chain,
        PaymentChainConnection,
        "Documents with problems in the chains of payments of PPD invoices.",
    )

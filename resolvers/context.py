"""The context of resolvers: who asks, the local store, what can be started, what is live."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.dataloader import DataLoader

from gateway.auth import Viewer
from gateway.errors import Unauthenticated
from gateway.graphql.fan_out import Event, Feed
from gateway.http.links import Links
from gateway.live import Live
from gateway.models.taxpayer import Taxpayer
from gateway.sat.kinds import Kind
from gateway.store import blacklist, catalogs, counterparties, documents, invoices, returns, taxpayers
from gateway.store.catalogs import Labels
from gateway.store.mongo import Row, Store
from gateway.usecases import UseCaseDeps


class Loaders:
    """Batches look-ups. Nothing is cached: a mutation may change what a later field reads."""

    def __init__(self, store: Store, owner: str) -> None:
        labels = catalogs.labels_of(store)
        #: By (catalogue, code): labels of imported catalogues.
        self.labels: DataLoader[tuple[str, str], str | None] = DataLoader(
            load_fn=lambda keys: labels.ask(store, keys), cache=False
        )
        #: By RFC: its entry of the 69-B list.
        self.blacklist: DataLoader[str, Row | None] = DataLoader(
            load_fn=lambda rfcs: blacklist.entries(store, rfcs), cache=False
        )
        self.documents = {kind: self._loader(store, kind) for kind in Kind}
        #: By (taxpayer, UUID of an invoice).
        self.payments: DataLoader[tuple[str, str], list[Row]] = DataLoader(
            load_fn=lambda keys: invoices.paying(store, keys), cache=False
        )
        #: By the row's id.
        self.counterparties: DataLoader[str, Row | None] = DataLoader(
            load_fn=lambda ids: counterparties.by_ids(store, ids), cache=False
        )
        #: By (taxpayer, AAAA-MM).
        self.monthly_returns: DataLoader[tuple[str, str], list[Row]] = DataLoader(
            load_fn=lambda keys: returns.covering(store, keys), cache=False
        )
        #: By id: the viewer's own taxpayers.
        self.taxpayers: DataLoader[str, Row | None] = DataLoader(
            load_fn=lambda ids: taxpayers.by_ids(store, ids, owner=owner), cache=False
        )
        #: By a taxpayer's id: what its latest constancia and opinión say of obligations.
        self.latest: DataLoader[str, Row | None] = DataLoader(
            load_fn=lambda ids: taxpayers.latest(store, ids), cache=False
        )
        self.relating: DataLoader[tuple[str, str], list[Row]] = DataLoader(
            load_fn=lambda keys: invoices.relating(store, keys), cache=False
        )

    @staticmethod
    def _loader(store: Store, kind: Kind) -> DataLoader[str, Row | None]:
        async def load(ids: list[str]) -> list[Row | None]:
            found = await documents.by_ids(store, kind, ids)
            return [found.get(id) for id in ids]

        return DataLoader(load_fn=load, cache=False)


@dataclass(slots=True)
class Context:
    """One for each operation, and for each event of a subscription."""

    store: Store
    live: Live
    connections: UseCaseDeps
    viewer: Viewer | None
    links: Links
    #: Set by the transport: the request and its response.
    request: Any = None
    response: Any = None
    #: Of a subscription: the one event that is executed, or the feed that the transport takes, if it takes any.
    event: Event | None = None
    takes_feeds: bool = False
    feed: Feed | None = None
    loaders: Loaders = field(init=False)
    #: Labels of imported catalogues that this process knows already.
    labels: Labels = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.store, self.viewer.id if self.viewer else "")
        self.labels = catalogs.labels_of(self.store)

    def bounded(self) -> AbstractAsyncContextManager[None]:
        """Cut a block off, with StoreUnavailable, while the store has no primary."""
        return self.store.availability.bounded()


Info = strawberry.Info[Context, None]


def viewer_of(info: Info) -> Viewer:
    """Return the viewer; raises Unauthenticated, which the client sees as an error with that code."""
    if info.context.viewer is None:
        raise Unauthenticated("send a bearer token")
    return info.context.viewer


async def own_taxpayer(info: Info, id: str) -> Taxpayer | None:
    """Return the viewer's taxpayer with this id; None when there is none or it is somebody else's."""
    return await taxpayers.get(info.context.store, id, owner=viewer_of(info).id)


async def own_taxpayer_row(info: Info, id: str) -> Row | None:
    """Return the same as it is stored, to be shown."""
    return await taxpayers.row(info.context.store, id, owner=viewer_of(info).id)

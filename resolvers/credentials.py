"""Credential: a taxpayer's access to one SAT site. The password is Syncfy's alone."""

from __future__ import annotations

import strawberry

from resolvers.enums import Site
from resolvers.node import Node, id_field, is_row
from resolvers.scalars import DateTime


@strawberry.type(description="Access to a SAT site with RFC and CIEC password. The password is never here.")
class Credential(Node):
    is_type_of = is_row

    id: strawberry.ID = id_field("Credential")
    site: Site | None = strawberry.field(description="Which site; null for one that we do not know.")
    username: str | None = strawberry.field(description="RFC, masked by Syncfy.")
    code: int | None = strawberry.field(description="Syncfy's status code of its last run.")
    is_authorized: bool | None = strawberry.field(description="A login worked, and the password still does.")
    is_locked: bool | None = strawberry.field(description="SAT locked the account.")
    can_sync: bool | None = strawberry.field(description="A download may be asked for now (one a day).")
    authorized_at: DateTime | None = strawberry.field(description="Last login that worked.")
    executed_at: DateTime | None = strawberry.field(description="Last run.")
    refreshed_at: DateTime | None = strawberry.field(description="Last run that brought something.")
    ready_at: DateTime | None = strawberry.field(description="When the next download may be asked for.")

"""Subscribers that share a feed: one of them reads it for all, and each event is written to every one in one go.

A subscriber is a member for as long as it has seen all that the group has told and has room for more. One that comes
with an older place, or that reads too slowly, follows a feed of its own until it is where the group is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

#: Sends a result at once; False when there is no room.
Write = Callable[[bytes], bool]
# Others have their turn after so many frames.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a subscription tells. Its `place` grows along the feed."""

    place: int
    value: Any


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription's events. Feeds with the same key tell the same; `start` begins after a place."""

    key: Hashable
    at: int
    start: Callable[[int], AsyncGenerator[Event, None]]


@dataclass(eq=False, slots=True)
class Member:
    write: Write
    at: int
    #: Whether the feed ended (True) or the member fell behind (False).
    left: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def leave(self, ended: bool) -> None:
        if not self.left.done():
            self.left.set_result(ended)


class Groups:
    """The groups of one process, by what their members share."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, Group] = {}

    def of(
        self,
        key: Hashable,
        feed: Feed,
        at: int,
        execute: Callable[[Event], Awaitable[bytes]],
        failed: Callable[[Exception], bytes],
    ) -> Group:
        """The group of a key; whoever comes first begins it at its own place."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(at)
            group.run(self._told(key, group, feed, execute, failed))
        return group

    def leave(self, key: Hashable, group: Group, member: Member) -> None:
        group.members.discard(member)
        if not group.members:
            self._forget(key, group)
            group.stop()

    async def _told(
        self,
        key: Hashable,
        group: Group,
        feed: Feed,
        execute: Callable[[Event], Awaitable[bytes]],
        failed: Callable[[Exception], bytes],
    ) -> None:
        try:
            async with aclosing(feed.start(group.at)) as events:
                async for event in events:
                    wanted = any(member.at < event.place for member in group.members)
                    body = await execute(event) if wanted else b""
                    group.at = event.place
                    if wanted:
                        await group.tell(body)
        except Exception as error:
            group.at += 1
            await group.tell(failed(error))
        finally:
            self._forget(key, group)
            for member in list(group.members):
                member.leave(ended=True)

    def _forget(self, key: Hashable, group: Group) -> None:
        if self._groups.get(key) is group:
            del self._groups[key]


class Group:
    def __init__(self, at: int) -> None:
        self.at = at
        self.members: set[Member] = set()
        self._task: asyncio.Task[None] | None = None

    def run(self, work: Any) -> None:
        self._task = asyncio.create_task(work)

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def join(self, write: Write, at: int) -> Member:
        """Only for who has seen all that was told: `at` is not before the group's."""
        member = Member(write, at)
        self.members.add(member)
        return member

    async def tell(self, body: bytes) -> None:
        place = self.at
        for number, member in enumerate(list(self.members), 1):
            if member.at < place and member in self.members:
                if member.write(body):
                    member.at = place
                else:
                    self.members.discard(member)
                    member.leave(ended=False)
            if not number % _AT_ONCE:
                await asyncio.sleep(0)

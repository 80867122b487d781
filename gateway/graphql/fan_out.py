"""Fan-out of a feed to the subscribers that share it: the group reads it once, and writes each event to all members.

A subscriber is a member while it has received all that the group has sent and has room for more. One that starts at an
older place, or that reads too slowly, follows a feed of its own until it has caught up with the group.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

#: Writes a result without waiting; False when the client has no room for it.
Write = Callable[[bytes], bool]
# The event loop has a turn after so many frames.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a subscription. Its `place` grows along the feed."""

    place: int
    value: Any


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription's events after the place `at`. Feeds with the same key have the same events; `start` opens one."""

    key: Hashable
    at: int
    start: Callable[[int], AsyncGenerator[Event, None]]


@dataclass(eq=False, slots=True)
class Member:
    """A subscriber of a group, which has received everything up to the place `at`."""

    write: Write
    at: int
    #: Whether the feed ended (True) or the member fell behind (False).
    left: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def leave(self, ended: bool) -> None:
        """Wake the subscriber, which goes on alone unless the feed ended."""
        if not self.left.done():
            self.left.set_result(ended)


class Groups:
    """The groups of one process, by what their members share."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, Group] = {}

    def get_or_start(
        self,
        key: Hashable,
        feed: Feed,
        at: int,
        execute: Callable[[Event], Awaitable[bytes]],
        failed: Callable[[Exception], bytes],
    ) -> Group:
        """Return the group of a key; the first subscriber starts it at its own place."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(at)
            group.run(self._read(key, group, feed, execute, failed))
        return group

    def remove(self, key: Hashable, group: Group, member: Member) -> None:
        """Remove a member, and stop the group with its last one."""
        group.members.discard(member)
        if not group.members:
            self._forget(key, group)
            group.stop()

    async def _read(
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
                        await group.send(body)
        except Exception as error:
            group.at += 1
            await group.send(failed(error))
        finally:
            self._forget(key, group)
            for member in list(group.members):
                member.leave(ended=True)

    def _forget(self, key: Hashable, group: Group) -> None:
        if self._groups.get(key) is group:
            del self._groups[key]


class Group:
    """The members that share a feed, which has been sent to them up to the place `at`."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.members: set[Member] = set()
        self._task: asyncio.Task[None] | None = None

    def run(self, work: Any) -> None:
        """Start the work that feeds the group."""
        self._task = asyncio.create_task(work)

    def stop(self) -> None:
        """Cancel the work, if it was started."""
        if self._task is not None:
            self._task.cancel()

    def join(self, write: Write, at: int) -> Member:
        """Add a member that has received all that was sent: `at` must not be before the group's."""
        member = Member(write, at)
        self.members.add(member)
        return member

    async def send(self, body: bytes) -> None:
        """Write a result to every member; one without room leaves the group."""
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

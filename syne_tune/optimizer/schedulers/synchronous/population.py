"""What is known at one level, and bred from: :class:`Population`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """A trial that was evaluated at the level.

    Args:
        trial_id: The trial.
        cost: Its value at the level, to be minimised.
    """

    trial_id: int
    cost: float


class Population:
    """Members of limited number, each of which is challenged in turn.

    A newcomer takes the place of the member it challenges if it is not worse. One that challenges nobody is added while
    there is room; after that, it takes the place of the worst if it is better.

    Args:
        size: Largest number of members.
    """

    def __init__(self, size: int) -> None:
        self._size, self._turn = size, 0
        self._members: list[Member] = []

    @property
    def is_full(self) -> bool:
        """Whether there is no room left."""
        return len(self._members) == self._size

    def next_place(self) -> int | None:
        """The place whose turn it is to be challenged; ``None`` while there is room."""
        if not self.is_full:
            return None
        place, self._turn = self._turn, (self._turn + 1) % self._size
        return place

    def member(self, place: int) -> Member:
        """Who has a place at present."""
        return self._members[place]

    def best(self, count: int | None = None) -> list[int]:
        """Trials, best first; at most ``count`` of them."""
        return [it.trial_id for it in sorted(self._members, key=_cost)[:count]]

    def admit(self, newcomer: Member, place: int | None = None) -> None:
        """Lets a newcomer compete.

        Args:
            newcomer: With a finite cost.
            place: What :meth:`next_place` said when it was bred.
        """
        if place is None and not self.is_full:
            self._members.append(newcomer)
            return
        if place is None:
            place = max(range(self._size), key=lambda it: self._members[it].cost)
        if newcomer.cost <= self._members[place].cost:
            self._members[place] = newcomer


def _cost(member: Member) -> float:
    return member.cost

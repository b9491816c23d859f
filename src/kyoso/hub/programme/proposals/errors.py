"""Why proposals cannot be adopted together."""

from __future__ import annotations

from collections.abc import Sequence

from kyoso.core.errors import KyosoError
from kyoso.hub.programme.proposals.planning import Conflict
from kyoso.hub.texts import say


class ContradictionError(KyosoError):
    """Proposals contradict each other, or the edition that they would change."""

    code = "contradiction"

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(
            say("programme.proposals.contradict", n=len(self.conflicts)),
            where=", ".join(dict.fromkeys(one.subject for one in self.conflicts)),
            hint=say("programme.proposals.contradict_hint"),
        )

"""How often a token may ask: so many times in a minute, counted by each server process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

WINDOW = 60.0
KEPT = 10_000
"""Tokens that are counted at the same time; beyond it the longest silent is forgotten."""


class Rates:
    """Counts in fixed windows. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def wait(self, key: Hashable, limit: int) -> int:
        """Count one more; the seconds to wait where that is more than ``limit``, 0 if not."""
        now = self._clock()
        with self._lock:
            since, count = self._counted.pop(key, (now, 0))
            if now - since >= WINDOW:
                since, count = now, 0
            self._counted[key] = (since, count + 1)
            while len(self._counted) > KEPT:
                self._counted.popitem(last=False)
        return 0 if count < limit else max(1, round(since + WINDOW - now))

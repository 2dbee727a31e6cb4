"""When to push: at once after a rest, then never too often, and always a last time. Pure: time is handed in."""

from __future__ import annotations

GAP_S = 0.06
SHARE = 1.0
LONGEST_GAP_S = 0.5


class Pace:
    """Keys that wait for a push. A key pushed at `ended` is due again after `gap` seconds or `share` times as
    long as that push took, whichever is longer, so that pushing leaves half of the time at least to people."""

    def __init__(self, gap: float = GAP_S, share: float = SHARE, longest: float = LONGEST_GAP_S) -> None:
        self._gap, self._share, self._longest = gap, share, longest
        self._dirty: dict[str, None] = {}
        self._later: dict[str, float] = {}
        self._not_before: dict[str, float] = {}

    def mark(self, key: str) -> bool:
        """False when it waits already: nobody need be woken for it again."""
        if key in self._dirty:
            return False
        self._dirty[key] = None
        return True

    def mark_at(self, key: str, moment: float) -> None:
        """Marks `key` once `moment` has come."""
        self._later[key] = min(moment, self._later.get(key, moment))

    def due(self, now: float) -> list[str]:
        """The keys to push now, in the order they were marked; they count as clean from here on."""
        for key in [key for key, moment in list(self._later.items()) if moment <= now]:
            del self._later[key]
            self.mark(key)
        ready = [key for key in list(self._dirty) if self._not_before.get(key, now) <= now]
        for key in ready:
            self._dirty.pop(key, None)
        return ready

    def pushed(self, key: str, started: float, ended: float) -> None:
        rest = max(self._gap, min(self._longest, self._share * (ended - started)))
        self._not_before[key] = ended + rest

    def wait(self, now: float) -> float | None:
        """Seconds until the next key is due, None when nothing waits."""
        waits = [max(0.0, self._not_before.get(key, now) - now) for key in list(self._dirty)]
        waits += [max(0.0, moment - now) for moment in self._later.values()]
        return min(waits, default=None)

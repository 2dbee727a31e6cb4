"""What an agent must not forget: the paper that it has begun, and what the server has not heard of it yet."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path


class Memory:
    """One paper at a time, in a small file. `told` is begun, printed or broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.job, self.copy, self.told, self.error = 0, 0, "", ""
        # Half a file is that of a computer that went out while it was written: before the paper's first byte.
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            self.job, self.copy, self.told = int(kept["job"]), int(kept["copy"]), str(kept["told"])
            self.error = str(kept["error"])

    def keep(self, job: int, copy: int, told: str, error: str = "") -> None:
        """On disk before it returns: raises OSError where that can't be."""
        self.job, self.copy, self.told, self.error = job, copy, told, error
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_name(f"{self._path.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"job": job, "copy": copy, "told": told, "error": error}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def forget(self) -> None:
        self.job, self.copy, self.told, self.error = 0, 0, "", ""
        self._path.unlink(missing_ok=True)

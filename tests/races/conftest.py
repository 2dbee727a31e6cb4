from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path | str:
    """Where the database is: a file, or in another file of tests an address."""
    return tmp_path / "layso.db"

"""Debian's Prometheus with the rules and the scrape configuration of deploy/, on a free port of this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.serving import ROOT, free_port
from tests.waiting import until

DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus/layso-alerts.yml"
MISSING = "Prometheus is not installed (apt-get install prometheus): alarms and dashboard are not asked for data"


class Prometheus:
    """It asks the servers on `ports` five times a second, and works the rules out as often."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        if shutil.which("prometheus") is None:
            pytest.skip(MISSING)
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        given = yaml.safe_load((DEPLOY / "prometheus/scrape.yml").read_text(encoding="utf-8"))
        for job in given["scrape_configs"]:
            job |= {"scrape_interval": "200ms", "scrape_timeout": "200ms"}
            job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
        given |= {"global": {"evaluation_interval": "200ms"}, "rule_files": [str(RULES)]}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(given), encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[Prometheus]:
        words = [f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
                 f"--web.listen-address={self.url.removeprefix('http://')}"]  # fmt: skip
        with (self.folder / "log").open("wb") as log, subprocess.Popen(["prometheus", *words], stderr=log) as process:
            try:
                until(lambda: process.poll() is not None or self._is_ready())
                assert process.poll() is None, (self.folder / "log").read_text()
                yield self
            finally:
                process.terminate()

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/-/ready", timeout=5).ok
        except requests.RequestException:
            return False

    def ask(self, expression: str) -> list[Any]:
        """Each series' value now. What it can't read is an AssertionError."""
        answer = requests.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=30).json()
        assert answer["status"] == "success", (expression, answer)
        return [float(one["value"][1]) for one in answer["data"]["result"]]

    def rules(self) -> dict[str, str]:
        """Each alert's health, as Prometheus found it when it last worked it out."""
        groups = requests.get(f"{self.url}/api/v1/rules", timeout=30).json()["data"]["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}


def alerts() -> dict[str, str]:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}


def panels() -> list[str]:
    board = json.loads((DEPLOY / "grafana/layso.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]

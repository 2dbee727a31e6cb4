"""What the product stands on, told for `make audit` and `make sbom`: python -m tests.supply audit|sbom FILE."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.serving import ROOT

Bom = dict[str, Any]


def audit(found: dict[str, Any]) -> tuple[int, list[str]]:
    """What pip-audit's JSON says, and the exit code: a package that it could not look up is no package without a
    weakness."""
    packages = found["dependencies"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    weak = [
        f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none yet'}"
        for one in packages for found in one.get("vulns", ())
    ]  # fmt: skip
    known = len(packages) - len(unknown)
    lines = [*weak, f"{known} of {len(packages)} packages were looked up, {len(weak)} weaknesses"]
    if unknown:
        few = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        lines.append(f"NOT AUDITED: pip-audit does not reach its data for {len(unknown)} packages ({few})")
    return (1 if weak or unknown else 0), lines


def with_browser_files(bom: Bom, lock: dict[str, Any]) -> Bom:
    """The packages of the browser beside those of Python."""
    ours = [
        {
            "bom-ref": f"{name}@{entry['version']}", "type": "library", "name": name, "version": entry["version"],
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
            **({"licenses": [{"license": {"id": entry["license"]}}]} if "license" in entry else {}),
        }
        for path, entry in sorted(lock["packages"].items()) if (name := path.partition("node_modules/")[2])
    ]  # fmt: skip
    return bom | {"components": [*(_plain(one) for one in bom["components"]), *ours]}


def _plain(component: Bom) -> Bom:
    """Without the folder that it was installed from."""
    kept = [one for one in component.get("externalReferences", ()) if not re.match("file:", one["url"])]
    return {**component, "externalReferences": kept} if "externalReferences" in component else component


def main() -> int:
    what, file = sys.argv[1], Path(sys.argv[2])
    told = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    if what == "audit":
        code, lines = audit(told) if told else (1, ["NOT AUDITED: pip-audit does not reach its data"])
        print("\n".join(lines))
        return code
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    file.write_text(json.dumps(with_browser_files(told, lock), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

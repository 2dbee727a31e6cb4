"""Whether an export of the journal is whole: python3 verify_journal.py FILE. Needs Python alone."""

import hashlib
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    header = json.loads(next(file))
    previous, seq = header["prev"], None
    for number, raw in enumerate(file, 1):
        line = json.loads(raw)
        claimed = line.pop("hash")
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
        follows = seq in (None, line["seq"] - 1) and line["site"] == header["site"]
        if claimed != previous or not follows:
            sys.exit(f"line {number} (seq {line['seq']}) is not what was written behind the line before it")
        seq = line["seq"]
print(f"The chain holds up to seq {seq}, hash {previous}")

"""Adds what stands in static/vendor to the SBOM of the Python packages, and checks the whole. Run by `make sbom`."""

import json
import re
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[1]


def front_end() -> list[dict[str, object]]:
    """A component for every npm package of LICENSES.md (the first table names it in its fourth column)."""
    rows = re.findall(
        r"^\| ([^|]+) \| (\d[^|]*) \| ([^|]+) \| ([^|]+) \|", (ROOT / "static/vendor/LICENSES.md").read_text(), re.M
    )
    found: dict[str, dict[str, object]] = {}
    for files, version, terms, fourth in rows:
        if files.startswith("tests/"):
            continue
        npm = fourth if "/" in files and not files.startswith("@") else files
        name = re.sub(r" \(.*\)| modules.*", "", npm)
        if "stackgl" in name:
            continue  # inside plotly.js, which is listed
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        group, _, short = name.rpartition("/")
        component = {"type": "library", "bom-ref": purl, "name": short, "version": version, "purl": purl}
        if group:
            component["group"] = group
        if re.fullmatch(r"[A-Za-z0-9.-]+", terms):
            component["licenses"] = [{"license": {"id": terms}}]
        found.setdefault(purl, component)
    return list(found.values())


if __name__ == "__main__":
    path = Path(sys.argv[1])
    document = json.loads(path.read_text())
    document["components"] += front_end()
    whole = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if (wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(whole)) is not None:
        sys.exit(f"not valid CycloneDX: {wrong}")
    path.write_text(whole)
    print(f"{path}: {len(document['components'])} components")

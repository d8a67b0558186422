"""Bring the survey fixtures into the repository: the spreadsheets that pyxform's authors test with.

`python -m tools.import_xforms --from DIR`; re-runnable, the same input gives the same bytes.
"""

import argparse
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "engines" / "xforms" / "data"
ANSWERS = "javarosa_answers.json"  # made by tools.ask_javarosa
FORMS = {
    "source": "XLSForm/pyxform, tests/example_xls: spreadsheets as its authors test with",
    "licence": "BSD-2-Clause (tests/engines/xforms/LICENSE-pyxform.txt)",
    "date": "2026-06-25",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="forms", type=Path, required=True)
    options = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)
    notes = DATA / "sources.json"
    sources = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    sources = {name: origin for name, origin in sources.items() if not name.endswith(".xlsx")}
    for path in sorted(options.forms.glob("*.xlsx")):
        shutil.copyfile(path, DATA / path.name)
        sources[path.name] = FORMS
    shutil.copyfile(options.forms / "LICENSE", DATA.parent / "LICENSE-pyxform.txt")
    notes.write_text(json.dumps(sources, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{sum(name.endswith('.xlsx') for name in sources)} spreadsheets")


if __name__ == "__main__":
    main()

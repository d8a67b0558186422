"""Ask JavaRosa every expression of tests/engines/xforms/table.py and keep its answers beside it.

`python -m tools.ask_javarosa`; needs a JVM. The tests hold our engine to these answers where there is none.
"""

import json
import tempfile
from pathlib import Path

from tests.engines.xforms import table
from tools import javarosa


def main() -> None:
    with javarosa.running(str(table.SHANGHAI)) as rosa, tempfile.TemporaryDirectory() as folder:
        rosa.load(table.form(), Path(folder))
        answers = {expression: table.asked(rosa, expression) for expression in table.ASKED}
    about = {
        "source": f"JavaRosa {javarosa.version()}, out of the jar that pyxform brings, asked our own expressions",
        "licence": "Apache-2.0, as all of this repository",
        "date": "2026-11-25",
    }
    table.ANSWERS.write_text(
        json.dumps({"about": about, "answers": answers}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    print(f"{len(answers)} answers")


if __name__ == "__main__":
    main()

"""Train the occupation coder from the texts carried in the repository and write its model beside it.

`python -m tools.train_occupations`: minutes; the same texts give the same model. `--keep-weighing` learns the texts
again but keeps the weights of the kinds of evidence (seconds), for when only words were added.
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

from gongqiao.engines.occupations import Model, Training
from gongqiao.foundation.occupations import texts

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "gongqiao/engines/occupations/data/model.npz"
MOST_BYTES = 5 * 1024 * 1024


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.train_occupations", description=__doc__)
    parser.add_argument("--keep-weighing", action="store_true", help="keep the weights and the curve of the model")
    keep: bool = parser.parse_args(argv).keep_weighing
    begun = time.perf_counter()
    mixture = Model.from_bytes(MODEL.read_bytes()).mixture if keep else None
    documents = texts.documents()
    model = Model.learn(texts.tree(), documents, Training(), learnt_from=texts.checksum(), mixture=mixture)
    content = model.to_bytes()
    if len(content) > MOST_BYTES:
        print(f"train_occupations: {len(content):,} bytes, at most {MOST_BYTES:,}; nothing written", file=sys.stderr)
        return 1
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_bytes(content)
    MODEL.with_name("sources.json").write_text(json.dumps(note(content, len(documents)), indent=1) + "\n")
    print(f"{len(content):,} bytes from {len(documents):,} texts in {time.perf_counter() - begun:.0f} s")
    return 0


def note(content: bytes, count: int) -> dict[str, dict[str, object]]:
    return {
        MODEL.name: {
            "source": "learnt by tools/train_occupations.py from gongqiao/foundation/occupations: see sources.json "
            "there, aliases/README.md and day_words.txt",
            "licence": "Apache-2.0 for the model; MIT for the labelled titles and the compilation learnt from",
            "date": "2026-11",
            "rows": count,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    }


if __name__ == "__main__":
    sys.exit(main())

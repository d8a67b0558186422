"""The English catalogue, kept in step with the code without gettext's own programs.

`python -m tools.messages` updates django.po and django.mo; `--check` fails when a text has no translation or the files
are stale; `--todo` prints what is missing as JSON; `--fill FILE` takes such JSON back, filled in.
"""

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import polib

from tools import strings
from tools.strings import Key, Place

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "en"
PLURAL_FORMS = 2  # English: one, other
METADATA = {
    "Project-Id-Version": "gongqiao",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
CONTEXT_MARK = "\x04"  # between context and text in the JSON, as in a .mo file
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[#0\- +]*[\d.]*[sdifgr]|\{\w*\}|%%")

Sources = dict[Key, list[Place]]


class FillError(ValueError):
    """A translation that cannot be taken; the text names it and why."""


def catalogue_path(root: Path) -> Path:
    return root / "gongqiao/locale" / LANGUAGE / "LC_MESSAGES/django.po"


def read(path: Path) -> dict[Key, polib.POEntry]:
    if not path.exists():
        return {}
    entries = (entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete)
    return {Key(entry.msgid, entry.msgctxt or "", entry.msgid_plural or ""): entry for entry in entries}


def merged(sources: Sources, kept: dict[Key, polib.POEntry]) -> polib.POFile:
    """One entry for each text the code uses, with the translation it had; what the code lost is dropped."""
    known = {(key.context, key.text): _forms(entry) for key, entry in kept.items()}
    catalogue = polib.POFile(encoding="utf-8", wrapwidth=110, check_for_duplicates=True)
    catalogue.metadata = dict(METADATA)
    for key, places in sources.items():
        files = sorted({place.path for place in places})
        entry = polib.POEntry(msgid=key.text, occurrences=[(name, "") for name in files])
        if key.context:
            entry.msgctxt = key.context
        if "%(" in key.text + key.plural:
            entry.flags = ["python-format"]
        if key.plural:
            entry.msgid_plural = key.plural
        _set(entry, known.get((key.context, key.text), []))
        catalogue.append(entry)
    return catalogue


def missing(catalogue: polib.POFile) -> list[Key]:
    return [_key(entry) for entry in catalogue if not _complete(entry)]


def faults(entry: polib.POEntry) -> list[str]:
    """What is wrong with a translation: other placeholders than the source has, or Chinese left in it."""
    found = []
    allowed = [Counter(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text]
    for form, text in enumerate(_forms(entry)):
        seen = Counter(PLACEHOLDER.findall(text))
        # "one person" may leave the number out
        if seen not in allowed and not (entry.msgid_plural and form == 0 and all(seen <= each for each in allowed)):
            found.append(f"{entry.msgid!r}: placeholders {sorted(seen)} instead of {sorted(allowed[0])} in {text!r}")
        if entry.msgid.endswith("\n") != text.endswith("\n"):
            found.append(f"{entry.msgid!r}: only one of text and translation ends in a line break")
    return found


def todo(catalogue: polib.POFile) -> dict[str, str | list[str]]:
    """The texts still to translate, in the form that fill() takes back; a counted one has a list: one, other."""
    return {_mark(key): [""] * PLURAL_FORMS if key.plural else "" for key in missing(catalogue)}


def fill(catalogue: polib.POFile, translations: dict[str, Any]) -> int:
    """Put translations in; the number taken. All or none: a bad one is refused by name, before anything changes."""
    entries = {_mark(_key(entry)): entry for entry in catalogue}
    taken: list[tuple[polib.POEntry, list[str]]] = []
    for mark, value in translations.items():
        entry = entries.get(mark)
        if entry is None:
            raise FillError(f"{mark!r} is not a text of the code")
        forms = value if isinstance(value, list) else [value]
        if not all(isinstance(form, str) for form in forms):
            raise FillError(f"{mark!r}: the translation must be text, or a list of texts for a counted one")
        if len(forms) != (PLURAL_FORMS if entry.msgid_plural else 1):
            raise FillError(f"{mark!r} needs {PLURAL_FORMS if entry.msgid_plural else 1} form(s), not {len(forms)}")
        trial = polib.POEntry(msgid=entry.msgid, msgid_plural=entry.msgid_plural)
        _set(trial, forms)
        if wrong := faults(trial):
            raise FillError("; ".join(wrong))
        if all(forms):
            taken.append((entry, forms))
    for entry, forms in taken:
        _set(entry, forms)
    return len(taken)


def save(catalogue: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(catalogue) + "\n", encoding="utf-8")
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def check(root: Path, *folders: str) -> list[str]:
    """Everything that stands between a reader of English and a complete page, one line each."""
    sources = strings.of_tree(root, *folders)
    path = catalogue_path(root)
    catalogue = merged(sources, read(path))
    found = [f"{sources[key][0]}: no translation: {key.text!r}" for key in missing(catalogue)]
    found += [fault for entry in catalogue for fault in faults(entry)]
    found += [f"{place}: Chinese outside a translate tag: {line}" for place, line in strings.unmarked(root, *folders)]
    kept, compiled = path.exists() and path.read_text(encoding="utf-8"), path.with_suffix(".mo")
    if kept != str(catalogue) + "\n":
        found.append(f"{path.relative_to(root)} is stale: run python -m tools.messages")
    elif not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        found.append(f"{compiled.relative_to(root)} is stale: run python -m tools.messages")
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing; 1 if anything is missing or stale")
    mode.add_argument("--todo", action="store_true", help="print the untranslated texts as JSON")
    mode.add_argument(
        "--fill", type=Path, metavar="FILE", help="take translations from a JSON file {text: translation}"
    )
    options = parser.parse_args(argv)
    try:
        return _run(options)
    except (strings.StringsError, FillError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    if options.check:
        found = check(ROOT, "gongqiao")
        print("\n".join(found) if found else "every text has its translation")
        return 1 if found else 0
    path = catalogue_path(ROOT)
    catalogue = merged(strings.of_tree(ROOT, "gongqiao"), read(path))
    if options.todo:
        print(json.dumps(todo(catalogue), ensure_ascii=False, indent=1))
        return 0
    if options.fill:
        print(f"{fill(catalogue, json.loads(options.fill.read_text(encoding='utf-8')))} translations taken")
    save(catalogue, path)
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing(catalogue))} without a translation")
    return 0


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def _mark(key: Key) -> str:
    return f"{key.context}{CONTEXT_MARK}{key.text}" if key.context else key.text


def _forms(entry: polib.POEntry) -> list[str]:
    """The translations present, without the empty ones."""
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return [form for form in forms if form]


def _complete(entry: polib.POEntry) -> bool:
    return len(_forms(entry)) == (PLURAL_FORMS if entry.msgid_plural else 1)


def _set(entry: polib.POEntry, forms: list[str]) -> None:
    """A text that became counted keeps its one translation as the first form, to be completed."""
    if entry.msgid_plural:
        entry.msgstr_plural = {form: forms[form] if form < len(forms) else "" for form in range(PLURAL_FORMS)}
    else:
        entry.msgstr = forms[-1] if forms else ""


if __name__ == "__main__":
    sys.exit(main())

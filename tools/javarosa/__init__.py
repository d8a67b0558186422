"""JavaRosa, the engine inside ODK Collect, to compare ours with: it comes in the jar that pyxform brings.

Needs javac and java (17 or later) on the PATH; nothing of the product does.
"""

import base64
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyxform

SOURCE = Path(__file__).with_name("Driver.java")
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


class NotHere(Exception):
    """JavaRosa cannot run on this machine; the text says what is missing."""


class Refused(Exception):
    """JavaRosa raised; `kind` is the name of its exception."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Filled:
    """The submission, and each question that was passed in its order: path, and what became of its answer ("" when it
    was given none; else ok, required, constraint, choice)."""

    xml: str
    passed: tuple[tuple[str, str], ...]


class JavaRosa:
    """One running driver."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, verb: str, *fields: str) -> list[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join([verb, *map(_coded, fields)]) + "\n")
        self.process.stdin.flush()
        said, *answer = self.process.stdout.readline().rstrip("\n").split("\t")
        words = [base64.b64decode(word).decode() for word in answer]
        if said == "error":
            raise Refused(*words)
        if said != "ok":
            raise NotHere("the driver of JavaRosa ended")
        return words

    def load(self, xform: str, folder: Path) -> None:
        """`folder`: where the files lie that the form names."""
        self.ask("load", xform, str(folder))

    def blank(self) -> str:
        return self.ask("blank")[0]

    def fill(self, answers: Mapping[str, str]) -> Filled:
        """Answers by path, turns of repeats numbered (/data/rep[2]/x); a turn's own path, with "+", adds it."""
        xml, *passed = self.ask("fill", *_flat(answers))
        return Filled(xml, tuple((path, what) for path, _, what in (each.partition("=") for each in passed)))

    def evaluate(self, expression: str) -> list[str]:
        """The kind of the value (number, text, boolean, date, nodes), then the value or values as text."""
        return self.ask("xpath", expression)

    def fill_time(self, answers: Mapping[str, str], times: int) -> float:
        """Milliseconds, the best of so many."""
        return float(self.ask("time", str(times), *_flat(answers))[0])

    def load_time(self, xform: str, folder: Path, times: int) -> float:
        return float(self.ask("load-time", xform, str(folder), str(times))[0])


def _flat(answers: Mapping[str, str]) -> list[str]:
    return [part for pair in answers.items() for part in pair]


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@contextmanager
def running(zone: str = "Asia/Shanghai") -> Iterator[JavaRosa]:
    """The driver, compiled and started; ended at the end, whatever happens."""
    java, javac = shutil.which("java"), shutil.which("javac")
    if java is None or javac is None:
        raise NotHere("no java and javac on the PATH (Debian: apt-get install openjdk-17-jdk-headless)")
    if not JAR.exists():
        raise NotHere("pyxform brings no ODK_Validate.jar here")
    with tempfile.TemporaryDirectory(prefix="gongqiao-javarosa-") as home:
        made = [javac, "-nowarn", "-encoding", "UTF-8", "-cp", str(JAR), "-d", home, str(SOURCE)]
        ended = subprocess.run(made, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise NotHere(f"javac could not compile the driver: {ended.stderr[:500]}")
        options = [f"-Duser.timezone={zone}", "-Dfile.encoding=UTF-8", "-Xmx512m", "-XX:TieredStopAtLevel=4"]
        started = [java, *options, "-cp", f"{home}:{JAR}", "Driver"]
        process = subprocess.Popen(
            started,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        try:
            yield JavaRosa(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.terminate()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def version() -> str:
    """As the jar says it."""
    with zipfile.ZipFile(JAR) as jar:
        said = jar.read("META-INF/maven/org.getodk/javarosa/pom.properties").decode()
    return said.rpartition("version=")[2].split()[0]

"""Sixty kinds of nasty names and texts in every free text of a case, through every page and output.

`python benchmarks/nasty_names.py [KIND...]` (default all) writes each text into the names, notes, titles and summaries of a
small case, into ids, file names and words of commands, and asks for all that the program prints, draws and serves.
A text is accepted, or told well as `nasty_files.py` says. Mishandled is a traceback, HTML that is not escaped, a page
of another structure than that with plain words, a control sequence on the terminal, and a text that is missing where
plain words are shown. What is mishandled is printed and ends it with 1.
"""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from nasty import End, call, inside, limit_memory, mishandled, small_case

from analysis.figures.gallery import FIGURES
from sim.engine.inputs import load_inputs
from sim.files.case import Case
from sim.files.units import words
from sim.files.yaml_tree import FaultyInput, List, Map, Node, Text, read
from sim.store.reader import read_run
from sim.view.pages import FolderPage, Page, ScenarioPage
from sim.view.server import application

LONG = 10_000
"""Letters of a text that is written into a file once, and not into all its fields."""
PLAIN = "Zqx plain words"
"""What is written in the place of a nasty text, to see where a text is shown."""
NASTY: Mapping[str, str] = {
    "markup": "<b>bold</b>",
    "script": "<script>alert(1)</script>",
    "end of a script": "</script><script>alert(1)</script>",
    "comment and script": "<!--<script>",
    "comment": "<!-- swallowed",
    "CDATA": "]]><![CDATA[",
    "image": "<img src=x onerror=alert(1)>",
    "vector": "<svg/onload=alert(1)>",
    "end of an attribute": "\"' onmouseover='alert(1)",
    "end of a title": "</title></textarea></style><script>alert(1)</script>",
    "link": '<a href="https://example.org/">here</a>',
    "link in Markdown": "[here](javascript:alert(1)) ![x](//example.org/x.png)",
    "address": "javascript:alert(1)",
    "entities": "&lt;b&gt; &amp; &#60;script&#62; &copy",
    "mathematics": "$x$",
    "bad mathematics": "$\\frac{1}{",
    "one dollar": "5 $",
    "two dollars": "$ $",
    "TeX": "\\input{/etc/passwd} \\\\ % # & ~ ^ _ {}",
    "percent": "%s %d %n %(x)s 100 %",
    "braces": "{} {0} {0.__class__} {below",
    "template": "{{ 7 * 7 }} {% raw %}",
    "template of others": "${7*7} #{7*7} <%= 7*7 %>",
    "placeholders of Plotly": "%{x} %{customdata[0]} <br> <extra></extra>",
    "backslashes": "\\n \\t \\u202e \\x1b \\",
    "line end": "one\ntwo\r\nthree",
    "tab": "one\ttwo",
    "quotes": 'it\'s "so" `there` “here” «there»',
    "SQL": "'; drop table runs; --",
    "SQL names": '"; select 1; --',
    "shell": "$(id) `id` ; id | id > x & id",
    "formula": "=HYPERLINK(1+1) @SUM(A1) +1 -1",
    "Markdown": "# head | cell | **bold** _x_ ~~y~~ ```",
    "table of Markdown": "a | b \\| c",
    "comma": "one, two; three: four",
    "YAML": "- a: &x !!python/name:os.system {b: *x} # c",
    "comment of YAML": "# not a comment",
    "truth value": "no",
    "null": "null",
    "number": "042",
    "day": "1999-02-01",
    "path": "../../../../etc/passwd",
    "device": "CON",
    "option": "--help",
    "emoji": "🏜️ 👩‍👩‍👧‍👦 🇲🇱",
    "accents": "Ségou, Ménaka, Tïn-Ɛssako",
    "combining": "Z" + "\u0301\u0316\u0489" * 20 + "algo",
    "Arabic": "كيدال تسليت",
    "Tifinagh": "ⴽⵉⴷⴰⵍ",
    "Chinese": "基达尔 攻势",
    "right to left": "abc \u202egnp.exe",
    "isolates": "a\u2066b\u2069c\u200f",
    "zero width": "Ki\u200bd\u200dal\ufeff",
    "escape": "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "control": "a\x08\x08b\x7f\x9b2J\x0c",
    "NUL": "a\0b",
    "other line ends": "a\u2028b\u2029c\x85d",
    "other blanks": "a\u00a0b\u3000c\u2003d",
    "half a letter": "a\ud800b",
    "private letters": "\ue000\uf8ff\uffff",
    "long": "word " * 100_000,
    "long word": "x" * 3_000,
}
ALIKE = {"case": ("Zqx Wells", "zqx wells"), "normalisation": ("Zqé Wells", "Zqe\u0301 Wells")}
"""Two names that differ only in case or in how Unicode writes them."""
FREE = frozenset(
    {"summary", "about", "title", "published", "note", "says", "question", "limits", "reason", "rule", "name", "words",
     "unit"}
)  # fmt: skip
"""Keys whose texts are free."""
FREE_COLUMNS = ("name", "region", "note", "source", "terrain")
FIGURES_OF_RUNS = tuple(name for name, figure in FIGURES.items() if figure.takes == "run")
IDS = {
    "scenarios/salt-road.yaml": ("id: eye", "id: league", "id: all", "station: port_field", '"salt_pan:capture"', "source: bulletin"),
    "params/network/places.csv": ("two_wells,",),
    "record/claims.yaml": ("party: army", "id: wells", "event: two_wells:arrival", "column: army"),
    "params/case.yaml": ("side: army", "chief: salt-road"),
}  # fmt: skip
"""Values of each file that are ids, and no free texts."""


# --- writing ------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text as YAML has it between double quotes, all that is no plain letter as an escape."""
    letters = (c if " " <= c <= "~" and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(letters)}"'


def yaml(node: Node, depth: int = 0) -> str:
    """A tree as YAML."""
    pad = " " * depth
    if isinstance(node, Map):
        return "".join(f"\n{pad}{quoted(key)}: {yaml(value, depth + 1)}" for key, value in node.items())
    if isinstance(node, List):
        return "".join(f"\n{pad}- {yaml(value, depth + 1)}" for value in node) or "[]"
    return quoted(node)


def laid(node: Node, key: str, texts: Iterator[str], summary: str) -> Node:
    """A tree with other texts in its free fields; `key` is what the node stands under."""
    if isinstance(node, Map):
        for name, value in node.items():
            node[name] = laid(value, name, texts, summary)
    elif isinstance(node, List):
        node[:] = [laid(value, key, texts, summary) for value in node]
    elif key in FREE:
        text = summary if key == "summary" else next(texts)
        return Text(
            re.sub("[{}]", "|", text) if key == "rule" else text, node.where
        )  # braces are numbers there
    return node


def numbered(names: Sequence[str]) -> Iterator[str]:
    """The names, and again with numbers that make them differ; long ones only at first."""
    yield from names
    for number in count(2):
        name = names[number % len(names)]
        yield f"{name} {number}" if len(name) < LONG else f"plain {number}"


def written(folder: Path, names: Sequence[str]) -> None:
    """A small case whose free texts are some names."""
    small_case(folder)
    texts = numbered(names)
    for path in sorted(folder.rglob("*.yaml")):
        tree = laid(read(path), "", texts, names[0])
        path.write_text(yaml(tree).lstrip("\n"), encoding="utf-8", errors="surrogatepass")
    texts = numbered(names)
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            row.update({key: next(texts) for key in FREE_COLUMNS if key in row})
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8", errors="surrogatepass", newline="")


# --- looking ------------------------------------------------------------------------------------------------


class Seen(HTMLParser):
    """What is in a page: its elements with their attributes, and the words between them."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: set[str] = set()
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = [tag]
        self.elements.add(" ".join([tag, *sorted(name for name, _ in attrs)]))

    def handle_endtag(self, tag: str) -> None:
        self.inside = []

    def handle_data(self, data: str) -> None:
        if not set(self.inside) & {"script", "style"}:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.add("a comment")


def strings(value: object) -> Iterator[str]:
    """All texts of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def without_own_data(part: dict[str, object]) -> dict[str, object]:
    """A trace or layout without what only scripts of ours read of it, and put into words; no template shows it."""
    templates = json.dumps({key: part[key] for key in part if key not in ("customdata", "meta")})
    return {key: part[key] for key in part if key not in ("customdata", "meta") or f"%{{{key}" in templates}


def figures(value: object) -> Iterator[object]:
    """Plotly's figures in a JSON value."""
    if isinstance(value, dict):
        if {"data", "layout"} <= value.keys():
            yield [without_own_data(row) for row in value["data"]]
            yield without_own_data(value["layout"])
        else:
            for item in value.values():
                yield from figures(item)
    elif isinstance(value, list):
        for item in value:
            yield from figures(item)


def longest(text: str) -> str:
    """The longest row of letters and digits of a text, at most twenty of them."""
    return max(re.findall(r"[^\W_]{1,20}", text), key=len, default="")


def shown(output: str, text: str) -> bool:
    """Whether an output shows a text, or its beginning and dots; its first letter may be a capital."""
    flat = re.sub(r"\s+", " ", output).casefold()
    text = text.casefold()
    return (
        longest(text) in flat or text[:40] in flat or bool(re.search(rf"{re.escape(text[:6])}.*\.\.\.", flat))
    )


Outputs = dict[str, str]
"""Outputs by names: `.json`, `.html`, `.svg`, `.page` or text."""
COMMANDS = (
    "check", "list", "list --json", "run salt-road --runs 5 --out many", "run salt-road --runs 5 --out many --json",
    "sweep salt-road eye-radius --runs 2 --out eye", "compare many", "compare many --json", "compare many --csv",
    "compare many --latex", "compare many --markdown", "record", "record --json", "claims many", "claims many --json",
    "audit", "audit --json", "verify many --rows 1", "whatif base later --runs 2",
    "run salt-road --with far-eye --params salt/params/fast.yaml --out laid",
    "query many|from reports limit 3", "query many|from points|--json", "strikes",
)  # fmt: skip


def outputs(
    commands: Sequence[str] = COMMANDS, drawn: Sequence[str] = tuple(FIGURES)
) -> Iterator[tuple[str, str, str]]:
    """All that is printed, drawn and served of the case `salt`: name, text, and what is wrong with how it ended."""
    for line in commands:
        head, *more = line.split("|")
        end = call("--case", "salt", *head.split(), *more)
        yield line, end.out + end.err, mishandled(end)
        if line == "check" and end.code:
            return
    for name in drawn:
        folder = "many" if name in FIGURES_OF_RUNS else "eye"
        end = call("--case", "salt", "plot", folder, "--figure", name, "--out", f"{name}.svg")
        warned = f"warns: {end.err[:200]}" if "Warning" in end.err else ""
        yield f"plot {name}", end.out + end.err, mishandled(end) or warned
        if end.code == 0:
            yield f"{name}.svg", Path(f"{name}.svg").read_text(encoding="utf-8"), ""
    end = call("--case", "salt", "report", "many", "--out", "page.html")
    yield "report", end.out + end.err, mishandled(end)
    if end.code == 0:
        yield "page.html", Path("page.html").read_text(encoding="utf-8"), ""
    yield from served("salt-road", lambda case: ScenarioPage(load_inputs("salt-road", case=case), 1))
    yield from served("many", lambda case: FolderPage(Path("many"), read_run(Path("many"), case)))


ASKED: dict[str, Any] = {
    "output": "..scene.data...message.children..",
    "outputs": [{"id": "scene", "property": "data"}, {"id": "message", "property": "children"}],
    "inputs": [[], {"id": "tab", "property": "data", "value": "map"}],
    "state": [[]],
    "changedPropIds": [],
}


def served(name: str, make: Any) -> Iterator[tuple[str, str, str]]:
    """What the page's server sends."""
    try:
        page: Page = make(Case("salt"))
        client = application(page).test_client()
        answers = {
            f"view {name}.html": client.get("/"),
            f"view {name} layout.json": client.get("/_dash-layout"),
            f"view {name} scene.json": client.post("/_dash-update-component", json=ASKED),
        }
    except FaultyInput as error:
        yield f"view {name}", "", mishandled(End(code=2, out="", err=str(error)))
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        yield f"view {name}", "", f"traceback: {type(error).__name__}: {error}"[:300]
        return
    for what, answer in answers.items():
        yield what, answer.text, "" if answer.status_code == 200 else f"answered {answer.status_code}"


def wrong(name: str, output: str, texts: Sequence[str], plain: Outputs) -> str:
    """What is wrong with an output, beside that with plain words."""
    text = texts[0]
    if name.endswith(".html"):
        if wrong_page := _page(output, text, plain.get(name)):
            return wrong_page
        output = " ".join(Seen(output).words)
    elif name.endswith(".svg"):
        try:
            ElementTree.fromstring(output)
        except ElementTree.ParseError as error:
            return f"is no XML: {error}"
        output = html.unescape(output)
    elif name.endswith("json"):
        try:
            value = json.loads(output)
        except ValueError as error:
            return f"is no JSON: {error}"
        live = [
            one for figure in figures(value) for one in strings(figure) if is_markup(text) and text in one
        ]
        if live:
            return f"HTML for Plotly: {live[0][:200]!r}"
        output = "\n".join(strings(value))
    before = plain.get(name, "")
    if PLAIN not in (" ".join(Seen(before).words) if name.endswith(".html") else before):
        return ""
    return "" if any(shown(output, one) for one in texts) else "a text is missing"


def is_markup(text: str) -> bool:
    """Whether a text would be an element, or break out of one."""
    return bool(re.search(r"<[!/a-z%]", text))


def _page(output: str, text: str, plain: str | None) -> str:
    """What is wrong with HTML."""
    if is_markup(text) and text in output:
        at = output.index(text)
        return f"HTML that is not escaped: {output[max(0, at - 60) : at + 80]!r}"
    if plain is not None:
        other = Seen(output).elements ^ Seen(plain).elements
        return f"other elements than with plain words: {', '.join(other)}" if other else ""
    return ""


# --- trying -------------------------------------------------------------------------------------------------


def looked_at(
    folder: Path, names: Sequence[str], plain: Outputs | None, **choice: Sequence[str]
) -> tuple[Outputs, list[str]]:
    """All outputs of a case with some names, and what is wrong with them."""
    written(folder / "salt", names)
    seen: Outputs = {}
    faults: list[str] = []
    try:
        texts = [words(name) for name in names]
    except ValueError:
        texts = list(names)
    with inside(folder):
        for name, output, ended in outputs(**choice):
            seen[name] = output
            refused = name == "check" and "in order" not in output.splitlines()[-1]
            fault = ended or ("" if plain is None or refused else wrong(name, output, texts, plain))
            faults += [f"{name}: {fault}"] if fault else []
    return seen, faults


def as_ids(folder: Path, text: str) -> list[str]:
    """A text as an id, as a file's name and as a word of a command: what is wrong."""
    faults = []
    small_case(folder / "salt")
    with inside(folder):
        for file, marks in IDS.items():
            path, before = Path("salt", file), Path("salt", file).read_text(encoding="utf-8")
            for mark in marks:
                head, separator, _ = mark.partition(" ")
                other = f"{head}{separator}{quoted(text)}" if separator else cell(mark, text)
                path.write_text(before.replace(mark, other), encoding="utf-8", errors="surrogatepass")
                if fault := mishandled(call("--case", "salt", "check", str(path))):
                    faults.append(f"for {mark} in {file}: {fault}")
            path.write_text(before, encoding="utf-8")
        for line in WORDS:
            if "\0" not in text:
                end = call("--case", "salt", *(word.replace("TEXT", text) for word in line.split()))
                faults += [f"{line}: {fault}"] if (fault := mishandled(end)) else []
        faults += as_file(text)
    return faults


def cell(mark: str, text: str) -> str:
    """A cell of a CSV table, or a quoted text in YAML, instead of a mark."""
    return quoted(text) if mark.startswith('"') else '"{}",'.format(text.replace('"', '""'))


WORDS = (
    "run TEXT", "run salt-road --set TEXT=1", "run salt-road --set march_speed=TEXT", "run salt-road --with TEXT",
    "run salt-road --params TEXT", "sweep salt-road TEXT", "plot TEXT", "plot salt --figure TEXT", "new scenario TEXT",
    "schema TEXT", "record --place TEXT", "record --party TEXT", "audit --speed TEXT", "compare TEXT", "TEXT",
    "run salt-road --out TEXT", "whatif TEXT base", "check TEXT", "verify TEXT",
)  # fmt: skip


def as_file(text: str) -> list[str]:
    """A text as the name of a scenario: what is wrong."""
    name = text.replace("/", "|")
    if "\0" in name or len(name.encode("utf-8", "surrogatepass")) > 200 or "\ud800" in name:
        return []
    path = Path("salt", "scenarios", f"{name}.yaml")
    path.write_bytes(Path("salt", "scenarios", "salt-road.yaml").read_bytes())
    lines = (
        ("run", f"./{path}", "--out", "named"),
        ("list",),
        ("plot", "named"),
        ("compare", "named"),
        ("check",),
    )
    faults = []
    for line in lines:
        end = call("--case", "salt", *line)
        faults += [f"{line[0]} of a file of this name: {fault}"] if (fault := mishandled(end)) else []
        if line[0] == "run" and end.code:
            break
    return faults


def trials() -> dict[str, tuple[str, ...]]:
    """All kinds of names."""
    return {kind: (text,) for kind, text in NASTY.items()} | ALIKE


def plain_outputs() -> Outputs:
    """What is printed, drawn and served of a case with plain words, in which nothing may be wrong."""
    with tempfile.TemporaryDirectory() as room:
        plain, faults = looked_at(Path(room) / "plain", (PLAIN,), None)
    assert not faults, faults
    return plain


def one(kind: str, plain: Outputs) -> int:
    """Try one kind of names in this process, and print what became of it; 1 if it was mishandled."""
    names = trials()[kind]
    with tempfile.TemporaryDirectory() as room:
        seen, faults = looked_at(Path(room) / "nasty", names, plain)
        faults += as_ids(Path(room) / "ids", names[0])
    for fault in faults:
        print(f"{kind}: {fault}", flush=True)
    print("mishandled" if faults else TOLD_WELL if len(seen) == 1 else "accepted")
    return int(bool(faults))


TOLD_WELL = "told well"
ONE = "--one"
"""What stands before the kind that a process is started for; on its stdin are the outputs with plain words."""
MOST_SECONDS = 600
"""Seconds after which the process of a kind is ended."""


def apart(kind: str, plain: str) -> str:
    """Try a kind in a process of its own, whose memory is free again then: how it ended."""
    try:
        done = subprocess.run(
            [sys.executable, __file__, ONE, kind],
            input=plain.encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
        out = done.stdout.decode("utf-8", "replace").strip() or done.stderr.decode("utf-8", "replace")[-500:]
    except subprocess.TimeoutExpired:
        out = f"longer than {MOST_SECONDS} s"
    *faults, end = out.splitlines() or [f"{kind}: ended without a word"]
    if end not in ("accepted", TOLD_WELL):
        print("\n".join(faults or [f"{kind}: {end}"]), flush=True)
        return "mishandled"
    return end


def main(kinds: Sequence[str]) -> int:
    """Try kinds of names, and print what became of them; 1 if some were mishandled."""
    limit_memory()
    if kinds[:1] == [ONE]:
        return one(kinds[1], json.load(sys.stdin))
    if unknown := set(kinds) - set(trials()):
        sys.exit(f"{sorted(unknown)} are no kinds; expected some of {list(trials())}")
    plain = json.dumps(plain_outputs())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ends = Counter(pool.map(partial(apart, plain=plain), kinds or trials()))
    counts = ", ".join(f"{ends[end]} {end}" for end in (TOLD_WELL, "accepted", "mishandled"))
    print(f"names: {ends.total()} tried, {counts}")
    return int(ends["mishandled"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

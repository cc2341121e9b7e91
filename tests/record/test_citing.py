"""Sources are named in short, and cited as BibTeX that can be read."""

import re

import pytest

from sim.files.yaml_tree import FaultyInput
from sim.record.citing import bibtex, plain_date, short_names
from sim.record.record import load_record
from sim.record.rows import Source

CLAIMS = """\
claims:
  - {id: a, event: "anefis:capture", earliest: 2023-10-07T05:00Z, latest: 2023-10-07T12:00Z, precision: day, \
party: army, kind: party, source: s0, says: it}
"""


def source(name: str = "s0", **values: object) -> Source:
    return Source.model_validate(
        {"id": name, "title": "One Two Three Four", "published": "then", "about": "it"} | values
    )


@pytest.mark.parametrize(
    ("values", "short"),
    [
        ({"publisher": "RFI", "date": "2023-10-05"}, "RFI, 5 Oct 2023"),
        ({"retells": "RFI", "date": "2023-10-05"}, "RFI, 5 Oct 2023"),
        ({"publisher": "Sahel Post", "retells": "RFI", "date": "2023-10"}, "Sahel Post, Oct 2023"),
        ({"publisher": "Wikipedia", "title": "Kidal offensive"}, "Wikipedia, Kidal offensive"),
        ({"date": "2023"}, "One Two Three..., 2023"),
        ({}, "One Two Three..."),
    ],
)
def test_a_short_name_is_publisher_and_date_or_words_of_the_title(values: dict[str, str], short: str) -> None:
    assert short_names([source(**values)]) == {"s0": short}


def test_two_that_read_the_same_have_their_ids() -> None:
    same = {"publisher": "RFI", "date": "2023-10-05"}
    names = short_names(
        [source("s0", **same), source("s1", **same), source("s2", publisher="AP", date="2025")]
    )
    assert names == {"s0": "RFI, 5 Oct 2023 (s0)", "s1": "RFI, 5 Oct 2023 (s1)", "s2": "AP, 2025"}


def test_a_date_reads_as_far_as_it_is_known() -> None:
    assert [plain_date(text) for text in ("2023-10-05", "2025-06", "2025")] == [
        "5 Oct 2023",
        "Jun 2025",
        "2025",
    ]


def test_bibtex_has_what_is_known_and_leaves_out_the_others() -> None:
    whole = {"publisher": "RFI", "date": "2023-10-05", "url": "https://example.org/a_b?c=1%20d"}
    whole |= {"accessed": "2026-01-15", "ids": {"doi": "10.5555/a_b", "acled": "MLI1"}}
    assert bibtex([source(**whole), source("s1", date="2025-06", retells="AP")]).splitlines() == [
        "@online{s0,",
        "  title = {{One Two Three Four}},",
        "  date = {2023-10-05},",
        "  year = {2023},",
        "  organization = {RFI},",
        "  doi = {10.5555/a_b},",
        "  url = {https://example.org/a_b?c=1%20d},",
        "  urldate = {2026-01-15},",
        "  note = {Published: then. acled: MLI1}",
        "}",
        "",
        "@misc{s1,",
        "  title = {{One Two Three Four}},",
        "  date = {2025-06},",
        "  year = {2025},",
        "  note = {Published: then. Retells reporting by AP.}",
        "}",
    ]


def test_signs_of_tex_are_escaped() -> None:
    entry = bibtex([source(title=r"A & B: 5 % of {all} $_#~^ C:\x")])
    title = r"A \& B: 5 \% of \{all\} \$\_\#\textasciitilde{}\textasciicircum{} C:\textbackslash{}x"
    assert entry.splitlines()[1] == f"  title = {{{{{title}}}}},"
    bare = re.sub(r"\\[{}]", "", entry)
    assert bare.count("{") == bare.count("}")


def test_the_bundled_sources_name_what_is_known_of_them_and_no_more() -> None:
    record = load_record()
    assert record.source_names == {
        "s0": "RFI, 6 Oct 2023",
        "s1": "RFI, 5 Oct 2023",
        "s2": "Wikipedia, Kidal offensive",
        "s3": "NNN-Agencies, 13 Nov 2023",
        "s4": "AP, Jun 2025",
        "s5": "UN handover calendar, Oct 2023",
    }
    assert not any(source.url or source.accessed or source.ids for source in record.sources)
    assert record.documents(["c01-s0", "c01-s2", "c05-s2"]) == "RFI, 6 Oct 2023; Wikipedia, Kidal offensive"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("url: example.org", "url: 'example.org' is not the address of a page; expected something like "),
        ("url: 'https://a b.org/'", "url: 'https://a b.org/' is not the address of a page; "),
        ("url: ftp://example.org/a", "url: 'ftp://example.org/a' is not the address of a page; "),
        ("url: [https://example.org]", "url: a list or mapping stands here; expected a single value"),
        (
            "date: 5 Oct 2023",
            "date: '5 Oct 2023' is not a day, a month or a year; expected something like '2023-10-05', ",
        ),
        ("date: 2023-02-30", "date: '2023-02-30' is not in the calendar"),
        ("accessed: 2023-10", "accessed: '2023-10' is not a day; expected something like '2023-10-02'"),
        (
            "date: 2023-10-05\n    accessed: 2023-10-04",
            "accessed: 2023-10-04 lies before the source's date, ",
        ),
        ("publishr: RFI", "'publishr' is not a key here; did you mean 'publisher'?"),
        ("ids: {DOI: 10.1/x}", "DOI: 'DOI' is not a name; expected lower-case letters, digits"),
    ],
)
def test_what_is_none_is_told_with_its_line(tmp_path, line: str, message: str) -> None:
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    text = f"sources:\n  - id: s0\n    title: One\n    published: then\n    about: it\n    {line}\n"
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        load_record(folder=tmp_path)
    (message_line,) = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    number = 6 + line.count("\n")
    assert message_line.startswith(f"sources.yaml:{number}: {message}")


def test_a_page_may_be_read_on_the_day_and_its_address_may_be_long(tmp_path) -> None:
    address = f"https://example.org:8080/{'long/' * 60}?q=caf\u00e9#end"
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    row = f"{{id: s0, title: One, published: then, about: it, date: 2023-10, accessed: 2023-10-01, url: '{address}'}}"
    (tmp_path / "sources.yaml").write_text(f"sources:\n  - {row}\n", encoding="utf-8")
    (read,) = load_record(folder=tmp_path).sources
    assert (read.url, read.date) == (address, "2023-10")

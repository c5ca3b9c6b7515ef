"""The Storting: what becomes of both layouts of its transcripts, and what is refused."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scrapers.fetch import Fetched
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.stortinget import BASE, net_date, speeches, stortinget, transcript

from .conftest import MISSING, Answer, Asked, Serve
from .replicas.stortinget import (
    ANSWERS,
    LIST,
    json_answer,
    publication,
    publications,
    sessions,
    since_2016,
    xml_answer,
)

Collected = Callable[..., list[Document]]


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting]) -> Collected:
    """What is collected of answers by address; `source` with the options of a recipe."""

    def go(answers: Mapping[str, Answer] = ANSWERS, **options: Any) -> list[Document]:
        by_path = {url.removeprefix("https://data.stortinget.no"): answer for url, answer in answers.items()}
        site = serve(lambda asked: by_path.get(asked.path, MISSING))
        work = collecting(mirrors={"https://data.stortinget.no": site.address})
        found = replace(stortinget, delay_s=0, **options).documents(work)
        return sorted(cast(Iterator[Document], found), key=lambda speech: natural(speech.url))

    return go


def natural(url: str) -> tuple[str, int]:
    """An address so that the second speech of a transcript comes before the tenth."""
    page, _, number = url.partition("#")
    return page, int(number)


def parsed(body: str | bytes) -> list[tuple[str, str | None, str]]:
    """The speeches in a body of XML."""
    content = body.encode() if isinstance(body, str) else body
    return list(speeches(transcript(Fetched(f"{BASE}/publikasjon", content, {}, "open"))))


def of_today(inner: str) -> str:
    """A transcript of today's layout around `inner`."""
    return f"<Forhandlinger><Mote><Hovedseksjon><Saker>{inner}</Saker></Hovedseksjon></Mote></Forhandlinger>"


def test_the_speeches_of_the_current_session_are_collected(collected: Collected) -> None:
    found = collected()
    assert len(found) == 50
    first, second = found[:2]
    assert first.text == "Presidenten vil foreslå følgende taletid i sak 1."
    assert second.text == "Takk, president. Sak 1 er viktig.\n\nKomiteen har delt seg, men et klart flertall er enig."
    assert (second.title, second.published) == ("Innstilling frå komiteen om sak 1", date(2025, 10, 1))
    assert second.url == publication("refs-202526-10-02") + "#2"
    assert second.id == document_id("stortinget", "refs-202526-10-02/2")
    assert len({speech.group for speech in found}) == 3
    assert found[-2].text == "Innlegg 5, første avsnitt.\n\nAndre avsnitt."
    assert found[-2].published is None, "the year 1 is taken for a date"


def test_no_label_of_a_speaker_is_in_any_record(collected: Collected) -> None:
    written = str([speech.row() for speech in collected()])
    for label in ("Prøvesen", "Testesen", "Nordmann", "(A)", "(SV)", "[10:", "PRP", "moteID"):
        assert label not in written


def test_a_recipe_names_sessions_and_leaves_the_president_out(collected: Collected) -> None:
    others = {url: answer for url, answer in ANSWERS.items() if not url.endswith("sesjoner?format=json")}
    found = collected(others, sessions=("2025-2026",), president=False)
    assert len(found) == 50 - 10 - 5
    assert document_id("stortinget", "refs-202526-10-02/2") == found[0].id, "the numbers depend on the option"


@pytest.mark.parametrize(
    ("xml", "texts"),
    [
        (of_today("<Hovedinnlegg><A><Navn>A B (H)</Navn>: Ja.</A></Hovedinnlegg>"), ["Ja."]),
        (
            of_today(
                "<Hovedinnlegg><A><Navn>A B:</Navn> En.</A><A>To.</A><A><Navn>C D:</Navn> Svar.</A></Hovedinnlegg>"
            ),
            ["En.\n\nTo.", "Svar."],
        ),
        (of_today("<Replikk><A><Navn>A B:</Navn></A></Replikk>"), []),
        (of_today("<Replikk><A><Navn> </Navn>Uten navn.</A><A> </A></Replikk>"), ["Uten navn."]),
        (of_today("<Replikk><A>Et<!-- x --> <Uth>u<Navn>A B</Navn>ttalt</Uth>  ord</A></Replikk>"), ["Et uttalt ord"]),
        (of_today("<Hovedinnlegg><A>En.</A><Replikk><A>To.</A></Replikk></Hovedinnlegg>"), ["En.", "To."]),
        (of_today("<Hovedinnlegg><A>En <A>indre</A> to.</A></Hovedinnlegg>"), ["En indre to."]),
        (of_today("<Handling><A>Ola overtok presidentplassen.</A></Handling>"), []),
        (
            "<forhandling><innlegg><navn>A B</navn><a>En.</a><navn>C D</navn><a>To.</a></innlegg></forhandling>",
            ["En.", "To."],
        ),
        ("<forhandling><innlegg><merknad>Uro.</merknad></innlegg></forhandling>", ["Uro."]),
        (
            "<n:Forhandlinger xmlns:n='http://data.stortinget.no'><n:Replikk><n:A>x</n:A></n:Replikk></n:Forhandlinger>",
            ["x"],
        ),
        ("<Forhandlinger/>", []),
    ],
)
def test_the_shapes_of_a_speech(xml: str, texts: list[str]) -> None:
    assert [text for _, _, text in parsed(xml)] == texts


def test_a_title_is_that_of_the_case_that_the_speech_is_in() -> None:
    found = parsed(
        of_today(
            "<Sak><Saktittel><A>Første</A></Saktittel><Replikk><A>a</A></Replikk></Sak><Replikk><A>b</A></Replikk>"
            "<Sak><Replikk><A>c</A></Replikk></Sak>"
        )
    )
    assert found == [("replikk", "Første", "a"), ("replikk", None, "b"), ("replikk", None, "c")]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("/Date(1434319200000+0200)/", date(2015, 6, 15)),
        ("/Date(1434319200000)/", date(2015, 6, 14)),
        ("/Date(1434319200000-0500)/", date(2015, 6, 14)),
        ("/Date(-62135596800000)/", None),
        ("/Date(-62135596800000+0100)/", None),
        (None, None),
    ],
)
def test_net_dates(written: str | None, found: date | None) -> None:
    assert net_date(written) == found


@pytest.mark.parametrize("written", ["2015-06-15", "/Date()/", "/Date(x)/", "/Date(999999999999999)/"])
def test_another_date_is_named(written: str) -> None:
    with pytest.raises(CollectError, match="no date"):
        net_date(written)


LOGIN = Answer(b"<!DOCTYPE html><html><head><title>Logg inn</title></head><body></body></html>")
FIRST = publication("refs-202526-10-02")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({f"{BASE}/sesjoner?format=json": LOGIN}, "expected Sessions, got a web page titled 'Logg inn'"),
        ({f"{BASE}/sesjoner?format=json": json_answer({"sesjoner_liste": []})}, "missing required field `innevaerende"),
        ({f"{BASE}/sesjoner?format=json": sessions("../x")}, "is no name of a session"),
        ({LIST: json_answer({"publikasjoner_liste": None})}, "expected Publications"),
        ({LIST: json_answer({"publikasjoner_liste": {"id": "x"}})}, "expected Publications"),
        ({LIST: publications({})}, "session 2025-2026 has no transcripts"),
        ({LIST: publications({"a&b=c": "/Date(1)/"})}, "'a&b=c' is no name of a session or transcript"),
        ({LIST: publications({"s140213": "i går"})}, "'i går' is no date"),
        ({FIRST: LOGIN}, "expected a transcript, got <html>, got a web page titled 'Logg inn'"),
        ({FIRST: Answer(b"")}, "expected XML"),
        ({FIRST: Answer(since_2016("x", 3).body[:-30])}, "expected XML"),
        ({FIRST: xml_answer("<Innstilling><A>x</A></Innstilling>")}, "expected a transcript, got <innstilling>"),
        ({FIRST: json_answer({"Forhandlinger": 1})}, "expected XML"),
    ],
)
def test_another_shape_is_named(collected: Collected, changed: dict[str, Answer], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected({**ANSWERS, **changed})


def test_a_session_of_another_form_is_named(collected: Collected) -> None:
    with pytest.raises(CollectError, match="session '2024': expected such as '2024-2025'"):
        collected(sessions=("2024",))


def test_entities_are_not_resolved(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hemmelig")
    declared = f'<!DOCTYPE F [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "{"ha" * 100}">]>'
    found = parsed(declared + of_today("<Replikk><A>En &x;&y;to.</A></Replikk>"))
    assert [text for _, _, text in found] == ["En to."]


def test_a_rerun_asks_only_for_what_is_not_in_yet(serve: Serve, collecting: Callable[..., Collecting]) -> None:
    broken: set[str] = {publication("refs-202526-10-03")}

    def answer(asked: Asked) -> Answer:
        url = f"https://data.stortinget.no{asked.path}"
        return Answer(b"", 404) if url in broken else ANSWERS.get(url, MISSING)

    site = serve(answer)
    work = collecting(mirrors={"https://data.stortinget.no": site.address})
    source = replace(stortinget, delay_s=0)
    with pytest.raises(CollectError, match="404"):
        list(source.documents(work))
    broken.clear()
    assert len(list(source.documents(work))) == 50
    asked = [path for path in site.paths() if "eksport" in path]
    assert len(asked) == len(ANSWERS) + 1


@given(st.binary(max_size=200))
def test_any_bytes_give_speeches_or_an_error(body: bytes) -> None:
    with suppress(CollectError):
        parsed(body)


NAMES = st.sampled_from(["Sak", "Saktittel", "Hovedinnlegg", "Replikk", "innlegg", "A", "a", "Navn", "navn", "Uth"])
TREES = st.recursive(
    st.text(alphabet="ab: ", max_size=4),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)),
    max_leaves=20,
)


def written(node: Any) -> str:
    """A tree as XML."""
    return node if isinstance(node, str) else f"<{node[0]}>{''.join(map(written, node[1]))}</{node[0]}>"


@given(TREES)
def test_any_nesting_gives_each_word_at_most_once(tree: Any) -> None:
    body = f"<Forhandlinger>{written(tree)}</Forhandlinger>"
    letters = sorted("".join(text for _, _, text in parsed(body)).replace("\n", "").replace(" ", "").replace(":", ""))
    there = sorted("".join(etree.fromstring(body).itertext()).replace(" ", "").replace(":", ""))
    assert len(letters) <= len(there)
    assert all(text and text == text.strip() for _, _, text in parsed(body))

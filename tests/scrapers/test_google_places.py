"""Google Places: stars without text, a key that is told to nobody, and off until somebody agreed."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.collect import collect
from scrapers.fetch import Fetched
from scrapers.manifest import Run
from scrapers.packed import unpacked
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Collecting, FetchError, Mirrors
from scrapers.sources.google_places import FIELDS, KEY_FROM, google_places

from .conftest import Answer, Asked, Serve
from .replica import collect_replica, serve_replica
from .replicas.google_places import KEY, PLACES, REPLICAS, address, place, review

HOST = "https://places.googleapis.com"
PLACE = PLACES[0]
SOURCE = replace(google_places, places=(PLACE,), delay_s=0)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key stands in the environment."""
    monkeypatch.setenv(KEY_FROM, KEY)


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting]) -> Callable[..., list[Document]]:
    """Collects a place that is answered with some body."""

    def go(answer: Answer | bytes, **changed: Any) -> list[Document]:
        given = answer if isinstance(answer, Answer) else Answer(answer)
        server = serve({address(PLACE).removeprefix(HOST): given})
        return list(replace(SOURCE, **changed).documents(collecting(mirrors={HOST: server.address})))

    return go


def test_what_is_read_of_a_review(collected) -> None:
    (found,) = collected(place(PLACE, 0, 12, reviews=[review(PLACE, 3)]))
    assert found == Document(
        id=document_id("google-places", review(PLACE, 3)["name"]),
        text="",
        source="google-places",
        url=address(PLACE),
        licence="unknown",
        collected_at=found.collected_at,
        published=date(2026, 8, 1),
        group=PLACE,
        rating=0.75,
        raw_rating="4",
        reserved="no-train",
    )


def everything(folder: Path) -> bytes:
    """All bytes of all files below a folder, unpacked."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"".join(path.name.encode() + unpacked(io.BytesIO(path.read_bytes()), path.name).read() for path in files)


def test_no_text_no_name_and_no_key_is_stored_or_logged(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The replica sends all that the interface has, whatever it is asked for."""
    caplog.set_level("DEBUG")
    site, mirrors = serve_replica(serve, REPLICAS[0])
    collect_replica(tmp_path / "run", REPLICAS[0], mirrors)
    stored = everything(tmp_path / "run")
    assert PLACE.encode() in stored
    for word in ("kelner", "Maten", "Nordmann", "contrib/", "lh3.", "Kvernkroa", KEY):
        assert word.encode() not in stored
        assert word not in caplog.text
    asked = [asked for asked in site.asked if "/v1/places/" in asked.path]
    assert len(asked) == 3
    assert {asked.headers["X-Goog-FieldMask"] for asked in asked} == {FIELDS}
    assert not {"text", "originalText", "authorAttribution"} & {name.rpartition(".")[2] for name in FIELDS.split(",")}
    assert not [asked for asked in site.asked if KEY in asked.path]


def test_a_failing_run_does_not_tell_the_key(serve: Serve, tmp_path: Path) -> None:
    def echo(asked: Asked) -> Answer:
        return Answer(repr(asked.headers).encode(), 400) if "/v1/" in asked.path else Answer(status=404)

    mirrors = Mirrors({HOST: serve(echo).address})
    source = replace(SOURCE, agreement="yes")
    with pytest.raises(CollectError, match="answered 400") as error:
        collect(Run(str(tmp_path / "run")), "x", source, mirrors=mirrors)
    assert KEY not in str(error.value) + repr(error.value.__cause__)
    assert KEY.encode() not in everything(tmp_path / "run")
    assert KEY not in repr(asdict(source))


def test_the_key_does_not_go_along_to_another_host(serve: Serve, collecting) -> None:
    other = serve({"/x": Answer(place(PLACE, 1, 1))})
    moved = Answer(status=302, headers={"Location": "https://other.example/x"})
    server = serve({address(PLACE).removeprefix(HOST): moved})
    mirrors = {HOST: server.address, "https://other.example": other.address}
    assert len(list(SOURCE.documents(collecting(mirrors=mirrors)))) == 1
    assert [asked.headers.get("X-Goog-Api-Key") for asked in server.asked if "/v1/" in asked.path] == [KEY]
    assert [asked.headers.get("X-Goog-Api-Key") for asked in other.asked] == [None] * len(other.asked)


def test_it_is_off_until_somebody_agreed(serve: Serve, tmp_path: Path) -> None:
    site, mirrors = serve_replica(serve, REPLICAS[0])
    with pytest.raises(
        CollectError, match=r"google-places is off: Google's terms .* \[collect\.google-places\] agreement"
    ):
        collect_replica(tmp_path / "run", replace(REPLICAS[0], source=SOURCE), mirrors)
    assert site.asked == []


@pytest.mark.parametrize(("value", "found"), [("", "nothing"), (" ", "nothing"), ("AIza\nSy secret", "something else")])
def test_without_a_key_nothing_is_asked_for(collected, monkeypatch: pytest.MonkeyPatch, value: str, found: str) -> None:
    monkeypatch.setenv(KEY_FROM, value)
    with pytest.raises(CollectError, match=f"expected a key of the Places API in {KEY_FROM}, found {found}$") as error:
        collected(b"")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("places", "message"), [((), "no places; name them in the recipe"), (("../x",), r"'\.\./x' is no id of a place")]
)
def test_what_a_recipe_gets_wrong_is_said(collected, places: tuple[str, ...], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected(b"", places=places)


def test_a_place_without_ratings_is_counted(serve: Serve, collecting) -> None:
    server = serve({address(PLACE).removeprefix(HOST): Answer(place(PLACE, 0, None))})
    work = collecting(mirrors={HOST: server.address})
    assert list(SOURCE.documents(work)) == []
    assert work.tally["without_reviews"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (place(PLACE, 0, 1247), "1,247 have rated the place, and no review came"),
        (b"", "expected a place, got b''"),
        (b"{}", "expected a place"),
        (b"<html><title>Logg inn</title></html>", "a web page titled 'Logg inn'"),
        (place(PLACE, 2, 2)[:-30], "expected a place"),
        (place(PLACE, 0, 1, reviews=[review(PLACE, 1, rating=0)]), "is not on the scale"),
        (place(PLACE, 0, 1, reviews=[review(PLACE, 1, rating=None)]), "expected a place"),
        (place(PLACE, 0, 1, reviews=[review(PLACE, 1, name=None)]), "expected a place"),
        (place(PLACE, 0, 1, reviews=[review(PLACE, 1, publishTime="i går")]), "expected a place"),
    ],
)
def test_an_answer_in_another_shape_is_an_error(collected, body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected(body)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_an_error(collected, status: int) -> None:
    with pytest.raises(FetchError, match=f"answered {status}"):
        collected(Answer(b'{"error": {}}', status))


class Answering:
    """In the place of a fetcher: gives the same body to everything."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.tally = {"without_reviews": 0}

    def get(self, url: str, **_: Any) -> Fetched:
        """The body."""
        return Fetched(url, self.body, {}, "open")


REVIEWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"name": st.text(max_size=3), "rating": st.floats() | st.none(), "publishTime": st.text(max_size=12)},
    ),
    max_size=2,
)


@given(st.binary(max_size=60) | REVIEWS.map(lambda found: json.dumps({"id": PLACE, "reviews": found}).encode()))
def test_any_answer_gives_documents_or_an_error(body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FROM, KEY)
        try:
            found = SOURCE.page(PLACE, Answering(body)).documents  # type: ignore[arg-type]
        except CollectError:
            return
    assert all(isinstance(item, Document) and item.text == "" for item in found)

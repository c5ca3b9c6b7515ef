"""Every fault of an upstream, played on every source: all documents or the reason why not, never a prefix."""

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scrapers.manifest import Run
from scrapers.record import Document
from scrapers.review_site import ReviewSite
from scrapers.source import CollectError

from .conftest import MISSING, Answer, Asked, Serve
from .replica import Fault, Replica, collect_replica, documents_of, replicas, serve_replica

pytestmark = pytest.mark.usefixtures("no_backoff_in_crawls")

LOGIN = Answer(b"<!DOCTYPE html><html><head><title>Logg inn</title></head><body><form></form></body></html>")
SORRY = Answer(b"<html><head><title>Noe gikk galt</title></head><body>Vi beklager.</body></html>")


def always(become: Callable[[Answer], Answer]) -> Callable[[], Fault]:
    """Every answer becomes that."""
    return lambda: lambda _, answer: become(answer)


def at_first(become: Callable[[Answer], Answer], then: Callable[[Answer], Answer] = lambda answer: answer):
    """The first answer becomes that, the others something else."""

    def fault() -> Fault:
        asked: list[Asked] = []

        def play(request: Asked, answer: Answer) -> Answer:
            asked.append(request)
            return become(answer) if len(asked) == 1 else then(answer)

        return play

    return fault


def status(code: int, **headers: str) -> Callable[[Answer], Answer]:
    """Another status and nothing else."""
    return lambda _: Answer(b"sorry", code, "text/plain", headers)


def cut(answer: Answer) -> Answer:
    """The connection breaks in the middle of the body."""
    return replace(answer, cut=len(answer.body) // 2)


def shortened(answer: Answer) -> Answer:
    """Half of the body, announced as if it were all."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def led(location: str) -> Callable[[Answer], Answer]:
    """A redirect."""
    return lambda _: Answer(b"", 302, headers={"Location": location})


def called_latin(answer: Answer) -> Answer:
    """UTF-8 that says it is ISO-8859-1."""
    return replace(answer, kind=f"{answer.kind.partition(';')[0]}; charset=iso-8859-1")


def retagged(answer: Answer) -> Answer:
    """The file changed meanwhile."""
    return replace(answer, headers=dict(answer.headers) | {"ETag": '"another"'})


@dataclass(frozen=True)
class Played:
    """A fault, and what has to come of it: all documents (None), or an error that matches."""

    fault: Callable[[], Fault]
    error: str | None = None


FAULTS = {
    "404": Played(always(status(404)), "404|not in|no reviews|could not be fetched|HttpError"),
    "403": Played(always(status(403)), "403|could not be fetched|HttpError"),
    "429 with Retry-After, then fine": Played(at_first(status(429, **{"Retry-After": "0"}))),
    "500, then fine": Played(at_first(status(500))),
    "503 for ever": Played(always(status(503)), "503|could not be fetched"),
    "a connection that breaks once": Played(at_first(cut)),
    "a connection that breaks every time": Played(always(cut), "could not be fetched|could not be read"),
    "half of it, announced as all": Played(always(shortened), ""),
    "nothing at all": Played(always(lambda answer: replace(answer, body=b"")), ""),
    "a page to log in": Played(always(lambda _: LOGIN), ""),
    "an error page that says 200": Played(always(lambda _: SORRY), ""),
    "a ring of redirects": Played(always(led("?")), "redirect|led away|could not be fetched"),
    "a redirect into a private network": Played(always(led("http://10.1.2.3/x")), "redirects to|led away"),
    "a host that is slow": Played(always(lambda answer: replace(answer, delay_s=0.05))),
    "a wrong charset": Played(always(called_latin)),
    "a file that changes between two ranges": Played(at_first(cut, retagged)),
}

REPLICAS = list(replicas())
WHOLE: dict[int, list[Document]] = {}  # what each replica gives without a fault
CRAWLED = [replica.source.name for replica in REPLICAS if isinstance(replica.source, ReviewSite)]


def cases() -> Iterator[object]:
    """Every source with every fault; of the crawled sites, which need a process each, all but one are slow."""
    for replica in REPLICAS:
        slow = [pytest.mark.slow] if replica.source.name in CRAWLED[1:] else []
        for name in FAULTS:
            yield pytest.param(replica, name, id=f"{replica.source.name}-{name}", marks=slow)


@pytest.mark.parametrize(("replica", "name"), list(cases()))
def test_a_fault_ends_in_all_documents_or_in_its_reason(
    replica: Replica, name: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in replica.environment.items():
        monkeypatch.setenv(variable, value)
    played = FAULTS[name]
    _, mirrors = serve_replica(serve, replica, played.fault())
    if played.error is not None:
        with pytest.raises(CollectError) as error:
            collect_replica(tmp_path / "run", replica, mirrors)
        assert re.search(played.error, str(error.value)), error.value
        assert Run(str(tmp_path / "run")).files("raw") == []
        return
    run, stage = collect_replica(tmp_path / "run", replica, mirrors)
    assert stage.kept == replica.kept
    if id(replica) not in WHOLE:
        _, healthy = serve_replica(serve, replica)
        WHOLE[id(replica)] = documents_of(collect_replica(tmp_path / "healthy", replica, healthy)[0])
    same = WHOLE[id(replica)]
    assert [(d.id, d.text) for d in documents_of(run)] == [(d.id, d.text) for d in same]


of_each_source = pytest.mark.parametrize(
    "replica",
    [
        pytest.param(r, id=r.source.name, marks=[pytest.mark.slow] if r.source.name in CRAWLED[1:] else [])
        for r in REPLICAS
    ],
)


@of_each_source
def test_where_robots_txt_fails_nothing_is_asked_for(
    replica: Replica, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in replica.environment.items():
        monkeypatch.setenv(variable, value)
    site = serve(lambda asked: Answer(status=503))
    mirrors = serve_replica(serve, replica)[1]
    mirrors = replace(mirrors, prefixes=dict.fromkeys(mirrors.prefixes, f"{site.address}/x"))
    with pytest.raises(CollectError, match=r"robots\.txt"):
        collect_replica(tmp_path / "run", replica, mirrors)
    assert {path for path in site.paths() if not path.endswith("/robots.txt")} == set()


@of_each_source
def test_a_certificate_that_nobody_vouches_for_ends_it(
    replica: Replica, serve: Serve, tmp_path: Path, self_signed: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in replica.environment.items():
        monkeypatch.setenv(variable, value)
    site = serve(lambda asked: MISSING, tls=self_signed)
    mirrors = serve_replica(serve, replica)[1]
    mirrors = replace(mirrors, prefixes=dict.fromkeys(mirrors.prefixes, f"{site.address}/x"))
    with pytest.raises(CollectError, match=r"certificate|robots"):
        collect_replica(tmp_path / "run", replica, mirrors)
    assert site.asked == []

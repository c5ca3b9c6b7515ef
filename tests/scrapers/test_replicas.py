"""Every source, against a replica of its upstream: complete, the same every time, and tried with a limit."""

from pathlib import Path

import pytest

from .conftest import Serve
from .replica import Replica, collect_replica, documents_of, replicas, serve_replica

REPLICAS = list(replicas())
of_each_source = pytest.mark.parametrize("replica", REPLICAS, ids=lambda replica: replica.source.name)


@of_each_source
def test_a_healthy_upstream_is_collected_whole(
    replica: Replica, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in replica.environment.items():
        monkeypatch.setenv(name, value)
    _, mirrors = serve_replica(serve, replica)
    run, stage = collect_replica(tmp_path / "run", replica, mirrors)
    documents = documents_of(run)
    assert stage.kept == len(documents) == replica.kept
    assert len({document.id for document in documents}) == len(documents)
    assert {(bool(document.text), document.source) for document in documents} == {(replica.texts, replica.source.name)}
    assert run.files("work") == []


@of_each_source
def test_it_can_be_tried_with_a_limit(
    replica: Replica, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in replica.environment.items():
        monkeypatch.setenv(name, value)
    _, mirrors = serve_replica(serve, replica)
    _, stage = collect_replica(tmp_path / "run", replica, mirrors, limit=2)
    assert stage.received == 2

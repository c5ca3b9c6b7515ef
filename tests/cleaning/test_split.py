from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.errors import CleanError
from cleaning.split import OVERLAP, SPLITS, Member, SplitSettings, assign

NAMES = st.sampled_from("abcdefgh")
MEMBERS = st.lists(st.tuples(st.sampled_from(["web", "gold"]), NAMES, st.none() | NAMES), min_size=1, max_size=30).map(
    lambda rows: [Member(f"{number:03}", *row) for number, row in enumerate(rows)]
)


def neighbours(members: list[Member]) -> list[list[str]]:
    """The ids of each group, and of each cluster."""
    found = defaultdict(list)
    for member in members:
        found["group", member.group].append(member.id)
        if member.cluster:
            found["cluster", member.cluster].append(member.id)
    return list(found.values())


@given(MEMBERS, st.integers(0, 3))
def test_no_group_and_no_cluster_is_in_two_splits(members: list[Member], seed: int) -> None:
    splits = assign(members, SplitSettings(validation=0.3, test=0.3, seed=seed))
    assert set(splits) == {member.id for member in members}
    assert set(splits.values()) <= set(SPLITS)
    assert all(len({splits[identifier] for identifier in tied}) == 1 for tied in neighbours(members))


@given(MEMBERS)
def test_test_sources_are_the_test_split_and_what_is_tied_to_them_is_in_none(members: list[Member]) -> None:
    members = [*members, Member("gold", "gold", "z", None)]
    splits = assign(members, SplitSettings(validation=0.3, test_sources=("gold",)))
    for member in members:
        assert (splits[member.id] == "test") == (member.source == "gold")
    for tied in neighbours(members):
        found = {splits[identifier] for identifier in tied}
        assert len(found) == 1 or found == {"test", OVERLAP}
    settings = SplitSettings(validation=0.3, test_sources=("gold",))
    assert OVERLAP not in assign([m for m in members if splits[m.id] != OVERLAP], settings).values()


def test_ties_run_through_groups_and_clusters() -> None:
    columns = [("1", "web", "a", "x"), ("2", "web", "b", "x"), ("3", "web", "b", "y"), ("4", "gold", "c", "y")]
    chain = [Member(*values) for values in columns]
    splits = assign(chain, SplitSettings(test_sources=("gold",)))
    assert splits == {"1": OVERLAP, "2": OVERLAP, "3": OVERLAP, "4": "test"}
    assert len(set(assign(chain, SplitSettings()).values())) == 1


@given(MEMBERS, MEMBERS, st.randoms())
def test_a_corpus_that_grows_keeps_its_splits(members: list[Member], more: list[Member], chance) -> None:
    before = assign(members, SplitSettings(validation=0.3, test=0.3))
    apart = [Member(f"new {m.id}", m.source, f"new {m.group}", m.cluster and f"new {m.cluster}") for m in more]
    grown = [*members, *apart]
    chance.shuffle(grown)
    after = assign(grown, SplitSettings(validation=0.3, test=0.3))
    assert before.items() <= after.items()


def test_a_group_keeps_its_split_when_its_documents_turn_out_duplicates() -> None:
    for number in range(50):
        group = [Member(f"{number}-{document}", "web", f"group {number}", None) for document in range(3)]
        twins = [Member(member.id, "web", member.group, f"{number}-0") for member in group]
        settings = SplitSettings(validation=0.3, test=0.3)
        assert assign(group, settings) == assign(twins, settings)


def test_documents_with_one_id_are_tied() -> None:
    for number in range(30):
        members = [Member("same", "web", f"a{number}", None), Member("same", "web", f"b{number}", None)]
        others = [Member("x", "web", f"a{number}", None), Member("y", "web", f"b{number}", None)]
        assert len(set(assign([*members, *others], SplitSettings(validation=0.3, test=0.3)).values())) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shares_of_many_groups_are_near_those_asked_for(seed: int) -> None:
    members = [Member(str(number), "web", f"group {number // 2}", None) for number in range(12_000)]
    sizes = Counter(assign(members, SplitSettings(validation=0.1, test=0.2, seed=seed)).values())
    # 6,000 groups: three standard deviations are 0.012 and 0.016
    assert sizes["validation"] / 12_000 == pytest.approx(0.1, abs=0.012)
    assert sizes["test"] / 12_000 == pytest.approx(0.2, abs=0.016)


def test_seeds_draw_differently_and_zero_draws_nothing() -> None:
    members = [Member(str(number), "web", str(number), None) for number in range(100)]
    assert assign(members, SplitSettings(seed=1)) != assign(members, SplitSettings(seed=2))
    assert set(assign(members, SplitSettings(validation=0, test=0)).values()) == {"train"}


def test_a_test_source_without_documents_is_refused() -> None:
    with pytest.raises(CleanError, match=r"names 'norek', of which there is no document; did you mean 'norec'\?"):
        assign([Member("1", "norec", "a", None)], SplitSettings(test_sources=("norek",)))


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0.1), (1, 0)])
def test_shares_that_leave_nothing_to_train_on_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="leave nothing to train on"):
        SplitSettings(*shares)

"""What commands print of foreign documents: each fact on a line, nothing that a terminal acts on, never without end."""

from typing import Any

from cleaning.changes import Change
from cleaning.explain import Explanation
from cleaning.step import Finding
from flows.answers import MOST, explanation_lines

HOSTILE = "\x1b[2J\r\nforged: \x07\u202e"


def explanation(**values: Any) -> Explanation:
    """What a run says of a document, with these values."""
    facts = {"run": "runs/x", "id": "a", "source": "s", "url": "u", "lang": "nb", "text": "t", "length": 1, "path": "p"}
    return Explanation(**facts | values)


def test_nothing_foreign_acts_on_the_terminal_or_forges_a_line() -> None:
    dropped = dict.fromkeys(("stage", "rule", "value", "threshold", "part"), HOSTILE)
    duplicate = {"kept_id": HOSTILE, "cluster": HOSTILE, "cluster_size": 2, "jaccard": None}
    found = explanation(
        **dict.fromkeys(("id", "source", "url", "lang", "text", "path", "split", "label"), HOSTILE),
        findings=[Finding(HOSTILE, HOSTILE, False, HOSTILE, HOSTILE)],
        changes=[Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE)],
        dropped=dropped,
        duplicate=duplicate,
    )
    shown = list(explanation_lines(found))
    assert all(line.isprintable() for line in shown)
    assert sum("repeats" in line for line in shown) == 1 and not any(line.startswith("forged") for line in shown)


def test_of_a_rule_with_very_many_findings_the_first_are_shown_and_the_others_counted() -> None:
    many = [Finding("email", "masked", True, "mask_personal_data", f"{number:04x}") for number in range(50_000)]
    few = [Finding(1, ">= 1", True, f"rule_{number}") for number in range(MOST + 1)]
    shown = list(explanation_lines(explanation(findings=[*many, *few])))
    assert sum("masked" in line for line in shown) == MOST
    assert f"mask_personal_data: 50,000 findings, of which the first {MOST} are shown" in shown
    assert sum(line.startswith("rule_") for line in shown) == len(few)
    assert len(shown) < 100

"""A run of two stages in a process of its own, to be killed: `python staged_work.py RUN SECONDS_A_STEP`."""

import sys
import time
from pathlib import Path

from scrapers import store
from scrapers.manifest import Outcome, Run, Workspace, once, run_stage

PARTS = 6


def work(workspace: Workspace) -> Outcome:
    """Writes parts, slowly, each once."""
    files: dict[str, int | None] = {}
    for number in range(PARTS):
        path = f"raw/part-{number}.json"

        def write(path: str = path, number: int = number) -> dict[str, int]:
            time.sleep(STEP_S)
            store.write_json(workspace.path(path), list(range(number * 1000)))
            return {"records": number}

        files[path] = once(workspace.path(f"tally-{number}.json"), write)["records"]
    return Outcome(files, 20, 15, {"short": 5})


def main(folder: str, step_s: float) -> None:
    """Does both stages; publication takes its time too."""
    global STEP_S
    STEP_S = step_s
    move = store.move

    def slow_move(source: str, target: str) -> None:
        time.sleep(step_s)
        move(source, target)

    store.move = slow_move
    run = Run(folder, name="killed")
    with run.locked():
        run.begin({"seed": 1}, ["collect/x", "clean"])
        first = run_stage(run, "collect/x", work, parameters={"n": 1})
        inputs = [file.path for file in first.outputs]
        run_stage(run, "clean", second, inputs=inputs, parameters={})


def second(workspace: Workspace) -> Outcome:
    """Joins the parts."""
    values = [store.read_json(workspace.run.path(f"raw/part-{number}.json")) for number in range(PARTS)]
    time.sleep(STEP_S)
    store.write_json(workspace.path("kept/all.json"), values)
    return Outcome({"kept/all.json": 15}, 15, 15)


if __name__ == "__main__":
    main(str(Path(sys.argv[1])), float(sys.argv[2]))

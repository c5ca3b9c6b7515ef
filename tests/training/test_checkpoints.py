from pathlib import Path

import pytest

from training.checkpoints import discard, folder_atomic, open_checkpoints, prune, seal, sealed


def checkpoint(folder: Path, step: int, *, complete: bool = True) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "model.safetensors").write_bytes(b"weights")
    if complete:
        seal(path, {"seconds": 1.5})
    return path


def test_the_last_complete_checkpoint_is_by_step_not_by_name(tmp_path: Path) -> None:
    for step in (90, 100, 20):
        checkpoint(tmp_path, step)
    assert [path.name for path in sealed(tmp_path)] == ["checkpoint-20", "checkpoint-90", "checkpoint-100"]


def test_a_checkpoint_that_was_being_written_is_removed(tmp_path: Path) -> None:
    kept, broken = checkpoint(tmp_path, 10), checkpoint(tmp_path, 20, complete=False)
    assert sealed(tmp_path) == [kept]
    assert not broken.exists()


def test_a_checkpoint_that_was_being_removed_is_not_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = checkpoint(tmp_path, 10)

    def killed(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("training.checkpoints.shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            discard(path)
    assert path.exists()
    assert sealed(tmp_path) == []


def test_only_the_checkpoints_needed_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        checkpoint(tmp_path, step)
    prune(tmp_path, {1, 3})
    assert [path.name for path in sealed(tmp_path)] == ["checkpoint-1", "checkpoint-3"]


def test_checkpoints_of_other_arguments_are_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    open_checkpoints(folder, {"seed": 1, "betas": (0.9, 0.999)})
    checkpoint(folder / "mlm", 10)
    open_checkpoints(folder, {"seed": 1, "betas": (0.9, 0.999)})
    assert sealed(folder / "mlm")
    open_checkpoints(folder, {"seed": 2, "betas": (0.9, 0.999)})
    assert not sealed(folder / "mlm")


def test_a_folder_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    final = tmp_path / "model"
    final.mkdir()
    (final / "old").touch()
    with pytest.raises(RuntimeError), folder_atomic(final) as partial:
        (partial / "half").touch()
        raise RuntimeError
    assert [path.name for path in final.iterdir()] == ["old"]
    with folder_atomic(final) as partial:
        (partial / "new").touch()
    assert [path.name for path in final.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]

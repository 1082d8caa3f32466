"""Helpers with which a training script saves its state, and goes on from it when it is started again.

::

    parser = ArgumentParser()
    add_checkpointing_to_argparse(parser)
    config = vars(parser.parse_known_args()[0])

    state = {"weights": initial_weights()}
    load, save = pickle_load_save_functions(state)
    first = resume_from_checkpointed_model(config, load) + 1
    for epoch in range(first, max_epochs + 1):
        state["weights"] = train(state["weights"])
        checkpoint_model_at_rung_level(config, save, epoch)  # before the report, on which the trial may be
        paused report(epoch=epoch, loss=...)

A checkpoint is a file in the directory that the backend names in the argument ``st_checkpoint_dir``. It is
written beside the previous one and then takes its place, so that a trial killed while saving leaves the
previous one.
"""

from __future__ import annotations

import glob
import os
import pickle
import warnings
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from syne_tune import jsonio
from syne_tune.constants import ST_CHECKPOINT_DIR
from syne_tune.errors import MissingExtraError
from syne_tune.optional import require

RESOURCE_KEY = "st_resource"
STATE_DICT_PREFIX = "st_state_dict_"
MUTABLE_PREFIX = "st_mutable_"

LoadFunction = Callable[[str], int]
"""From the checkpoint directory to the resource the checkpoint was saved at; 0 if there is none."""

SaveFunction = Callable[[str, int], None]
"""Called with the checkpoint directory and the resource (for instance the number of finished epochs)."""


class HasStateDict(Protocol):
    """What PyTorch models, optimizers and learning rate schedulers have in common."""

    def state_dict(self) -> Any:
        """The state, as ``torch.save`` can store it."""

    def load_state_dict(self, state: Any) -> Any:
        """Takes over a state."""


def add_checkpointing_to_argparse(parser: ArgumentParser) -> None:
    """Adds the argument ``--st_checkpoint_dir``, which every backend passes; absent in runs by hand."""
    parser.add_argument(
        f"--{ST_CHECKPOINT_DIR}", type=str, default=None, help="Directory of the checkpoint of this trial"
    )


def resume_from_checkpointed_model(config: Mapping[str, Any], load_model_fn: LoadFunction) -> int:
    """Restores the state from the checkpoint of the trial, if there is one.

    Args:
        config: Arguments of the script, ``st_checkpoint_dir`` among them.
        load_model_fn: Restores the state from a directory.

    Returns:
        The resource spent so far, that is, 0 for a trial that starts from scratch. Training goes on with the
        next.
    """
    folder = config.get(ST_CHECKPOINT_DIR)
    return load_model_fn(folder) if folder and os.path.isdir(folder) else 0


def checkpoint_model_at_rung_level(config: Mapping[str, Any], save_model_fn: SaveFunction, resource: int) -> None:
    """Saves a checkpoint, at every call; does nothing if the script runs without a backend.

    Call it before the report of the same resource, since a trial may be paused on that report.

    Args:
        config: Arguments of the script, ``st_checkpoint_dir`` among them.
        save_model_fn: Saves the state to a directory.
        resource: Resource spent so far, for instance the number of finished epochs.
    """
    folder = config.get(ST_CHECKPOINT_DIR)
    if folder:
        os.makedirs(folder, exist_ok=True)
        save_model_fn(folder, resource)


def json_load_save_functions(
    state: MutableMapping[str, Any], fname: str = "checkpoint.json"
) -> tuple[LoadFunction, SaveFunction]:
    """Functions that keep a dictionary in a JSON file. Floats are kept exactly.

    Args:
        state: Saved as it is at that time; updated when a checkpoint is loaded.
        fname: Name of the file within the checkpoint directory.
    """
    return _load_save_functions(
        fname, read=jsonio.read_json, write=_write_json, collect=lambda: dict(state), restore=state.update
    )


def pickle_load_save_functions(
    state: MutableMapping[str, Any], fname: str = "checkpoint.pkl"
) -> tuple[LoadFunction, SaveFunction]:
    """Functions that keep a dictionary of arbitrary objects in a pickle file.

    Loading a pickle runs whatever code it names: use it for checkpoints your own trials have written.

    Args:
        state: Saved as it is at that time; updated when a checkpoint is loaded.
        fname: Name of the file within the checkpoint directory.
    """
    return _load_save_functions(
        fname, read=_read_pickle, write=_write_pickle, collect=lambda: dict(state), restore=state.update
    )


def pytorch_load_save_functions(
    state_dict_objects: Mapping[str, HasStateDict],
    mutable_state: MutableMapping[str, Any] | None = None,
    fname: str = "checkpoint.json",
    *,
    weights_only: bool = True,
) -> tuple[LoadFunction, SaveFunction]:
    """Functions that keep PyTorch objects in a file written by ``torch.save``.

    Args:
        state_dict_objects: Objects with ``state_dict`` and ``load_state_dict``, by name.
        mutable_state: Further values to keep, by name. When a checkpoint is loaded, values that are
            dictionaries are updated in place, others are replaced.
        fname: Name of the file within the checkpoint directory. In spite of its name, it is no JSON file.
        weights_only: Passed to ``torch.load``. ``False`` allows any object in ``mutable_state``, and runs
            whatever code the file names.

    Raises:
        MissingExtraError: When one of the functions is called and PyTorch is not installed.
    """
    extra = {} if mutable_state is None else mutable_state

    def collect() -> dict[str, Any]:
        states = {f"{STATE_DICT_PREFIX}{name}": item.state_dict() for name, item in state_dict_objects.items()}
        return {**states, **{f"{MUTABLE_PREFIX}{name}": value for name, value in extra.items()}}

    def restore(content: Mapping[str, Any]) -> None:
        for name, item in state_dict_objects.items():
            item.load_state_dict(content[f"{STATE_DICT_PREFIX}{name}"])
        for name, value in extra.items():
            saved = content[f"{MUTABLE_PREFIX}{name}"]
            if isinstance(value, MutableMapping):
                value.clear()
                value.update(saved)
            else:
                extra[name] = saved

    def read(path: str) -> Any:
        return require("torch", "torch").load(path, map_location="cpu", weights_only=weights_only)

    def write(path: str, content: Mapping[str, Any]) -> None:
        require("torch", "torch").save(dict(content), path)

    return _load_save_functions(fname, read, write, collect, restore)


def _load_save_functions(
    fname: str,
    read: Callable[[str], Any],
    write: Callable[[str, dict[str, Any]], None],
    collect: Callable[[], dict[str, Any]],
    restore: Callable[[dict[str, Any]], None],
) -> tuple[LoadFunction, SaveFunction]:
    """Puts the two functions together.

    Args:
        fname: Name of the file within the checkpoint directory.
        read: From the path of a file to its content.
        write: Writes content to a path.
        collect: Returns the state to be saved.
        restore: Takes over a saved state.
    """

    def load(folder: str) -> int:
        path = Path(folder) / fname
        _remove_left_overs(path)
        if not path.exists():
            return 0
        try:
            content = dict(read(str(path)))
            resource = int(content.pop(RESOURCE_KEY))
        except MissingExtraError:
            raise
        except Exception as error:  # noqa: BLE001  # unpickling a damaged file raises anything
            warnings.warn(
                f"The checkpoint {path} cannot be read ({type(error).__name__}: {error}): training starts "
                "from scratch. Delete the file if it is damaged",
                RuntimeWarning,
                stacklevel=2,
            )
            return 0
        restore(content)
        return resource

    def save(folder: str, resource: int) -> None:
        path = Path(folder) / fname
        path.parent.mkdir(parents=True, exist_ok=True)
        with _taking_the_place_of(path) as temporary:
            write(temporary, {RESOURCE_KEY: resource, **collect()})

    return load, save


@contextmanager
def _taking_the_place_of(path: Path) -> Iterator[str]:
    """Gives the path of a file to write, which then replaces ``path``; on failure, ``path`` stays as it is."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield str(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _remove_left_overs(path: Path) -> None:
    """Removes what runs of this trial left that were killed while saving."""
    for left_over in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        left_over.unlink(missing_ok=True)


def _write_json(path: str, content: dict[str, Any]) -> None:
    Path(path).write_text(jsonio.dumps(content), encoding="utf-8")


def _write_pickle(path: str, content: dict[str, Any]) -> None:
    with open(path, "wb") as file:
        pickle.dump(content, file)


def _read_pickle(path: str) -> Any:
    with open(path, "rb") as file:
        return pickle.load(file)

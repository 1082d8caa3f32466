"""Reads WikiText-2 from its published files of words, one article line per line.

Merity, Xiong, Bradbury, Socher, *Pointer Sentinel Mixture Models*, ICLR 2017.
"""

from pathlib import Path

import numpy as np

END_OF_LINE = "<eos>"
UNKNOWN = "<unk>"
HOME = "https://huggingface.co/datasets/Salesforce/wikitext"


def load_words(folder):
    """Training and validation text as numbers of words.

    Args:
        folder: Folder that holds ``wiki.train.tokens`` and ``wiki.valid.tokens``, or ``train.txt`` and ``valid.txt``.

    Returns:
        Two arrays ``(n,)`` of integers, and the number of different words.

    Raises:
        SystemExit: If a file is missing; the message says what to do.
    """
    train, valid = (_words(_found(Path(folder), part)) for part in ("train", "valid"))
    number_of = {word: i for i, word in enumerate(dict.fromkeys([UNKNOWN, *train]))}
    return _numbers(train, number_of), _numbers(valid, number_of), len(number_of)


def _found(folder, part):
    for name in (f"wiki.{part}.tokens", f"wikitext-2/wiki.{part}.tokens", f"{part}.txt"):
        if (folder / name).is_file():
            return folder / name
    raise SystemExit(
        f"WikiText-2 is not in {folder.resolve()}: put wiki.train.tokens and wiki.valid.tokens there, see {HOME}, and "
        "name that place by the argument of the script; or set SYNE_TUNE_STAND_IN=10 to try out everything without"
    )


def _words(path):
    return [word for line in path.read_text(encoding="utf-8").splitlines() for word in (*line.split(), END_OF_LINE)]


def _numbers(words, number_of):
    return np.array([number_of.get(word, number_of[UNKNOWN]) for word in words], dtype=np.int64)


def in_columns(words, num_columns):
    """Cuts a text into equally long pieces that stand side by side.

    Args:
        words: Array ``(n,)``.
        num_columns: How many pieces; what is left over is dropped.

    Returns:
        Array ``(n // num_columns, num_columns)``.
    """
    length = len(words) // num_columns
    return words[: length * num_columns].reshape(num_columns, length).T.copy()


def windows(columns, size):
    """Pairs of inputs and targets, which are the inputs one word later; each ``(at most size, num_columns)``."""
    for start in range(0, len(columns) - 1, size):
        end = min(start + size, len(columns) - 1)
        yield columns[start:end], columns[start + 1 : end + 1]

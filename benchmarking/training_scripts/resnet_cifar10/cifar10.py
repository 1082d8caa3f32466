"""Reads CIFAR-10 from its published files, in either of their two formats, without unpickling anything but arrays.

Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009. Images are ``(n, 3, 32, 32)`` bytes, labels
``(n,)`` integers from 0 to 9.
"""

import hashlib
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np

HOME = "https://www.cs.toronto.edu/~kriz"
ARCHIVES = {
    # format: (name of the archive, its MD5 as published, folder in it)
    "binary": ("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", "cifar-10-batches-bin"),
    "python": ("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a", "cifar-10-batches-py"),
}
NUM_BATCHES = 5
IMAGE_SHAPE = (3, 32, 32)
IMAGE_SIZE = 3 * 32 * 32
NUM_CLASSES = 10

_HARMLESS = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class DataNotFoundError(SystemExit):
    """The files are missing or damaged; the message says what to do."""


def load_train_split(folder):
    """All images of the official training data.

    Args:
        folder: Folder with the unpacked archive, or with the archive itself, which is then checked and unpacked.

    Raises:
        DataNotFoundError: If there is neither, or a file is damaged.
    """
    batches = [_read_batch(path) for path in _batch_files(Path(folder))]
    images = np.concatenate([batch[0] for batch in batches])
    labels = np.concatenate([batch[1] for batch in batches])
    return images.reshape(-1, *IMAGE_SHAPE), labels


def _batch_files(folder):
    for archive, digest, name in ARCHIVES.values():
        if not (folder / name).is_dir() and (folder / archive).is_file():
            _unpack(folder / archive, digest, folder)
        ending = ".bin" if name.endswith("bin") else ""
        paths = [folder / name / f"data_batch_{number}{ending}" for number in range(1, NUM_BATCHES + 1)]
        if all(path.is_file() for path in paths):
            return paths
    archive, digest, name = ARCHIVES["binary"]
    raise DataNotFoundError(
        f"CIFAR-10 is not in {folder.resolve()}: put {archive} there, from {HOME}/{archive} (MD5 {digest}), or its "
        f"folder {name}, and name that place by --dataset_path; or set SYNE_TUNE_STAND_IN=10 to do without"
    )


def _unpack(archive, digest, folder):
    found = hashlib.md5(archive.read_bytes(), usedforsecurity=False).hexdigest()
    if found != digest:
        raise DataNotFoundError(
            f"{archive}: its MD5 is {found}, but the published file has {digest}; download it again"
        )
    with tarfile.open(archive) as file:
        for member in file.getmembers():
            path = (folder / member.name).resolve()
            if member.isfile() and path.is_relative_to(folder.resolve()):
                path.parent.mkdir(exist_ok=True)
                temporary = path.with_name(f"{path.name}.unpacking")
                temporary.write_bytes(file.extractfile(member).read())
                temporary.replace(path)


def _read_batch(path):
    try:
        return _read_binary(path) if path.suffix == ".bin" else _read_pickled(path)
    except (ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
        raise DataNotFoundError(f"{path}: this is not a file of CIFAR-10, or damaged ({error})") from None


def _read_binary(path):
    """Records of one byte for the label and 3,072 for the image."""
    records = np.fromfile(path, dtype=np.uint8).reshape(-1, 1 + IMAGE_SIZE)
    return _checked(records[:, 1:], records[:, 0].astype(np.int64))


def _read_pickled(path):
    content = _ArraysOnly(io.BytesIO(path.read_bytes()), encoding="bytes").load()
    return _checked(np.asarray(content[b"data"]), np.asarray(content[b"labels"], dtype=np.int64))


def _checked(images, labels):
    if images.dtype != np.uint8 or images.shape != (len(labels), IMAGE_SIZE):
        raise ValueError(f"images have the shape {images.shape}")
    if len(labels) == 0 or not 0 <= labels.min() <= labels.max() < NUM_CLASSES:
        raise ValueError("labels must be numbers from 0 to 9")
    return images, labels


class _ArraysOnly(pickle.Unpickler):
    """A pickle can name any function to be called; only those that make arrays are."""

    def find_class(self, module, name):
        if (module, name) not in _HARMLESS:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return super().find_class(module, name)

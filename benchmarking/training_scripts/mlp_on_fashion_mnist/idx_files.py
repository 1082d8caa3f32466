"""Reads the files of Fashion-MNIST as published: arrays of bytes in the IDX format, compressed or not.

Xiao, Rasul, Vollgraf, *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms*, 2017.
"""

import gzip
import struct
from pathlib import Path

import numpy as np

HOME = "https://github.com/zalandoresearch/fashion-mnist"
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
_BYTES = 0x08


def load_train_split(folder):
    """All images ``(n, height, width)`` and labels ``(n,)`` of the official training data.

    Args:
        folder: Folder that holds both files, ending in ``.gz`` or not.

    Raises:
        SystemExit: If a file is missing or damaged; the message says what to do.
    """
    images, labels = (read_idx(_found(Path(folder), name)) for name in (IMAGES, LABELS))
    if images.ndim != 3 or len(images) != len(labels):
        raise SystemExit(f"{folder}: {images.shape} images do not fit to {labels.shape} labels; download both again")
    return images, labels


def _found(folder, name):
    for path in (folder / name, folder / f"{name}.gz", folder / "FashionMNIST" / "raw" / name):
        if path.is_file():
            return path
    raise SystemExit(
        f"Fashion-MNIST is not in {folder.resolve()}: put {IMAGES}.gz and {LABELS}.gz there, from {HOME}, and name "
        "that place by --dataset_path; or set SYNE_TUNE_STAND_IN=10 to try out everything without"
    )


def read_idx(path):
    """An array of bytes. The file begins with two zeros, the type, the number of dimensions, and their sizes."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    zeros, kind, num_dimensions = struct.unpack(">HBB", data[:4]) if len(data) >= 4 else (1, 0, 0)
    end = 4 + 4 * num_dimensions
    if zeros != 0 or kind != _BYTES or len(data) < end:
        raise SystemExit(f"{path}: this is not an IDX file of bytes; download it again from {HOME}")
    shape = struct.unpack(f">{num_dimensions}I", data[4:end])
    if len(data) - end != np.prod(shape):
        raise SystemExit(
            f"{path}: {len(data) - end} bytes do not fill the shape {shape}; download it again from {HOME}"
        )
    return np.frombuffer(data, dtype=np.uint8, offset=end).reshape(shape)

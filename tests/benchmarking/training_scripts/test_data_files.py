"""Loaders read small files in the published formats, and say where to get what is missing."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

Loader = Callable[[str, str], ModuleType]


@pytest.fixture
def images() -> tuple[Any, Any]:
    random = np.random.RandomState(0)
    return random.randint(256, size=(20, 3072)).astype(np.uint8), random.randint(10, size=20)


def write_binary(folder: Path, images: Any, labels: Any) -> None:
    folder.mkdir(parents=True)
    records = np.concatenate([labels[:, None].astype(np.uint8), images], axis=1)
    for number, part in enumerate(np.array_split(records, 5), start=1):
        part.tofile(folder / f"data_batch_{number}.bin")


def write_pickled(folder: Path, images: Any, labels: Any) -> None:
    folder.mkdir(parents=True)
    for number, part in enumerate(np.array_split(np.arange(len(labels)), 5), start=1):
        content = {b"data": images[part], b"labels": labels[part].tolist(), b"batch_label": b"a batch"}
        (folder / f"data_batch_{number}").write_bytes(pickle.dumps(content, protocol=2))


class TestCifar10:
    def test_binary_files(self, tmp_path: Path, images: Any, from_folder: Loader) -> None:
        write_binary(tmp_path / "cifar-10-batches-bin", *images)
        found, labels = from_folder("resnet_cifar10", "cifar10").load_train_split(tmp_path)
        assert found.shape == (20, 3, 32, 32)
        np.testing.assert_array_equal(found.reshape(20, -1), images[0])
        np.testing.assert_array_equal(labels, images[1])

    def test_pickled_files(self, tmp_path: Path, images: Any, from_folder: Loader) -> None:
        write_pickled(tmp_path / "cifar-10-batches-py", *images)
        found, labels = from_folder("resnet_cifar10", "cifar10").load_train_split(tmp_path)
        np.testing.assert_array_equal(found.reshape(20, -1), images[0])
        np.testing.assert_array_equal(labels, images[1])

    def test_pickles_cannot_run_code(self, tmp_path: Path, images: Any, from_folder: Loader) -> None:
        write_pickled(tmp_path / "cifar-10-batches-py", *images)

        class Harmful:
            def __reduce__(self) -> Any:
                return (print, ("executed",))

        (tmp_path / "cifar-10-batches-py" / "data_batch_3").write_bytes(pickle.dumps(Harmful()))
        with pytest.raises(SystemExit, match="print"):
            from_folder("resnet_cifar10", "cifar10").load_train_split(tmp_path)

    def test_archive_is_checked_and_unpacked(
        self, tmp_path: Path, images: Any, from_folder: Loader, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_binary(tmp_path / "source" / "cifar-10-batches-bin", *images)
        archive = tmp_path / "cifar-10-binary.tar.gz"
        with tarfile.open(archive, "w:gz") as file:
            file.add(tmp_path / "source" / "cifar-10-batches-bin", "cifar-10-batches-bin")
        module = from_folder("resnet_cifar10", "cifar10")
        with pytest.raises(SystemExit, match="download it again"):
            module.load_train_split(tmp_path)
        digest = hashlib.md5(archive.read_bytes()).hexdigest()
        known = {"binary": (archive.name, digest, "cifar-10-batches-bin")}
        monkeypatch.setattr(module, "ARCHIVES", known)
        assert len(module.load_train_split(tmp_path)[1]) == 20

    def test_missing_and_damaged_files(self, tmp_path: Path, images: Any, from_folder: Loader) -> None:
        module = from_folder("resnet_cifar10", "cifar10")
        with pytest.raises(SystemExit, match=r"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"):
            module.load_train_split(tmp_path)
        write_binary(tmp_path / "cifar-10-batches-bin", *images)
        with (tmp_path / "cifar-10-batches-bin" / "data_batch_2.bin").open("ab") as file:
            file.write(b"xyz")
        with pytest.raises(SystemExit, match=r"data_batch_2.bin: this is not a file of CIFAR-10"):
            module.load_train_split(tmp_path)


class TestFashionMnist:
    def test_compressed_and_plain_files(self, tmp_path: Path, from_folder: Loader) -> None:
        images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
        data = struct.pack(">HBBIII", 0, 8, 3, 2, 3, 4) + images.tobytes()
        (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(data))
        (tmp_path / "train-labels-idx1-ubyte").write_bytes(struct.pack(">HBBI", 0, 8, 1, 2) + b"\x01\x07")
        found, labels = from_folder("mlp_on_fashion_mnist", "idx_files").load_train_split(tmp_path)
        np.testing.assert_array_equal(found, images)
        assert labels.tolist() == [1, 7]

    def test_missing_and_damaged_files(self, tmp_path: Path, from_folder: Loader) -> None:
        module = from_folder("mlp_on_fashion_mnist", "idx_files")
        with pytest.raises(SystemExit, match=r"https://github.com/zalandoresearch/fashion-mnist"):
            module.load_train_split(tmp_path)
        path = tmp_path / "file"
        for damaged in (b"", b"\x00\x00\x08", struct.pack(">HBBI", 0, 8, 1, 5) + b"\x01"):
            path.write_bytes(damaged)
            with pytest.raises(SystemExit, match="download it again"):
                module.read_idx(path)


class TestWikiText2:
    def test_words_become_numbers(self, tmp_path: Path, from_folder: Loader) -> None:
        (tmp_path / "wiki.train.tokens").write_text("a b\nb c\n")
        (tmp_path / "wiki.valid.tokens").write_text("c d\n")
        train, valid, num_words = from_folder("wikitext2", "wikitext2").load_words(tmp_path)
        assert train.tolist() == [1, 2, 3, 2, 4, 3]
        assert valid.tolist() == [4, 0, 3]
        assert num_words == 5

    def test_windows_cover_the_text(self, from_folder: Loader) -> None:
        module = from_folder("wikitext2", "wikitext2")
        columns = module.in_columns(np.arange(21), 2)
        assert columns.shape == (10, 2)
        assert columns[:, 1].tolist() == list(range(10, 20))
        pairs = list(module.windows(columns, 4))
        assert [len(inputs) for inputs, _ in pairs] == [4, 4, 1]
        assert all((targets == inputs + 1).all() for inputs, targets in pairs)

    def test_missing_files(self, tmp_path: Path, from_folder: Loader) -> None:
        with pytest.raises(SystemExit, match=r"put wiki.train.tokens"):
            from_folder("wikitext2", "wikitext2").load_words(tmp_path)


class TestMeasures:
    def test_against_scikit_learn(self, from_folder: Loader) -> None:
        metrics = pytest.importorskip("sklearn.metrics")
        from scipy.stats import spearmanr

        measures = from_folder("transformers_finetuning", "measures").MEASURES
        random = np.random.RandomState(0)
        predicted, labels = random.randint(2, size=50), random.randint(2, size=50)
        assert measures["f1"](predicted, labels) == pytest.approx(metrics.f1_score(labels, predicted))
        expected = metrics.matthews_corrcoef(labels, predicted)
        assert measures["matthews_correlation"](predicted, labels) == pytest.approx(expected)
        a, b = random.randint(5, size=50).astype(float), random.randn(50)
        assert measures["spearmanr"](a, b) == pytest.approx(spearmanr(a, b).statistic)

    def test_constant_predictions(self, from_folder: Loader) -> None:
        measures = from_folder("transformers_finetuning", "measures").MEASURES
        zeros, labels = np.zeros(4), np.array([0, 1, 1, 0])
        assert [measures[name](zeros, labels) for name in ("f1", "matthews_correlation", "spearmanr")] == [0, 0, 0]

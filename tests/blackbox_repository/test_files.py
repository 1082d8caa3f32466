from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from syne_tune.blackbox_repository.files import read_array, read_frame, write_array, write_frame


def test_frames_keep_types_and_exact_values(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "float": [0.1 + 0.2, np.nan],
            "int": [1, 2],
            "bool": [True, False],
            "text": ["001", 'with "quotes"'],
            "mixed": ["a", 3],
            "a:b": [1, 2],
            "none": [None, "x"],
        }
    )
    write_frame(tmp_path / "frame.npz", frame)
    pd.testing.assert_frame_equal(read_frame(tmp_path / "frame.npz"), frame)


def test_arrays_may_stay_on_the_disk(tmp_path: Path) -> None:
    values = np.arange(6.0).reshape(2, 3)
    write_array(tmp_path / "values.npy", values)
    assert np.array_equal(read_array(tmp_path / "values.npy"), values)
    mapped = read_array(tmp_path / "values.npy", memory_mapped=True)
    assert isinstance(mapped, np.memmap)
    assert np.array_equal(mapped, values)

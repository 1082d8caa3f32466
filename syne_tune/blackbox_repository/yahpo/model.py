"""The network of a scenario: rows of hyperparameters in, objectives out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox import FloatArray
from syne_tune.blackbox_repository.yahpo.scenarios import Scenario
from syne_tune.errors import ConfigSpaceError, OptionError, nearest
from syne_tune.optional import require
from syne_tune.trial import Config

ENCODING = "encoding.json"
NETWORK = "model.onnx"
_NOT_ACTIVE = "#na#"


class YahpoModel:
    """A network, which is read when it is first asked. It computes on one core, so that its answers do not vary.

    Args:
        folder: Files of the scenario.
        scenario: What they mean.

    Raises:
        OptionError: If a categorical input has no encoding.
    """

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self.scenario = scenario
        self._folder = folder
        self._encoding: dict[str, dict[str, int]] = jsonio.read_json(folder / ENCODING)
        self._session: Any = None
        for name in scenario.categorical:
            if name not in self._encoding:
                raise OptionError(f"{folder / ENCODING} lacks {name!r}; {nearest(name, self._encoding)}")

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_session": None}

    def predict(self, rows: Sequence[Config]) -> FloatArray:
        """Objectives.

        Args:
            rows: ``n`` dictionaries with the names of the inputs; inputs that are left out are not active.

        Returns:
            Shape ``(n, num_objectives)``.

        Raises:
            ConfigSpaceError: If a value is no category of its input.
        """
        numbers = [[row.get(name, 0) for name in self.scenario.continuous] for row in rows]
        codes = [[self._code(name, row.get(name, _NOT_ACTIVE)) for name in self.scenario.categorical] for row in rows]
        session = self._open()
        categorical, continuous = (entry.name for entry in session.get_inputs())
        inputs = {categorical: np.array(codes, dtype=np.int32), continuous: np.array(numbers, dtype=np.float32)}
        return np.asarray(session.run(None, inputs)[0], dtype=float)

    def _code(self, name: str, value: Any) -> int:
        codes: Mapping[str, int] = self._encoding[name]
        text = str(value)
        if text not in codes:
            raise ConfigSpaceError(f"{name} = {value!r}: {nearest(text, codes)}")
        return codes[text]

    def _open(self) -> Any:
        if self._session is None:
            runtime = require("onnxruntime", extra="yahpo")
            options = runtime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            path = str(self._folder / NETWORK)
            self._session = runtime.InferenceSession(path, sess_options=options, providers=["CPUExecutionProvider"])
        return self._session

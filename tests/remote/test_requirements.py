from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from syne_tune.remote import requirements
from syne_tune.remote.requirements import requirements_of_package, requirements_text


def names(text: str) -> set[str]:
    return {line.split("=")[0].split(">")[0].split("[")[0] for line in text.splitlines()}


def test_w23_syne_tune_itself_is_never_installed_but_what_it_needs() -> None:
    """W-23: jobs installed some other version of Syne Tune, with all extras."""
    text = requirements_text(["syne-tune[gpsearchers,aws]\ntqdm\n", "torch\n# a comment\nsyne_tune==0.3\n"])
    assert names(text) >= {"cloudpickle", "pandas", "scipy", "tqdm", "torch"}
    assert not any(name.lower().startswith("syne") for name in names(text))
    assert "matplotlib" not in names(text)


def test_extras_are_spelt_out() -> None:
    assert "matplotlib" in names(requirements_text(["syne-tune[visual]"]))
    assert "h5py" in names(requirements_text(["Syne_Tune[ visual, blackbox_repository ] >= 0.1"]))
    assert "matplotlib" in names("\n".join(requirements_of_package(["visual"])))


@pytest.mark.parametrize("line", ["syne-tune-plugins", "my-syne-tune", "-e ../syne-tune"])
def test_other_packages_of_similar_name_stay(line: str) -> None:
    assert line in requirements_text([line]).splitlines()


def test_each_line_once_in_order() -> None:
    lines = requirements_text(["b\na\n", "a\nc"]).splitlines()
    assert lines[-3:] == ["b", "a", "c"]
    assert len(lines) == len(set(lines))


def test_pickles_are_read_by_the_version_that_wrote_them() -> None:
    assert f"cloudpickle=={version('cloudpickle')}" in requirements_text([]).splitlines()


def test_checkout_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> None:
        raise PackageNotFoundError(name)

    installed = {name.lower() for name in names(requirements_text([]))}
    monkeypatch.setattr(requirements, "requires", not_installed)
    assert {name.lower() for name in names(requirements_text([]))} == installed

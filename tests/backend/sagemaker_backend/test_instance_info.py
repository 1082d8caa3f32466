"""Instance types and their prices."""

from __future__ import annotations

import datetime
import logging
import re
from pathlib import Path

import pytest

from syne_tune.backend.sagemaker_backend import instance_info
from syne_tune.backend.sagemaker_backend.instance_info import (
    ENV_PRICES,
    InstanceInfo,
    InstanceInfos,
    dollars_per_hour,
    select_instance_type,
)
from syne_tune.errors import OptionError

FAMILIES = "m4 m5 m6i m7i c4 c5 c5n c6i c7i g4dn g5 g6 p3 p3dn p4d p4de p5 trn1 trn1n"


@pytest.fixture(autouse=True)
def _warn_again() -> None:
    instance_info._warn_once.cache_clear()


class TestTable:
    def test_says_where_and_when_it_holds(self) -> None:
        infos = InstanceInfos()
        assert re.fullmatch(r"[a-z]+-[a-z]+-\d", infos.region)
        assert datetime.date(2024, 1, 1) < datetime.date.fromisoformat(infos.date)

    def test_has_the_families_that_jobs_run_on(self) -> None:
        assert {name.split(".")[1] for name in InstanceInfos().instances} == set(FAMILIES.split())

    def test_is_sorted_by_price(self) -> None:
        infos = InstanceInfos()
        prices = [infos(name).cost_per_hour for name in infos.instances]
        assert prices == sorted(prices)
        assert min(prices) > 0
        assert len(set(infos.instances)) == len(prices) > 47

    def test_larger_machines_cost_more(self) -> None:
        infos = InstanceInfos()
        groups: dict[tuple[str, int], list[InstanceInfo]] = {}
        for name in infos.instances:
            groups.setdefault((name.split(".")[1], infos(name).num_gpu), []).append(infos(name))
        for members in groups.values():
            assert members == sorted(members, key=lambda info: (info.num_cpu, info.memory_gib))

    def test_one_row_in_full(self) -> None:
        assert InstanceInfos()("ml.g5.12xlarge") == InstanceInfo("ml.g5.12xlarge", 48, 4, 7.09, 192.0, 96.0)


class TestUnknownTypes:
    def test_lookup_names_the_nearest(self) -> None:
        with pytest.raises(OptionError, match=r"did you mean 'ml\.m5\.large'"):
            InstanceInfos()("ml.m5.lage")

    def test_price_is_missing_with_one_warning_per_type(self, caplog: pytest.LogCaptureFixture) -> None:
        """W-45: types that were not in the list had no cost, and nobody was told."""
        with caplog.at_level(logging.WARNING):
            assert [dollars_per_hour("ml.x9.huge") for _ in range(3)] == [None] * 3
            assert dollars_per_hour("ml.m5.large") == 0.115
        assert len(caplog.records) == 1
        assert "'ml.x9.huge'" in caplog.text
        assert ENV_PRICES in caplog.text
        assert "st_worker_cost" in caplog.text


class TestOwnPrices:
    @pytest.fixture
    def table(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = tmp_path / "prices.csv"
        monkeypatch.setenv(ENV_PRICES, str(path))
        return path

    def test_win_and_add(self, table: Path) -> None:
        table.write_text("instance,gpu,dollars_per_hour\nml.m5.large,0,0.2\nml.x9.huge,16,99.5\n")
        assert dollars_per_hour("ml.m5.large") == 0.2
        assert InstanceInfos()("ml.x9.huge") == InstanceInfo("ml.x9.huge", 0, 16, 99.5)
        assert InstanceInfos().instances[-1] == "ml.x9.huge"
        assert "ml.c5.xlarge" in InstanceInfos()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "first line must name the columns"),
            ("type,price\nml.m5.large,1\n", "first line must name the columns"),
            ("instance,dollars_per_hour\nml.m5.large,cheap\n", "no number"),
        ],
    )
    def test_mistakes_are_named(self, table: Path, text: str, message: str) -> None:
        table.write_text(text)
        with pytest.raises(OptionError, match=message):
            InstanceInfos()

    def test_missing_file_is_named(self, table: Path) -> None:
        with pytest.raises(OptionError, match=r"prices\.csv.*cannot be read"):
            InstanceInfos()


class TestSelection:
    def test_bounds_on_gpus_are_inclusive_those_on_cost_are_not(self) -> None:
        assert select_instance_type(min_gpu=4, max_gpu=4, max_cost_per_hour=7.09) == [
            "ml.g4dn.12xlarge",
            "ml.g6.12xlarge",
        ]
        assert "ml.g5.12xlarge" in select_instance_type(min_gpu=4, max_gpu=4, max_cost_per_hour=7.1)
        assert "ml.m5.large" not in select_instance_type(min_cost_per_hour=0.115)

    def test_without_bounds_all_with_up_to_16_gpus(self) -> None:
        assert select_instance_type() == InstanceInfos().instances

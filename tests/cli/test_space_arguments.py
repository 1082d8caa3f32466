import pytest

from syne_tune.cli.space_arguments import space_from
from syne_tune.config_space import loguniform
from syne_tune.errors import ConfigSpaceError, OptionError


def test_entries_written_in_place():
    space = space_from(None, ["lr=loguniform(1e-5, 1e-1)", "act=choice([relu, tanh])", "epochs=27", "tag=a=b"])
    assert space["lr"] == loguniform(1e-5, 1e-1)
    assert space["epochs"] == 27
    assert space["tag"] == "a=b"
    assert space["act"].categories == ["relu", "tanh"]


def test_entries_win_over_the_file_and_its_constraints_stay(tmp_path):
    path = tmp_path / "space.yaml"
    path.write_text("a: randint(1, 9)\nb: randint(1, 9)\nconstraints: [a <= b]\n")
    space = space_from(str(path), ["a=2", "c=1"])
    assert list(space) == ["a", "b", "c"]
    assert space["a"] == 2
    assert len(space.constraints) == 1


def test_mistake_in_a_file_names_file_key_and_rule(tmp_path):
    path = tmp_path / "space.yaml"
    path.write_text("lr: loguniform(0, 1)\n")
    with pytest.raises(ConfigSpaceError, match=r"space\.yaml.*lr.*loguniform\(0, 1\)"):
        space_from(str(path), [])


def test_mistake_in_place_names_key_and_rule():
    with pytest.raises(ConfigSpaceError, match=r"lr: .*logunifrom.*loguniform"):
        space_from(None, ["lr=logunifrom(1, 2)"])


@pytest.mark.parametrize(
    ("path", "entries", "hint"),
    [(None, [], "--space"), (None, ["lr"], "name=domain"), ("missing.yaml", [], "missing.yaml")],
)
def test_missing_pieces_are_refused_with_the_next_step(path, entries, hint):
    with pytest.raises(OptionError, match=hint):
        space_from(path, entries)


def test_entry_given_twice_is_refused():
    with pytest.raises(OptionError, match=r"'x=3': there is another entry 'x'"):
        space_from(None, ["x=randint(1, 2)", "x=3"])

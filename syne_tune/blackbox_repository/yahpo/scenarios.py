"""What the published files of YAHPO Gym do not say: order and roles of inputs and outputs of each network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syne_tune.errors import OptionError, nearest

_BINDER = "Binder, Pfisterer, Bischl (2020). Collecting empirical data about hyperparameters. ICML AutoML workshop"
_MOOSBAUER = "Moosbauer et al. (2022), in: Pfisterer et al., YAHPO Gym. AutoML 2022"
_SIEMS = "Siems et al. (2020). NAS-Bench-301 and the case for surrogate benchmarks. arXiv:2008.09777"
_ZIMMER = "Zimmer, Lindauer, Hutter (2021). Auto-PyTorch Tabular. IEEE TPAMI 43(9)"
_FALKNER = "Falkner, Klein, Hutter (2018). BOHB. ICML 2018"


@dataclass(frozen=True)
class Scenario:
    """One network, and what goes into and comes out of it.

    Args:
        continuous: Numerical inputs, in order.
        categorical: Categorical inputs, in order.
        objectives: Outputs, in order.
        runtime: The objective that is the elapsed time.
        instance_key: Input that chooses the instance; ``None`` if there is only one.
        instances: Names of instances if ``instance_key`` is ``None``.
        fidelity: Input that is the fidelity.
        fidelity_steps: A fidelity that is a share becomes a number of steps, from 1 to this.
        constants: Inputs that are not tuned, and their values.
        prefix: Beginning of the names of hyperparameters that is left out.
        citation: Whom to cite.
    """

    continuous: tuple[str, ...]
    categorical: tuple[str, ...]
    objectives: tuple[str, ...]
    runtime: str
    instance_key: str | None
    fidelity: str
    citation: str
    instances: tuple[str, ...] = ()
    fidelity_steps: int | None = None
    constants: Mapping[str, int] = field(default_factory=dict)
    prefix: str = ""


def _rbv2(continuous: str, categorical: str) -> Scenario:
    return Scenario(
        continuous=(*continuous.split(), "trainsize", "repl"),
        categorical=("task_id", *categorical.split(), "num.impute.selected.cpo"),
        objectives=("acc", "bac", "auc", "brier", "f1", "logloss", "timetrain", "timepredict", "memory"),
        runtime="timetrain",
        instance_key="task_id",
        fidelity="trainsize",
        fidelity_steps=20,
        constants={"repl": 10},
        citation=_BINDER,
    )


def _iaml(continuous: str, categorical: str = "") -> Scenario:
    quality, memory = ("mmce", "f1", "auc", "logloss"), ("ramtrain", "rammodel", "rampredict")
    return Scenario(
        continuous=(*continuous.split(), "trainsize"),
        categorical=("task_id", *categorical.split()),
        objectives=(*quality, *memory, "timetrain", "timepredict", "mec", "ias", "nf"),
        runtime="timetrain",
        instance_key="task_id",
        fidelity="trainsize",
        fidelity_steps=20,
        citation=_MOOSBAUER,
    )


def _prefixed(prefix: str, names: str) -> str:
    return " ".join(f"{prefix}.{name}" for name in names.split())


_DARTS = "NetworkSelectorDatasetInfo_COLON_darts_COLON_"
_CELLS = (
    *(f"{_DARTS}edge_{cell}_{edge}" for cell in ("normal", "reduce") for edge in range(14)),
    *(f"{_DARTS}inputs_node_{cell}_{node}" for cell in ("normal", "reduce") for node in (3, 4, 5)),
)
_GLMNET = "alpha s"
_RPART = "cp maxdepth minbucket minsplit"
_AKNN = "k M ef ef_construction"
_SVM = "cost gamma tolerance degree"
_XGBOOST = (
    "nrounds eta gamma lambda alpha subsample max_depth min_child_weight colsample_bytree colsample_bylevel "
    "rate_drop skip_drop"
)
_RANGER_RBV2 = "num.trees sample.fraction mtry.power min.node.size num.random.splits"
_RANGER_IAML = "num.trees sample.fraction mtry.ratio min.node.size num.random.splits"
_RBV2_LEARNERS = (("svm", _SVM), ("glmnet", _GLMNET), ("rpart", _RPART), ("ranger", _RANGER_RBV2), ("aknn", _AKNN))
_IAML_LEARNERS = (("ranger", _RANGER_IAML), ("rpart", _RPART), ("glmnet", _GLMNET))

SCENARIOS: dict[str, Scenario] = {
    "lcbench": Scenario(
        continuous=(
            *("epoch", "batch_size", "learning_rate", "momentum"),
            *("weight_decay", "num_layers", "max_units", "max_dropout"),
        ),
        categorical=("OpenML_task_id",),
        objectives=(
            *("time", "val_accuracy", "val_cross_entropy"),
            *("val_balanced_accuracy", "test_cross_entropy", "test_balanced_accuracy"),
        ),
        runtime="time",
        instance_key="OpenML_task_id",
        fidelity="epoch",
        citation=_ZIMMER,
    ),
    "nb301": Scenario(
        continuous=("epoch",),
        categorical=_CELLS,
        objectives=("val_accuracy", "runtime"),
        runtime="runtime",
        instance_key=None,
        instances=("CIFAR10",),
        fidelity="epoch",
        prefix=_DARTS,
        citation=_SIEMS,
    ),
    "fcnet": Scenario(
        continuous=(
            *("epoch", "replication", "batch_size", "dropout_1"),
            *("dropout_2", "init_lr", "n_units_1", "n_units_2"),
        ),
        categorical=("task", "activation_fn_1", "activation_fn_2", "lr_schedule"),
        objectives=("valid_loss", "valid_mse", "runtime", "n_params"),
        runtime="runtime",
        instance_key="task",
        fidelity="epoch",
        constants={"replication": 1},
        citation=_FALKNER,
    ),
    "iaml_glmnet": _iaml(_GLMNET),
    "iaml_ranger": _iaml(_RANGER_IAML, "replace respect.unordered.factors splitrule"),
    "iaml_rpart": _iaml(_RPART),
    "iaml_xgboost": _iaml(_XGBOOST, "booster"),
    "iaml_super": _iaml(
        " ".join(_prefixed(name, inputs) for name, inputs in (*_IAML_LEARNERS, ("xgboost", _XGBOOST))),
        "learner ranger.replace ranger.respect.unordered.factors ranger.splitrule xgboost.booster",
    ),
    "rbv2_aknn": _rbv2(_AKNN, "distance"),
    "rbv2_glmnet": _rbv2(_GLMNET, ""),
    "rbv2_ranger": _rbv2(_RANGER_RBV2, "respect.unordered.factors splitrule"),
    "rbv2_rpart": _rbv2(_RPART, ""),
    "rbv2_svm": _rbv2(_SVM, "kernel"),
    "rbv2_xgboost": _rbv2(_XGBOOST, "booster"),
    "rbv2_super": _rbv2(
        " ".join(_prefixed(name, inputs) for name, inputs in (*_RBV2_LEARNERS, ("xgboost", _XGBOOST))),
        "learner_id svm.kernel ranger.respect.unordered.factors ranger.splitrule aknn.distance xgboost.booster",
    ),
}


def scenario_of(name: str) -> Scenario:
    """A scenario by name.

    Raises:
        OptionError: If there is none; names those there are.
    """
    if name not in SCENARIOS:
        raise OptionError(f"scenario = {name!r}: no such scenario of YAHPO Gym; {nearest(name, SCENARIOS)}")
    return SCENARIOS[name]

"""What an evaluation costs, as a function of its configuration and of the resource it is run to."""

from syne_tune.optimizer.models.cost.cost_model import CostCurves, CostModel, CostValue
from syne_tune.optimizer.models.cost.linear import BiasOnlyLinearCostModel, LinearCostModel
from syne_tune.optimizer.models.cost.mlp import FixedLayersMLPCostModel, MLPLinearCostModel
from syne_tune.optimizer.models.cost.nasbench201 import NASBench201LinearCostModel
from syne_tune.optimizer.models.cost.scikit_learn import ScikitLearnCostModel
from syne_tune.optimizer.models.cost.spline import UnivariateSplineCostModel

__all__ = [
    "BiasOnlyLinearCostModel",
    "CostCurves",
    "CostModel",
    "CostValue",
    "FixedLayersMLPCostModel",
    "LinearCostModel",
    "MLPLinearCostModel",
    "NASBench201LinearCostModel",
    "ScikitLearnCostModel",
    "UnivariateSplineCostModel",
]

"""Old path of acquisition functions, in the form in which ``scoring_class`` takes them."""

from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement as EIAcquisitionFunction
from syne_tune.optimizer.acquisition.functions import LowerConfidenceBound as LCBAcquisitionFunction

__all__ = ["EIAcquisitionFunction", "LCBAcquisitionFunction"]

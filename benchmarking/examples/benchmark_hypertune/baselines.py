"""The methods that are compared."""

from syne_tune.experiments.default_baselines import ASHA, BOHB, MOBSTER, HyperTune, SyncHyperband


class Methods:
    """Names of the methods."""

    ASHA = "ASHA"
    MOBSTER_JOINT = "MOBSTER-JOINT"
    MOBSTER_INDEP = "MOBSTER-INDEP"
    HYPERTUNE_INDEP = "HYPERTUNE-INDEP"
    HYPERTUNE_JOINT = "HYPERTUNE-JOINT"
    SYNCHB = "SYNCHB"
    BOHB = "BOHB"


JOINT, INDEPENDENT = {"model": "gp_multitask"}, {"model": "gp_independent"}

methods = {
    Methods.ASHA: lambda arguments: ASHA(arguments, type="promotion"),
    Methods.MOBSTER_JOINT: lambda arguments: MOBSTER(arguments, type="promotion", search_options=JOINT),
    Methods.MOBSTER_INDEP: lambda arguments: MOBSTER(arguments, type="promotion", search_options=INDEPENDENT),
    Methods.HYPERTUNE_INDEP: lambda arguments: HyperTune(arguments, type="promotion", search_options=INDEPENDENT),
    Methods.HYPERTUNE_JOINT: lambda arguments: HyperTune(arguments, type="promotion", search_options=JOINT),
    Methods.SYNCHB: lambda arguments: SyncHyperband(arguments),
    Methods.BOHB: lambda arguments: BOHB(arguments, type="promotion"),
}

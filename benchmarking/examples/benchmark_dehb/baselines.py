"""The methods that are compared; ``-ORD`` ones see numeric choices as ordinal."""

from dataclasses import replace

from syne_tune.experiments.baselines import MethodArguments, convert_categorical_to_ordinal
from syne_tune.experiments.default_baselines import ASHA, BOHB, DEHB, SyncHyperband, SyncMOBSTER


class Methods:
    """Names of the methods."""

    ASHA = "ASHA"
    SYNCHB = "SYNCHB"
    DEHB = "DEHB"
    BOHB = "BOHB"
    ASHA_ORD = "ASHA-ORD"
    SYNCHB_ORD = "SYNCHB-ORD"
    DEHB_ORD = "DEHB-ORD"
    BOHB_ORD = "BOHB-ORD"
    ASHA_STOP = "ASHA-STOP"
    SYNCMOBSTER = "SYNCMOBSTER"


def with_ordinals(arguments: MethodArguments) -> MethodArguments:
    """Every choice becomes ordinal."""
    return replace(arguments, config_space=convert_categorical_to_ordinal(arguments.config_space))


methods = {
    Methods.ASHA: lambda arguments: ASHA(arguments, type="promotion"),
    Methods.SYNCHB: lambda arguments: SyncHyperband(arguments),
    Methods.DEHB: lambda arguments: DEHB(arguments),
    Methods.BOHB: lambda arguments: BOHB(arguments, type="promotion"),
    Methods.ASHA_ORD: lambda arguments: ASHA(with_ordinals(arguments), type="promotion"),
    Methods.SYNCHB_ORD: lambda arguments: SyncHyperband(with_ordinals(arguments)),
    Methods.DEHB_ORD: lambda arguments: DEHB(with_ordinals(arguments)),
    Methods.BOHB_ORD: lambda arguments: BOHB(with_ordinals(arguments), type="promotion"),
    Methods.ASHA_STOP: lambda arguments: ASHA(arguments, type="stopping"),
    Methods.SYNCMOBSTER: lambda arguments: SyncMOBSTER(arguments),
}

"""Import paths that scripts written for Syne Tune 0.13 use, and that work here.

Names behind extras that do not exist yet (models, simulation, SageMaker, Ray) are added by those who bring them.
"""

from __future__ import annotations

import importlib

import pytest

from syne_tune import util
from syne_tune.optimizer.scheduler import SchedulerDecision

DOMAINS = """
    uniform loguniform reverseloguniform randint lograndint choice ordinal logordinal finrange logfinrange
    quniform qloguniform qrandint qlograndint
    Domain Float Integer Categorical Ordinal OrdinalNearestNeighbor FiniteRange
    config_space_size to_dict from_dict config_space_to_json_dict config_space_from_json_dict add_to_argparse
    cast_config_values restrict_domain
"""
CHECKPOINTS = """
    add_checkpointing_to_argparse resume_from_checkpointed_model checkpoint_model_at_rung_level
    pytorch_load_save_functions parse_bool add_config_json_to_argparse load_config_json streamline_config_space
"""
CONSTANTS = """
    ST_TRIAL_ID ST_TUNER_TIME ST_TUNER_TIMESTAMP ST_DECISION ST_STATUS ST_WORKER_ITER ST_WORKER_TIMESTAMP
    ST_WORKER_TIME ST_WORKER_COST ST_CHECKPOINT_DIR ST_CONFIG_JSON_FNAME_ARG ST_INSTANCE_TYPE ST_INSTANCE_COUNT
    ST_SAGEMAKER_METRIC_TAG ST_TUNER_CREATION_TIMESTAMP ST_TUNER_START_TIMESTAMP ST_RESULTS_DATAFRAME_FILENAME
    ST_METADATA_FILENAME ST_TUNER_DILL_FILENAME SYNE_TUNE_ENV_FOLDER SYNE_TUNE_DEFAULT_FOLDER ST_DATETIME_FORMAT
    TUNER_DEFAULT_SLEEP_TIME
"""
HELPERS = """
    RegularCallback experiment_path check_valid_sagemaker_name sanitize_sagemaker_name name_from_base random_string
    repository_root_path script_checkpoint_example_path script_height_example_path catchtime is_increasing
    is_positive_integer is_integer dump_json_with_numpy dict_get recursive_merge find_first_of_type metric_name_mode
"""
COMPARISONS = """
    ExperimentResult load_experiment get_metadata list_experiments load_experiments_df ComparativeResults PlotParameters
    SubplotParameters ShowTrialParameters TrialsOfExperimentResults MultiFidelityParameters
    hypervolume_indicator_column_generator
"""
SYNCHRONOUS = """
    SynchronousHyperbandScheduler SynchronousGeometricHyperbandScheduler DifferentialEvolutionHyperbandScheduler
    GeometricDifferentialEvolutionHyperbandScheduler
"""
BASELINES = """
    RandomSearch GridSearch BayesianOptimization ConstrainedBayesianOptimization KDE BORE CQR REA BoTorch SMAC
    ASHA PASHA BOHB ASHABORE ASHACQR ASHACTS MOBSTER HyperTune DyHPO SyncHyperband SyncBOHB SyncMOBSTER DEHB
    ZeroShotTransfer NSGA2 MOREA EHVI MORandomScalarizationBayesOpt MOLinearScalarizationBayesOpt baselines_dict
"""
SCHEDULERS = "syne_tune.optimizer.schedulers"
SEARCHERS = f"{SCHEDULERS}.searchers"
SIMULATOR = "syne_tune.backend.simulator_backend"
BLACKBOXES = "syne_tune.blackbox_repository"
LAUNCHERS = "syne_tune.experiments.launchers"
BENCHMARKS = "syne_tune.experiments.benchmark_definitions"

OLD_PATHS = {
    "syne_tune": "Tuner StoppingCriterion Reporter",
    "syne_tune.tuner": "Tuner",
    "syne_tune.stopping_criterion": "StoppingCriterion PlateauStopper",
    "syne_tune.stopping_criterions.automatic_termination_criterion": "AutomaticTerminationCriterion",
    "syne_tune.report": "Reporter retrieve",
    "syne_tune.tuner_callback": "TunerCallback",
    "syne_tune.results_callback": "StoreResultsCallback ExtraResultsComposer",
    "syne_tune.callbacks": "TensorboardCallback",
    "syne_tune.callbacks.tensorboard_callback": "TensorboardCallback",
    "syne_tune.callbacks.remove_checkpoints_callback": (
        "RemoveCheckpointsCallback DefaultRemoveCheckpointsSchedulerMixin"
    ),
    "syne_tune.callbacks.hyperband_remove_checkpoints_callback": """
        HyperbandRemoveCheckpointsCallback HyperbandRemoveCheckpointsBaselineCallback HyperbandRemoveCheckpointsCommon
        BetaBinomialEstimator
    """,
    "syne_tune.tuning_status": "TuningStatus MetricsStatistics print_best_metric_found",
    "syne_tune.try_import": "try_import_visual_message",
    "syne_tune.constants": CONSTANTS,
    "syne_tune.util": HELPERS,
    "syne_tune.utils": CHECKPOINTS,
    f"{SCHEDULERS}.synchronous": SYNCHRONOUS,
    f"{SCHEDULERS}.synchronous.hyperband_impl": (
        "SynchronousGeometricHyperbandScheduler GeometricDifferentialEvolutionHyperbandScheduler"
    ),
    "syne_tune.experiments": COMPARISONS,
    "syne_tune.experiments.baselines": "MethodArguments convert_categorical_to_ordinal default_arguments",
    "syne_tune.experiments.default_baselines": "RandomSearch BayesianOptimization ASHA MOBSTER HyperTune LSOBO MOREA",
    **{f"{LAUNCHERS}.hpo_main_{place}": "main" for place in ("local", "simulator", "sagemaker")},
    **{f"{LAUNCHERS}.launch_remote_{place}": "launch_remote" for place in ("local", "simulator", "sagemaker")},
    f"{LAUNCHERS}.hpo_main_common": "ConfigDict config_from_argparse",
    BENCHMARKS: """
        RealBenchmarkDefinition SurrogateBenchmarkDefinition BenchmarkDefinition
        nas201_benchmark nas201_benchmark_definitions lcbench_selected_datasets fcnet_benchmark_definitions
    """,
    f"{BENCHMARKS}.nas201": "nas201_benchmark nas201_benchmark_definitions",
    f"{BENCHMARKS}.lcbench": "lcbench_benchmark lcbench_benchmark_definitions lcbench_selected_datasets",
    f"{BENCHMARKS}.fcnet": "fcnet_benchmark fcnet_benchmark_definitions",
    f"{BENCHMARKS}.yahpo": "yahpo_nb301_benchmark_definitions yahpo_iaml_benchmark_definitions",
    f"{BENCHMARKS}.common": "RealBenchmarkDefinition SurrogateBenchmarkDefinition",
    "syne_tune.experiments.visualization.plotting": "filter_final_row_per_trial",
    "syne_tune.experiments.visualization.results_utils": (
        "create_index_for_result_files load_results_dataframe_per_benchmark"
    ),
    "syne_tune.config_space": DOMAINS,
    "syne_tune.num_gpu": "get_num_gpus",
    "syne_tune.backend": "LocalBackend PythonBackend",
    "syne_tune.backend.local_backend": "LocalBackend",
    "syne_tune.backend.python_backend": "PythonBackend",
    "syne_tune.backend.trial_backend": "TrialBackend TrialAndStatusInformation TrialIdAndResultList BUSY_STATUS",
    "syne_tune.backend.trial_status": "Status Trial TrialResult",
    "syne_tune.backend.sagemaker_backend.sagemaker_utils": """
        default_config default_sagemaker_session get_execution_role download_sagemaker_results untar
        backend_path_not_synced_to_s3 map_identifier_limited_length metric_definitions_from_names
        add_metric_definitions_to_sagemaker_estimator
        s3_copy_objects_recursively s3_delete_objects_recursively s3_download_files_recursively
    """,
    "syne_tune.backend.sagemaker_backend.instance_info": "select_instance_type InstanceInfo InstanceInfos",
    "syne_tune.remote.constants": """
        DEFAULT_CPU_INSTANCE DEFAULT_CPU_INSTANCE_SMALL DEFAULT_GPU_INSTANCE_1GPU DEFAULT_GPU_INSTANCE_4GPU
        PYTORCH_LATEST_FRAMEWORK PYTORCH_LATEST_PY_VERSION MXNET_LATEST_VERSION MXNET_LATEST_PY_VERSION
        HUGGINGFACE_LATEST_FRAMEWORK_VERSION HUGGINGFACE_LATEST_PYTORCH_VERSION
        HUGGINGFACE_LATEST_TRANSFORMERS_VERSION HUGGINGFACE_LATEST_PY_VERSION
    """,
    "syne_tune.remote.estimators": """
        sagemaker_estimator pytorch_estimator huggingface_estimator sklearn_estimator mxnet_estimator
        instance_sagemaker_estimator basic_cpu_instance_sagemaker_estimator
    """,
    "syne_tune.remote.scheduling": "backoff",
    "syne_tune.remote.remote_launcher": "RemoteLauncher",
    "syne_tune.remote.remote_metrics_callback": """
        RemoteTuningMetricsCallback BEST_METRIC_VALUE BEST_TRIAL_ID BEST_RESOURCE_VALUE BEST_HP_PREFIX
    """,
    f"{SIMULATOR}.simulator_backend": "SimulatorBackend SimulatorConfig",
    f"{SIMULATOR}.simulator_callback": "SimulatorCallback",
    f"{SIMULATOR}.events": "SimulatorState StartEvent CompleteEvent OnTrialResultEvent",
    BLACKBOXES: """
        BlackboxOffline deserialize add_surrogate UserBlackboxBackend
        load_blackbox blackbox_list BlackboxRepositoryBackend
    """,
    f"{BLACKBOXES}.repository": "load_blackbox blackbox_list",
    f"{BLACKBOXES}.conversion_scripts.blackbox_recipe": "BlackboxRecipe",
    f"{BLACKBOXES}.conversion_scripts.recipes": "recipes generate_blackbox_recipes",
    f"{BLACKBOXES}.conversion_scripts.scripts.nasbench201_import": """
        CONFIG_KEYS METRIC_VALID_ERROR RESOURCE_ATTR BLACKBOX_NAME
    """,
    f"{BLACKBOXES}.conversion_scripts.scripts.yahpo_import": "BlackBoxYAHPO instantiate_yahpo",
    f"{BLACKBOXES}.blackbox": "Blackbox from_function ObjectiveFunctionResult",
    f"{BLACKBOXES}.blackbox_offline": "BlackboxOffline serialize deserialize",
    f"{BLACKBOXES}.blackbox_tabular": "BlackboxTabular serialize deserialize",
    f"{BLACKBOXES}.blackbox_surrogate": "BlackboxSurrogate add_surrogate",
    f"{BLACKBOXES}.simulated_tabular_backend": "BlackboxRepositoryBackend UserBlackboxBackend make_surrogate",
    f"{BLACKBOXES}.utils": "metrics_for_configuration",
    "syne_tune.optimizer.scheduler": "TrialScheduler TrialSuggestion SchedulerDecision",
    "syne_tune.optimizer.baselines": BASELINES,
    SCHEDULERS: "FIFOScheduler HyperbandScheduler MedianStoppingRule",
    f"{SCHEDULERS}.fifo": "FIFOScheduler",
    f"{SCHEDULERS}.ray_scheduler": "RayTuneScheduler",
    f"{SCHEDULERS}.hyperband": "HyperbandScheduler",
    f"{SCHEDULERS}.median_stopping_rule": "MedianStoppingRule",
    f"{SCHEDULERS}.ask_tell_scheduler": "AskTellScheduler",
    f"{SCHEDULERS}.random_seeds": "RandomSeedGenerator generate_random_seed RANDOM_SEED_UPPER_BOUND",
    SEARCHERS: """
        BaseSearcher StochasticSearcher StochasticAndFilterDuplicatesSearcher RandomSearcher GridSearcher
        extract_random_seed impute_points_to_evaluate searcher_factory
        BayesianOptimizationSearcher GPFIFOSearcher GPMultiFidelitySearcher
    """,
    f"{SEARCHERS}.gp_fifo_searcher": "GPFIFOSearcher",
    f"{SEARCHERS}.gp_multifidelity_searcher": "GPMultiFidelitySearcher",
    f"{SEARCHERS}.dyhpo.hyperband_dyhpo": "DyHPORungSystem",
    f"{SEARCHERS}.kde": "KernelDensityEstimator MultiFidelityKernelDensityEstimator",
    f"{SEARCHERS}.bore": "Bore MultiFidelityBore",
    f"{SEARCHERS}.conformal": "SurrogateSearcher",
    f"{SEARCHERS}.conformal.surrogate_searcher": "SurrogateSearcher",
    f"{SEARCHERS}.regularized_evolution": "RegularizedEvolution",
    f"{SCHEDULERS}.smac_scheduler": "SMACScheduler",
    f"{SEARCHERS}.botorch": "BoTorchSearcher",
    f"{SCHEDULERS}.multiobjective": """
        MOASHA LinearScalarizedScheduler MultiObjectiveRegularizedEvolution NSGA2Searcher
        MultiObjectiveLCBRandomLinearScalarization MultiObjectiveMultiSurrogateSearcher
    """,
    f"{SCHEDULERS}.multiobjective.moasha": "MOASHA",
    f"{SCHEDULERS}.multiobjective.linear_scalarizer": "LinearScalarizedScheduler",
    f"{SCHEDULERS}.multiobjective.random_scalarization": "MultiObjectiveLCBRandomLinearScalarization",
    f"{SCHEDULERS}.multiobjective.multi_surrogate_multi_objective_searcher": "MultiObjectiveMultiSurrogateSearcher",
    f"{SCHEDULERS}.multiobjective.multiobjective_priority": """
        MOPriority NonDominatedPriority LinearScalarizationPriority FixedObjectivePriority
    """,
    f"{SCHEDULERS}.multiobjective.utils": """
        hypervolume hypervolume_cumulative linear_interpolate default_reference_point
    """,
    f"{SCHEDULERS}.transfer_learning": """
        TransferLearningTaskEvaluations TransferLearningMixin BoundingBox RUSHScheduler
    """,
    f"{SCHEDULERS}.transfer_learning.rush": "RUSHScheduler",
    f"{SCHEDULERS}.transfer_learning.bounding_box": "BoundingBox",
    f"{SCHEDULERS}.transfer_learning.zero_shot": "ZeroShotTransfer",
    f"{SCHEDULERS}.transfer_learning.quantile_based.quantile_based_searcher": "QuantileBasedSurrogateSearcher",
    f"{SEARCHERS}.sklearn": "SKLearnSurrogateSearcher",
    f"{SEARCHERS}.sklearn.sklearn_surrogate_searcher": "SKLearnSurrogateSearcher",
    f"{SEARCHERS}.bayesopt.sklearn": "SKLearnEstimator SKLearnPredictor",
    f"{SEARCHERS}.bayesopt.sklearn.estimator": "SKLearnEstimator",
    f"{SEARCHERS}.bayesopt.sklearn.predictor": "SKLearnPredictor",
    f"{SEARCHERS}.bayesopt.models.meanstd_acqfunc_impl": "EIAcquisitionFunction LCBAcquisitionFunction",
    f"{SEARCHERS}.constrained": "ConstrainedGPFIFOSearcher",
    f"{SEARCHERS}.cost_aware": "CostAwareGPFIFOSearcher CostAwareGPMultiFidelitySearcher",
    f"{SEARCHERS}.utils": "HyperparameterRanges make_hyperparameter_ranges",
    f"{SEARCHERS}.utils.hp_ranges_factory": "make_hyperparameter_ranges",
}


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in OLD_PATHS.items() for name in names.split()]
)
def test_name_can_be_imported_from(path: str, name: str) -> None:
    assert getattr(importlib.import_module(path), name) is not None


def test_decisions_equal_the_strings_of_the_same_spelling() -> None:
    decisions = (SchedulerDecision.CONTINUE, SchedulerDecision.PAUSE, SchedulerDecision.STOP)
    assert decisions == ("CONTINUE", "PAUSE", "STOP")


def test_example_scripts_are_where_the_helpers_say() -> None:
    assert util.script_height_example_path().name == "train_height.py"
    assert util.script_height_example_path().is_file()
    assert util.script_checkpoint_example_path().is_file()
    assert (util.repository_root_path() / "pyproject.toml").is_file()

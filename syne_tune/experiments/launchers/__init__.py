"""Programs that run whole comparisons: every method, with every seed, on every benchmark.

``hpo_main_*`` run them here, ``launch_remote_*`` as SageMaker jobs; each holds the function that a script calls.
"""

"""Surrogate benchmarks of YAHPO Gym, read from their published files: space, encoding of categories, ONNX network.

Pfisterer, Schneider, Moosbauer, Binder, Bischl (2022). YAHPO Gym: an efficient multi-objective multi-fidelity benchmark
for hyperparameter optimization. AutoML 2022. Neither the package ``yahpo_gym`` nor ``ConfigSpace`` is needed.
"""

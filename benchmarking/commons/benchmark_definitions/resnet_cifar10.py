"""``benchmarking.benchmark_definitions.resnet_cifar10``, under its older path."""

from benchmarking.benchmark_definitions.resnet_cifar10 import resnet_cifar10_benchmark

__all__ = ["resnet_cifar10_benchmark"]

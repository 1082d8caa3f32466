"""Parts of the method that makes its own choices, see :class:`~syne_tune.optimizer.baselines.auto.AutoScheduler`."""

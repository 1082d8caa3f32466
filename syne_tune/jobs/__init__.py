"""A training-job service on this machine that speaks SageMaker's protocol and really runs the jobs.

It knows nothing of tuning. Start it with ``syne-tune jobs serve`` or :class:`syne_tune.jobs.server.JobServer`; it needs
the extra ``jobs``.
"""

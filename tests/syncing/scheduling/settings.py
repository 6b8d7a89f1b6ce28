"""The product's queue, hurried: what is not acknowledged is delivered again within seconds instead of half an hour."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import Q_CLUSTER

SCHEDULER_ENABLED, SCHEDULER_ENV = True, "production"
Q_CLUSTER = Q_CLUSTER | {"poll": 0.1, "timeout": 3, "retry": 7, "scheduler": False}

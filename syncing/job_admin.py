"""The tables of jobs in the back-office, and those of django-q2: looked at, never edited. Whoever could write a row of
django-q2's schedule could have any code run here; jobs are started and held back on their own page.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_q.models import Failure, OrmQ, Schedule, Success

from syncing.backups.models import Backup
from syncing.mirrored_admin import ReadOnlyAdmin
from syncing.rights import Audience
from syncing.scheduling.models import JobPause, JobPlan, JobRun

admin.site.unregister([model for model in (Failure, OrmQ, Schedule, Success) if admin.site.is_registered(model)])


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ("job", "slot", "trigger", "started_at", "outcome", "attempt", "message")
    list_filter = ("outcome", "trigger")
    search_fields = ("=job", "message")
    list_select_related = ("user",)


@admin.register(JobPause)
class JobPauseAdmin(ReadOnlyAdmin):
    list_display = ("job", "reason", "at", "until", "by", "resumed_at")
    list_select_related = ("by", "resumed_by")


@admin.register(JobPlan)
class JobPlanAdmin(ReadOnlyAdmin):
    list_display = ("name", "job", "cron", "since")


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    list_display = ("file", "started_at", "size", "rows", "outcome", "verified_at", "message", "removed_at")
    list_filter = ("outcome",)


class QueueAdmin(ReadOnlyAdmin):
    """What django-q2 keeps pickled or signed is not even read: reading a pickle runs it."""

    audience = Audience.ADMINISTRATION
    unread: tuple[str, ...] = ("args", "kwargs", "result")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self.unread)


@admin.register(Schedule)
class ScheduleAdmin(QueueAdmin):
    unread = ()
    list_display = fields = ("name", "func", "cron", "minutes", "next_run", "cluster")


@admin.register(Success, Failure)
class TaskAdmin(QueueAdmin):
    list_display = fields = ("name", "func", "cluster", "started", "stopped", "success")


@admin.register(OrmQ)
class WaitingAdmin(QueueAdmin):
    unread = ("payload",)
    list_display = fields = ("id", "key", "lock")

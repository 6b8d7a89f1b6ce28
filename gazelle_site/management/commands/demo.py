"""`manage.py demo`: everything to try the product: site, workers, readings, and a stand-in Gazelle if need be."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clients.models import Technician
from syncing.scheduling.declaring import DEFAULT, LONG

PASSWORD = "demo-gazelle"  # noqa: S105  # opens invented data, on this machine only
ACCOUNTS = (
    ("bruno.lachance@exemple.ca", "Bruno", "Lachance", "Administration"),
    ("simon.arcand@exemple.ca", "Simon", "Arcand", "Technicien"),
)
# A full path rather than a change of folder: a relative path in the settings must mean the same to the children.
MANAGE = str(settings.BASE_DIR / "manage.py")
BETWEEN_SYNCS = 180  # seconds: the cadence of the fast sync
PATIENCE = 90  # seconds for the stand-in to lay out its data, or for the site to answer
STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}  # Ctrl-C, a supervisor, a terminal that is closed
GRACE = 3  # seconds for the pages being served when the site stops
STOP_PATIENCE = 10  # seconds for everybody to stop; above GRACE, so that gunicorn has time to end its workers


class Command(BaseCommand):
    help = "Démarre tout, pour essayer : le site, une première lecture, et un faux Gazelle si aucun accès n’est donné."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port du site ; le premier libre à partir de là.")
        parser.add_argument("--size", default="demo", choices=("small", "demo", "real"), help="Taille du faux Gazelle.")

    def handle(self, *args: object, port: int, size: str, **options: object) -> None:
        self.children: list[subprocess.Popen[bytes]] = []
        self.environment = dict(os.environ)
        try:
            _on_stops(self._stop)
            if settings.GAZELLE_IS_DEMO:
                self._start_sandbox(size)
            self._start_site(port)
            self._start_workers()
            self._read_for_ever()
        except KeyboardInterrupt:
            with suppress(OSError):  # the terminal may be gone
                self.stdout.write("Arrêt.")
        finally:
            self._stop_children()

    def _start_sandbox(self, size: str) -> None:
        self.stdout.write("Aucun accès à Gazelle dans .env : ce site lit un faux Gazelle, aux données inventées.")
        port = _free_port(settings.GAZELLE_DEMO_PORT)
        self.environment["GAZELLE_DEMO_PORT"] = str(port)
        self._start(MANAGE, "sandbox", f"--port={port}", f"--size={size}", quiet=True)
        self._wait_for(port, "Le faux Gazelle")

    def _start_site(self, port: int) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.GAZELLE_IS_DEMO:
            make_demo_accounts()
        port = _free_port(port)
        self._start(
            "-m",
            "gunicorn",
            "gazelle_site.wsgi",
            f"--pythonpath={settings.BASE_DIR}",
            f"--bind=127.0.0.1:{port}",
            "--threads=8",
            f"--graceful-timeout={GRACE}",
            "--log-level=warning",
            "--no-control-socket",
            # gunicorn sets its own signals: SIGHUP would make it reload, and Ctrl-C would reach its workers directly.
            own_group=True,
        )
        self._wait_for(port, "Le site")
        self.stdout.write(f"\n  Le site est prêt : http://127.0.0.1:{port}/\n")
        if settings.GAZELLE_IS_DEMO:
            for email, _first, _last, group in ACCOUNTS:
                self.stdout.write(f"  {group:<15} {email}   mot de passe : {PASSWORD}")
        elif not User.objects.filter(is_superuser=True).exists():
            self.stdout.write("  Créez un premier compte : python manage.py createsuperuser")
        self.stdout.write("\n  La lecture commence ; Ctrl-C arrête tout.\n")

    def _start_workers(self) -> None:
        """Nothing is planned here; they do what is asked for on the page of jobs."""
        for cluster in (DEFAULT, LONG):
            self.environment["Q_CLUSTER_NAME"] = cluster
            # A cluster sets its own signals, and would leave its workers behind if it alone were killed.
            self._start(MANAGE, "qcluster", own_group=True)
        del self.environment["Q_CLUSTER_NAME"]

    def _read_for_ever(self) -> None:
        lasting = list(self.children)
        for turn in itertools.count():
            # Comparing and learning are work for once a night.
            for command in ("sync", "duplicates", "reindex") if turn == 0 else ("sync",):
                working = self._start(MANAGE, command)
                while working.poll() is None:
                    _watch(lasting)
                self.children.remove(working)
            if settings.GAZELLE_IS_DEMO:
                for user in User.objects.filter(username__in=[account[0] for account in ACCOUNTS]):
                    link_demo_account(user)
            until = time.monotonic() + BETWEEN_SYNCS
            while time.monotonic() < until:
                _watch(lasting)

    def _start(self, *command: str, quiet: bool = False, own_group: bool = False) -> subprocess.Popen[bytes]:
        self.stdout.flush()  # into a pipe, what was said here comes before what the child says
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # a child that is started must be known before any stop
        try:
            child = subprocess.Popen(  # noqa: S603  # our own command line, nothing from outside
                [sys.executable, *command],
                env=self.environment,
                stdout=subprocess.DEVNULL if quiet else None,
                process_group=0 if own_group else None,
                preexec_fn=_leave_stops_to_parent,
            )
            self.children.append(child)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        return child

    def _wait_for(self, port: int, what: str) -> None:
        until = time.monotonic() + PATIENCE
        while self.children[-1].poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise CommandError(f"{what} n’a pas démarré sur le port {port}.")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        _on_stops(self._hurry)
        raise KeyboardInterrupt

    def _hurry(self, number: int, frame: FrameType | None) -> None:
        """A second Ctrl-C: no more waiting."""
        for child in self.children:
            _kill(child)

    def _stop_children(self) -> None:
        _on_stops(self._hurry)  # nothing may interrupt the stop
        for child in reversed(self.children):
            child.terminate()
        until = time.monotonic() + STOP_PATIENCE
        for child in self.children:
            try:
                child.wait(timeout=max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill(child)
                child.wait()


def make_demo_accounts() -> None:
    """An administrator and a technician who open invented data; each is who bears that name in the stand-in."""
    for email, first, last, group in ACCOUNTS:
        user, _ = User.objects.get_or_create(username=email, defaults={"email": email})
        user.first_name, user.last_name, user.is_active = first, last, True
        user.set_password(PASSWORD)
        user.save()
        user.groups.set([Group.objects.get(name=group)])
        link_demo_account(user)


def link_demo_account(user: User) -> None:
    """Nothing to link before the first reading of the stand-in's staff."""
    free = Technician.objects.filter(full_name=user.get_full_name(), login=None)
    if not Technician.objects.filter(login=user).exists() and (namesake := free.first()):
        Technician.objects.filter(pk=namesake.pk).update(login=user, updated_at=timezone.now())


def _free_port(first: int) -> int:
    """The first port that can be taken, from `first` up."""
    last = min(first + 49, 65535)
    for port in range(first, last + 1):
        with socket.socket() as probe:
            # As the servers do it: what lingers of connections just closed does not make a port busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise CommandError(f"Aucun port libre entre {first} et {last}.")


def _on_stops(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` asks to outlive the terminal
            signal.signal(number, handler)


def _leave_stops_to_parent() -> None:
    """In a child, before it starts: Ctrl-C and a closed terminal reach the whole group, but only `demo` answers.

    It then sends SIGTERM. Otherwise one child would be told twice, and interrupted while it stops.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return  # its number may already be another's
    with suppress(ProcessLookupError):
        if os.getpgid(child.pid) == child.pid:
            os.killpg(child.pid, signal.SIGKILL)  # a killed gunicorn would leave its workers behind
        else:
            child.kill()


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    """Wait a little, unless a child is dead: a demo half alive would only confuse."""
    for child in children:
        if child.poll() is not None:
            raise CommandError(f"« {_name(child)} » s’est arrêté.")
    time.sleep(0.5)


def _name(child: subprocess.Popen[bytes]) -> str:
    """The word after `python manage.py` or `python -m`."""
    return str(child.args[2]) if isinstance(child.args, list) else str(child.args)

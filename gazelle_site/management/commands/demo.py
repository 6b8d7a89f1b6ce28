from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

PASSWORD = "demo-gazelle"  # noqa: S105  # opens invented data, on this machine only
ACCOUNTS = (
    ("bruno.lachance@exemple.ca", "Bruno", "Lachance", "Administration"),
    ("simon.arcand@exemple.ca", "Simon", "Arcand", "Technicien"),
)
BETWEEN_SYNCS = 180  # seconds: the cadence of the fast sync, until jobs decide
PATIENCE = 90  # seconds for the stand-in to lay out its data, or for the site to answer


class Command(BaseCommand):
    help = "Démarre tout, pour essayer : le site, une première lecture, et un faux Gazelle si aucun accès n’est donné."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port du site ; le premier libre à partir de là.")
        parser.add_argument("--size", default="demo", choices=("small", "demo", "real"), help="Taille du faux Gazelle.")

    def handle(self, *args: object, port: int, size: str, **options: object) -> None:
        signal.signal(signal.SIGTERM, _stop)
        self.children: list[subprocess.Popen[bytes]] = []
        self.environment = dict(os.environ)
        try:
            if settings.GAZELLE_IS_DEMO:
                self._start_sandbox(size)
            self._start_site(port)
            self._read_for_ever()
        except KeyboardInterrupt:
            self.stdout.write("Arrêt.")
        finally:
            for child in reversed(self.children):
                child.terminate()
            for child in self.children:
                child.wait(timeout=30)

    def _start_sandbox(self, size: str) -> None:
        self.stdout.write("Aucun accès à Gazelle dans .env : ce site lit un faux Gazelle, aux données inventées.")
        port = _free_port(int(settings.GAZELLE_DEMO_PORT))
        self.environment["GAZELLE_DEMO_PORT"] = str(port)
        self._start("manage.py", "sandbox", f"--port={port}", f"--size={size}", quiet=True)
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
            f"--bind=127.0.0.1:{port}",
            "--threads=8",
            "--log-level=warning",
            "--no-control-socket",
        )
        self._wait_for(port, "Le site")
        self.stdout.write(f"\n  Le site est prêt : http://127.0.0.1:{port}/\n")
        if settings.GAZELLE_IS_DEMO:
            for email, _first, _last, group in ACCOUNTS:
                self.stdout.write(f"  {group:<15} {email}   mot de passe : {PASSWORD}")
        elif not User.objects.filter(is_superuser=True).exists():
            self.stdout.write("  Créez un premier compte : python manage.py createsuperuser")
        self.stdout.write("\n  La lecture commence ; Ctrl-C arrête tout.\n")

    def _read_for_ever(self) -> None:
        while True:
            reading = self._start("manage.py", "sync")
            reading.wait()
            self.children.remove(reading)
            self._sleep(BETWEEN_SYNCS)

    def _sleep(self, seconds: int) -> None:
        """Wait, unless a child dies: a demo half alive would only confuse."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for child in self.children:
                if child.poll() is not None:
                    raise CommandError(f"« {' '.join(map(str, child.args[1:3]))} » s’est arrêté.")  # type: ignore[index]  # args is the list given to _start
            time.sleep(0.5)

    def _start(self, *command: str, quiet: bool = False) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(  # noqa: S603  # our own command line, nothing from outside
            [sys.executable, *command],
            env=self.environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL if quiet else None,
        )
        self.children.append(child)
        return child

    def _wait_for(self, port: int, what: str) -> None:
        until = time.monotonic() + PATIENCE
        while self.children[-1].poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise CommandError(f"{what} n’a pas démarré sur le port {port}.")


def make_demo_accounts() -> None:
    """An administrator and a technician who open invented data."""
    for email, first, last, group in ACCOUNTS:
        user, _ = User.objects.get_or_create(username=email, defaults={"email": email})
        user.first_name, user.last_name, user.is_active = first, last, True
        user.set_password(PASSWORD)
        user.save()
        user.groups.set([Group.objects.get(name=group)])


def _free_port(first: int) -> int:
    """The first port nobody listens on, from `first` up."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise CommandError(f"Aucun port libre entre {first} et {first + 49}.")


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt

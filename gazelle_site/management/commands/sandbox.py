"""`manage.py sandbox`: serve the stand-in Gazelle until interrupted."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gazelle_site.sandbox import Credentials, Sandbox, Switches
from gazelle_site.sandbox.server import SandboxServer
from gazelle_site.sandbox.setting_lines import setting_lines


class Command(BaseCommand):
    """Prints the lines to paste in `.env`, then serves."""

    help = "Sert un faux Gazelle sur cette machine, avec des données inventées."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and what to invent."""
        parser.add_argument(
            "--port", type=int, default=settings.GAZELLE_DEMO_PORT, help="port d’écoute (0 : un port libre)"
        )
        parser.add_argument("--size", choices=("small", "demo", "real"), default="demo", help="volume de données")
        parser.add_argument("--seed", type=int, default=1, help="graine des tirages")
        parser.add_argument("--today", type=date.fromisoformat, help="jour de référence, AAAA-MM-JJ (aujourd’hui)")
        parser.add_argument("--token-lifetime", type=int, default=7200, help="durée d’un jeton d’accès, en secondes")
        parser.add_argument("--api-key", default=Credentials.api_key, help="clé d’API acceptée")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the data, say where, serve."""
        server = self._listen(options)
        self.stdout.write("\n".join(setting_lines(server.base_url, server.sandbox.credentials)))
        self.stdout.write(f"# Faux Gazelle : {server.base_url} (Ctrl-C pour arrêter)")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("# arrêté")
        finally:
            server.server_close()

    def _listen(self, options: dict[str, Any]) -> SandboxServer:
        sandbox = Sandbox(
            options["size"],
            seed=options["seed"],
            today=options["today"],
            credentials=Credentials(api_key=options["api_key"]),
            switches=Switches(token_lifetime=options["token_lifetime"]),
        )
        gc.freeze()  # nothing of it will ever be garbage, and a full collection over it costs half a second
        try:
            return SandboxServer(sandbox, options["port"])
        except OSError as error:
            raise CommandError(f"Le port {options['port']} ne peut pas être ouvert : {error.strerror}.") from None

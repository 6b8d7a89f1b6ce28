"""`python -m syncing.fetching ENTITY --output FILE`: one entity of Gazelle into one JSON file, without a database."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from syncing.fetching.assembling import Parts, Request, Summary
from syncing.fetching.configuration import WrongSettings, load
from syncing.fetching.errors import CursorRefused, MissingCredentials, UnreadableAnswer
from syncing.fetching.pages import Plan, plan, walk
from syncing.fetching.progress import Progress
from syncing.fetching.transport import Transport
from syncing.french import COMPANY_ZONE, counted
from syncing.registry import Entity, Registry, UnknownEntity
from syncing.vocabulary import Mode, SyncError

OK, FAILED, USAGE, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130
LEG = "fetch"  # the parts folder holds one reading
CODES = (
    "Codes de sortie : 0 réussi, 1 échec, 2 commande ou réglage, 3 écrit mais Gazelle dit qu’il manque des parties, "
)


def main(arguments: Sequence[str], registry: Registry) -> int:
    """Run the command; its exit status."""
    options = _parser().parse_args(arguments)
    progress = Progress()
    try:
        summary = _fetch(options, registry, progress)
    except KeyboardInterrupt:
        page = progress.page + 1
        progress.say(f"Interrompu à la page {page}, relancez la même commande pour reprendre.")
        return INTERRUPTED
    except UnknownEntity as error:
        progress.say(str(error))
        return USAGE
    except SyncError as error:
        progress.say(f"{error}\n{error.action}")
        return USAGE if isinstance(error, WrongSettings | MissingCredentials) else FAILED
    except OSError as error:
        progress.say(f"{error.filename or options.output} : {error.strerror}.")
        return FAILED
    finally:
        progress.close()
    return _report(summary, progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m syncing.fetching",
        description="Lit une table de Gazelle et l’écrit dans un fichier JSON, sans base de données.",
        epilog=f"{CODES}130 interrompu.",
    )
    parser.add_argument("entity", metavar="TABLE", help="la table à lire ; un nom inconnu donne la liste")
    parser.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="le fichier JSON à écrire")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.FULL, help="full par défaut")
    parser.add_argument("--since", type=_instant, metavar="DATE", help="bord inférieur de la fenêtre (AAAA-MM-JJ)")
    parser.add_argument("--token-file", type=Path, metavar="FICHIER", help="jetons OAuth, renouvelés dans ce fichier")
    parser.add_argument("--page-size", type=_positive, metavar="N", help="fiches par page")
    parser.add_argument(
        "--fresh", action="store_true", help="abandonne une lecture interrompue au lieu de la reprendre"
    )
    return parser


def _fetch(options: argparse.Namespace, registry: Registry, progress: Progress) -> Summary:
    entity = registry[options.entity]
    settings = load(os.environ)
    decided = _plan(entity, registry, options)
    parts = Parts(options.output)
    with parts.held(), Transport(settings.api_url, settings.credentials(options.token_file)) as transport:
        asked = Request.of(decided, options.mode, settings.api_url)
        request = parts.open(asked, fresh=options.fresh, any_window=options.since is None)
        # A resumed reading keeps the window it began with, whatever the time is now.
        decided = replace(decided, variables=request.window)
        try:
            _gather(transport, decided, parts, progress)
        except CursorRefused:
            progress.say("Gazelle n’accepte plus le curseur : la lecture repart de la première page.")
            parts.remove()
            parts.open(request, fresh=True, any_window=False)
            _gather(transport, decided, parts, progress)
        return parts.assemble(entity, request, LEG)


def _plan(entity: Entity, registry: Registry, options: argparse.Namespace) -> Plan:
    if not entity.root:
        carrier = registry.carrier(entity.name)
        hint = f" Lisez plutôt « {carrier.name} »." if carrier else ""
        raise WrongSettings(f"« {entity.label} » n’a pas de liste à elle : ses fiches arrivent avec d’autres.{hint}")
    if options.mode is Mode.RECENT and Mode.RECENT not in entity.reads:
        raise WrongSettings(f"« {entity.label} » n’a pas de lecture « recent ».", action="Choisissez un autre --mode.")
    read = entity.read(options.mode)
    since = options.since
    if since is not None and "$since" not in read.arguments:
        raise WrongSettings(
            f"« {entity.label} » en mode {options.mode} ne se lit pas depuis une date.", action="Retirez --since."
        )
    now = datetime.now(UTC)
    if since is None and read.reach is not None:
        since = now - read.reach
    until = now + read.ahead if read.ahead is not None else None
    if since is None and "$since" in read.arguments:
        raise WrongSettings(
            f"« {entity.label} » en mode {options.mode} se lit depuis une date.", action="Ajoutez --since AAAA-MM-JJ."
        )
    return plan(entity, registry, options.mode, since=since, until=until, page_size=options.page_size)


def _gather(transport: Transport, decided: Plan, parts: Parts, progress: Progress) -> None:
    """Every page into the parts folder, from the one after the last that is there."""
    last = parts.last(decided.entity, LEG)
    if last is not None:
        progress.resume(last)
        if not last.has_next:
            return
    cursor, number = (last.end_cursor, last.number + 1) if last else ("", 1)
    try:
        for page in walk(transport, decided, leg=LEG, cursor=cursor, number=number):
            parts.spool.write(page)
            progress.advance(page)
    except UnreadableAnswer as error:
        kept = parts.spool.keep_body(decided.entity, LEG, progress.page + 1, error.body, str(error))
        raise type(error)(f"{error} Octets gardés : {kept}.", error.body) from None


def _report(summary: Summary, progress: Progress) -> int:
    """Say what was written; a shortfall is said, and missing parts change the exit status."""
    records, pages = counted(summary.records, "fiche", "fiches"), counted(summary.pages, "page", "pages")
    progress.say(f"{records} en {pages} : {summary.path}")
    if summary.total is not None and summary.total != summary.records:
        progress.say(f"Attention : Gazelle en annonçait {summary.total}.")
    for fault in summary.faults[:10]:
        progress.say(f"Attention : {fault}")
    return INCOMPLETE if summary.faults else OK


def _instant(text: str) -> datetime:
    """A day of the company from its first minute, or an ISO-8601 instant."""
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), time(), COMPANY_ZONE)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"date AAAA-MM-JJ attendue, reçu « {text} »") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=COMPANY_ZONE)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"nombre d’au moins 1 attendu, reçu « {text} »")
    return int(text)

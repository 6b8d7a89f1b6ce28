"""The invented company: everything is drawn from a seed and laid around a reference day."""

from __future__ import annotations

import gc
from datetime import date

from gazelle_site.sandbox.making.billing import make_invoices
from gazelle_site.sandbox.making.catalogue import make_catalogue
from gazelle_site.sandbox.making.events import make_events
from gazelle_site.sandbox.making.households import make_clients
from gazelle_site.sandbox.making.instruments import make_pianos
from gazelle_site.sandbox.making.proposals import make_estimates
from gazelle_site.sandbox.making.staff import make_company, make_users
from gazelle_site.sandbox.making.story import make_timeline
from gazelle_site.sandbox.making.world import SIZES, World
from gazelle_site.sandbox.store import Store


def populate(store: Store, *, size: str, seed: int, today: date) -> str:
    """Fill the store; answers the id of the user behind the credentials."""
    if size not in SIZES:
        raise ValueError(f"« {size} » n’est pas une taille ; choix : {', '.join(SIZES)}")
    world = World(store, SIZES[size], seed, today)
    # A million new dicts and no garbage: the collector would only walk them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        make_company(world)
        make_users(world)
        make_catalogue(world)
        make_clients(world)
        make_pianos(world)
        make_events(world)
        make_invoices(world)
        make_estimates(world)
        make_timeline(world)
        world.load()
    finally:
        if collecting:
            gc.enable()
    return world.identity

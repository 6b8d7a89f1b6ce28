"""The lines to paste in `.env` so that the product talks to the sandbox."""

from __future__ import annotations

from gazelle_site.sandbox.answering import GRAPHQL_PATH, TOKEN_PATH
from gazelle_site.sandbox.credentials import Credentials


def setting_lines(base_url: str, credentials: Credentials) -> list[str]:
    """Both ways in: the API key, which wins when it is there, and the OAuth pair."""
    return [
        f"GAZELLE_API_URL={base_url}{GRAPHQL_PATH}",
        f"GAZELLE_TOKEN_URL={base_url}{TOKEN_PATH}",
        f"GAZELLE_API_KEY={credentials.api_key}",
        f"GAZELLE_CLIENT_ID={credentials.client_id}",
        f"GAZELLE_CLIENT_SECRET={credentials.client_secret}",
        f"GAZELLE_ACCESS_TOKEN={credentials.access_token}",
        f"GAZELLE_REFRESH_TOKEN={credentials.refresh_token}",
    ]

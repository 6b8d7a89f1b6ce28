"""The fetcher's settings: the environment, then `.env`, secrets also as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncing.fetching.configuration import API_URL, Configuration, WrongSettings, load
from syncing.fetching.errors import MissingCredentials, TokenRefused, TokenStoreUnreadable
from syncing.fetching.tokens import FileStore, Tokens


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_the_environment_wins_over_the_file_and_a_value_over_its_file(tmp_path: Path, env_file: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from-file\n")
    env_file.write_text(f"GAZELLE_API_KEY=from-env-file\nGAZELLE_CLIENT_ID=ours\nGAZELLE_CLIENT_SECRET_FILE={secret}\n")

    found = load({"GAZELLE_API_KEY": "from-environment", "GAZELLE_CLIENT_ID": ""}, env_file)

    assert (found.api_key, found.client_id, found.client_secret) == ("from-environment", "ours", "from-file")
    assert found.api_url == API_URL
    assert load({"GAZELLE_API_KEY_FILE": str(secret)}, env_file).api_key == "from-file"


def test_a_secret_file_that_is_missing_is_named(env_file: Path) -> None:
    with pytest.raises(WrongSettings, match="GAZELLE_API_KEY_FILE : /nowhere"):
        load({"GAZELLE_API_KEY_FILE": "/nowhere"}, env_file)


@pytest.mark.parametrize("line", [b"GAZELLE_API_KEY = $abc # mine\n", b"\xef\xbb\xbfexport GAZELLE_API_KEY='$abc'\r\n"])
def test_a_line_means_what_a_person_meant(env_file: Path, line: bytes) -> None:
    env_file.write_bytes(line)
    assert load({}, env_file).api_key == "$abc"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"GAZELLE_API_KEY=\xe9\n", "n’est pas en UTF-8"),
        (b"\n# ours\nGAZELLE_API_KEY abc\n", ".env, ligne 3 : illisible"),
        ("GAZELLE_API_KEY=clé\n".encode(), "GAZELLE_API_KEY : clé illisible"),
        (b"GAZELLE_API_KEY=k\nGAZELLE_API_KEY_FILE=/f\n", "tous les deux dans .env"),
    ],
)
def test_an_env_file_that_would_be_misread_is_refused(env_file: Path, line: bytes, said: str) -> None:
    env_file.write_bytes(line)
    with pytest.raises(WrongSettings, match=said):
        load({}, env_file)


def test_an_env_file_may_be_absent_unless_it_is_named(tmp_path: Path) -> None:
    assert load({}, tmp_path / "absent").api_key == ""
    with pytest.raises(WrongSettings, match=r"ENV_FILE : .*absent n’existe pas"):
        load({"ENV_FILE": str(tmp_path / "absent")})
    (tmp_path / "link").symlink_to(tmp_path / "absent")
    with pytest.raises(WrongSettings, match="n’existe pas"):
        load({}, tmp_path / "link")


@pytest.mark.parametrize(
    "url",
    ["https://[x", "https://x:abc/", "gazelleapp.io", "http://gazelleapp.io/graphql/private/", "ftp://x/", "https://"],
)
def test_an_address_that_would_leak_or_fail_is_refused(env_file: Path, url: str) -> None:
    with pytest.raises(WrongSettings, match="GAZELLE_API_URL"):
        load({"GAZELLE_API_URL": url}, env_file)


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://127.0.0.1/x/", "http://[::1]:2/"])
def test_plain_http_is_allowed_on_this_machine(env_file: Path, url: str) -> None:
    assert load({"GAZELLE_API_URL": url}, env_file).api_url == url


def test_the_api_key_wins_and_says_its_kind() -> None:
    settings = Configuration(api_key="k", access_token="a")
    assert settings.credentials().header() == ("x-gazelle-api-key", "k")


def test_tokens_of_the_environment_serve_but_are_not_renewed() -> None:
    credentials = Configuration(access_token="a", refresh_token="r").credentials()
    assert credentials.header() == ("Authorization", "Bearer a")
    with pytest.raises(TokenRefused, match="ne pourrait pas être gardé"):
        credentials.renew(credentials.header())


def test_a_token_file_wins_over_the_environment_s_tokens_which_seed_it(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    settings = Configuration(access_token="seed", refresh_token="r")
    assert settings.credentials(path).header() == ("Authorization", "Bearer seed")

    FileStore(path).save(Tokens("kept"))
    assert settings.credentials(path).header() == ("Authorization", "Bearer kept")


def test_nothing_and_damage_are_said_before_the_first_request(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    with pytest.raises(MissingCredentials, match="Aucun accès"):
        Configuration().credentials()
    with pytest.raises(MissingCredentials, match="n’existe pas"):
        Configuration().credentials(path)
    path.write_text("{")
    with pytest.raises(TokenStoreUnreadable):
        Configuration().credentials(path)


def test_secrets_never_show_in_a_representation() -> None:
    shown = repr(Configuration(api_key="secret", client_secret="secret", access_token="secret", refresh_token="secret"))
    assert "secret=" not in shown.replace("client_secret", "")
    assert "'secret'" not in shown

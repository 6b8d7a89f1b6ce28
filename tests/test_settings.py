"""Settings as a fresh process reads them: one reading of `.env`, one sentence for a mistake, logs out of the way."""

from __future__ import annotations

import ast
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gazelle_site.first_run import kept_secret
from syncing.registry import PROJECT

# Whatever the suite runs under, the settings under test come from the test alone.
BARE = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "SECRET_KEY": "tests-only"}
SHOW = (
    "import sys; from django.conf import settings; print({name: str(getattr(settings, name)) for name in sys.argv[1:]})"
)


def python(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    known = {"DJANGO_SETTINGS_MODULE": "gazelle_site.settings"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=BARE | known | environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


def read(name: str, **environment: str) -> str:
    done = python(["-c", SHOW, name], environment)
    assert done.returncode == 0, done.stderr
    return str(ast.literal_eval(done.stdout)[name])


def refusal(**environment: str) -> str:
    """What a start that fails says; it is short and holds no trace."""
    done = python(["manage.py", "check"], environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (b"GAZELLE_API_KEY = abc\n", "GAZELLE_API_KEY", "abc"),
        (b"\xef\xbb\xbfGAZELLE_API_KEY=abc\n", "GAZELLE_API_KEY", "abc"),
        (b"GAZELLE_API_KEY=abc\r\n", "GAZELLE_API_KEY", "abc"),
        (b"export GAZELLE_API_KEY='abc'\n", "GAZELLE_API_KEY", "abc"),
        (b"GAZELLE_API_KEY=$abc${HOME}\n", "GAZELLE_API_KEY", "$abc${HOME}"),
        (b"DEBUG=true # dev\n", "DEBUG", "True"),
        (b"SCHEDULER_ENV=Local\n", "SCHEDULER_ENV", "local"),
        (b"LOG_LEVEL=\nOWNER_EMAIL= moi@exemple.ca\n", "OWNER_EMAIL", "moi@exemple.ca"),
    ],
)
def test_a_line_means_what_a_person_meant(env_file: Path, line: bytes, name: str, value: str) -> None:
    env_file.write_bytes(line)
    assert read(name, ENV_FILE=str(env_file)) == value


def test_a_key_of_the_env_file_leaves_the_demo(env_file: Path) -> None:
    env_file.write_text("GAZELLE_API_KEY = abc\n")
    assert read("GAZELLE_IS_DEMO", ENV_FILE=str(env_file)) == "False"


def test_a_secret_may_begin_with_a_dollar() -> None:
    assert read("SECRET_KEY", SECRET_KEY="$abc") == "$abc"


@pytest.mark.parametrize("name", ["RAW_DATA_DIR", "GAZELLE_API_URL", "GAZELLE_TOKEN_URL", "DATABASE_URL", "LOG_LEVEL"])
def test_an_empty_value_is_not_given(name: str) -> None:
    shown = "DATABASES" if name == "DATABASE_URL" else "LOGGING" if name == "LOG_LEVEL" else name
    assert read(shown, GAZELLE_API_KEY="k", **{name: ""}) == read(shown, GAZELLE_API_KEY="k")


def test_files_of_secrets_are_stripped(tmp_path: Path) -> None:
    key, database = tmp_path / "key", tmp_path / "database"
    key.write_text("abc\n")
    database.write_text("sqlite:////tmp/mirror.sqlite3\n")
    assert read("GAZELLE_API_KEY", GAZELLE_API_KEY_FILE=str(key)) == "abc"
    assert "'/tmp/mirror.sqlite3'" in read("DATABASES", DATABASE_URL_FILE=str(database))


def test_mail_of_a_first_run_goes_under_var() -> None:
    assert read("EMAIL_FILE_PATH") == str(PROJECT / "var" / "mail")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"OWNER_EMAIL=\xe9\n", "n’est pas en UTF-8"),
        (b"DEBUG=true\n\nLOG_LEVEL\n", ".env, ligne 3 : illisible"),
        (b"GAZELLE_API_KEY: abc\n", ".env, ligne 1 : illisible"),
        (b"# ok\nSECRET_KEY=\"abc\nGAZELLE_API_KEY=k\n", ".env, ligne 2 : illisible"),
        (b"GAZELLE_API_KEY=\nc2VjcmV0==\n", "existe pas"),
        (b"GAZELLE_API_KY=k\n", "Vouliez-vous écrire GAZELLE_API_KEY ?"),
        (b"GAZELLE_API_KEY=k\nGAZELLE_API_KEY_FILE=/f\n", "tous les deux dans .env"),
    ],
)  # fmt: skip
def test_an_env_file_that_cannot_be_read_is_refused(env_file: Path, lines: bytes, said: str) -> None:
    env_file.write_bytes(lines)
    assert said in refusal(ENV_FILE=str(env_file))


def test_an_env_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    assert "ENV_FILE" in refusal(ENV_FILE=str(tmp_path / "missing"))
    assert "ENV_FILE" in refusal(ENV_FILE=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOG_LEVEL", "verbose", "LOG_LEVEL vaut DEBUG, INFO"),
        ("GAZELLE_API_KEY_FILE", "/nowhere", "GAZELLE_API_KEY_FILE : /nowhere n’existe pas"),
        ("GAZELLE_API_KEY_FILE", os.devnull, "est vide"),
        ("DATABASE_URL", "postgres://u:hush@h:abc/db", "DATABASE_URL est illisible"),
        ("DATABASE_URL", "postgres://u:hush@[h/db", "DATABASE_URL est illisible"),
        ("DATABASE_URL", "postgres://u:hush@h", "DATABASE_URL est illisible"),
        ("EMAIL_URL", "smtp://u:hush@h:abc", "EMAIL_URL est illisible"),
        ("GAZELLE_API_URL", "https://[x", "GAZELLE_API_URL n’est pas une adresse complète"),
        ("GAZELLE_TOKEN_URL", "https://x:abc/", "GAZELLE_TOKEN_URL n’est pas une adresse complète"),
        ("GAZELLE_DEMO_PORT", "abc", "GAZELLE_DEMO_PORT vaut un nombre"),
        ("GAZELLE_DEMO_PORT", "0", "GAZELLE_DEMO_PORT vaut un nombre"),
        ("GAZELLE_API_KEY", "hushé", "GAZELLE_API_KEY : clé illisible"),
        ("GAZELLE_ACCESS_TOKEN", "hush\nhush", "GAZELLE_ACCESS_TOKEN : clé illisible"),
        ("TOKEN_ENCRYPTION_KEYS", "hush", "TOKEN_ENCRYPTION_KEYS"),
        ("OWNER_EMAIL", "moi", "OWNER_EMAIL n’est pas une adresse de courriel"),
        ("DEFAULT_FROM_EMAIL", "Nous <nous@>", "DEFAULT_FROM_EMAIL n’est pas une adresse"),
        ("SLACK_WEBHOOK_URL", "http://hooks.slack.com/hush", "SLACK_WEBHOOK_URL n’est pas une adresse complète"),
        ("SENTRY_DSN", "hush", "SENTRY_DSN est illisible"),
        ("SCHEDULER_ENV", "prod", "SCHEDULER_ENV vaut local, staging ou production"),
    ],
)
def test_a_mistake_is_one_sentence_that_shows_no_secret(name: str, value: str, said: str) -> None:
    given = {"GAZELLE_API_KEY": "k"} if name.endswith("_URL") else {}
    sentence = refusal(**given | {name: value})
    assert said in sentence
    assert "hush" not in sentence


def test_the_web_process_says_the_same_sentence_and_gives_up() -> None:
    done = python(["-c", "import gazelle_site.wsgi"], {"LOG_LEVEL": "verbose"})
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("LOG_LEVEL vaut")
    assert "Traceback" not in done.stderr


def test_a_secret_that_a_crash_left_empty_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    assert kept_secret(path, "first") == "first"
    assert kept_secret(path, "second") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("")
    assert kept_secret(path, "third") == kept_secret(path, "fourth") == "third"
    assert [found.name for found in path.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_together_for_the_first_time_end_with_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        found = set(together.map(lambda number: kept_secret(tmp_path / "secret_key", f"secret-{number}"), range(8)))
    assert len(found) == 1


def test_a_secret_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(ImproperlyConfigured, match="secret_key ne peut pas être lu ou écrit"):
        kept_secret(tmp_path / "var" / "secret_key", "new")


LOGGING_CODE = "import logging; logging.getLogger('syncing').warning('noticed')"


def test_a_command_logs_to_a_file_and_the_web_process_to_stderr(tmp_path: Path) -> None:
    log = tmp_path / "log" / "gazelle.log"
    done = python(["manage.py", "shell", "-c", LOGGING_CODE], {"LOG_FILE": str(log)})
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(log.read_text())
    assert (told["level"], told["logger"], told["event"]) == ("WARNING", "syncing", "noticed")

    web = python(["-c", f"import gazelle_site.wsgi; {LOGGING_CODE}"], {"LOG_FILE": str(tmp_path / "web.log")})
    assert json.loads(web.stderr.splitlines()[-1])["event"] == "noticed"
    assert not (tmp_path / "web.log").exists()


def test_a_log_that_cannot_be_written_disturbs_no_command() -> None:
    code = f"{LOGGING_CODE}; {LOGGING_CODE}"
    done = python(["manage.py", "shell", "-c", code], {"LOG_FILE": "/dev/null/gazelle.log"})
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "/dev/null/gazelle.log ne peut pas être écrit" in done.stderr

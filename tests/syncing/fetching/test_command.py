"""`python -m syncing.fetching`: one file whole or none, resumed after any death, and honest exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from syncing.fetching import transport
from syncing.fetching.assembling import Parts
from syncing.fetching.command import main
from syncing.fetching.progress import Progress
from syncing.fetching.transport import Retries
from tests.syncing.fetching.declared import REGISTRY
from tests.syncing.fetching.scripted import connection

PROJECT = Path(__file__).parents[3]
RUN = "import sys; from syncing.fetching.command import main; from tests.syncing.fetching.declared import REGISTRY; "
RUN += "sys.exit(main(sys.argv[1:], REGISTRY))"


class Numbered(BaseHTTPRequestHandler):
    """Serves `records` numbered records, `page` at a time; cursors are positions."""

    protocol_version = "HTTP/1.1"
    records, pause, url = 30, 0.0, ""
    refused_cursors: frozenset[str] = frozenset()
    answers: list[bytes] = []
    asked: list[str] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        after = str(request["variables"].get("after") or "0")
        self.asked.append(after)
        time.sleep(self.pause)
        body = self.answers.pop(0) if self.answers else json.dumps(self.answer(after, request["query"])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, after: str, query: str) -> object:
        if after in self.refused_cursors:
            return {"data": None, "errors": [{"message": "Invalid cursor"}]}
        size = int(query.partition("first: ")[2].partition(",")[0])
        start, end = int(after), min(int(after) + size, self.records)
        nodes: list[object] = [{"id": f"tme_{number}", "comment": "Été \x00"} for number in range(start, end)]
        page = connection(nodes, end=str(end), more=end < self.records, total=self.records)
        return {"data": {"allTimelineEntries": page}}

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Quiet(ThreadingHTTPServer):
    """A client that was killed is what the test is about."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class OnTerminal(Progress):
    """Shown to a person who watches."""

    def __init__(self) -> None:
        super().__init__()
        self._terminal = True


@pytest.fixture
def gazelle() -> Iterator[type[Numbered]]:
    class Handler(Numbered):
        asked: list[str] = []
        answers: list[bytes] = []

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Handler.url = f"http://127.0.0.1:{server.server_port}/graphql/private/"
    yield Handler
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def environment(gazelle: type[Numbered], monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    for name in [name for name in os.environ if name.startswith("GAZELLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.setenv("GAZELLE_API_URL", gazelle.url)
    monkeypatch.setenv("GAZELLE_API_KEY", "a-key")
    monkeypatch.setattr(transport, "Retries", lambda: Retries(attempts=4, initial=0, longest=0, jitter=0))
    return os.environ


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "timeline.json"


def fetch(output: Path, *more: str, entity: str = "timeline") -> int:
    return main([entity, "--output", str(output), "--page-size", "10", *more], REGISTRY)


def ids(output: Path) -> list[str]:
    return [node["id"] for node in json.loads(output.read_text("utf-8"))["nodes"]]


@pytest.mark.usefixtures("environment")
def test_a_whole_list_goes_into_one_file_with_what_it_is(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch(output) == 0

    value = json.loads(output.read_text("utf-8"))
    assert [node["id"] for node in value["nodes"]] == [f"tme_{number}" for number in range(30)]
    assert value["nodes"][0]["comment"] == "Été \x00"
    started, finished = value.pop("started_at"), value.pop("finished_at")
    assert started <= finished
    del value["nodes"]
    assert value == {
        "envelope": 1, "entity": "timeline", "label": "Notes", "mode": "full", "window": {}, "pages": 3, "records": 30,
        "total": 30, "faults": [], "api_url": gazelle.url,
    }  # fmt: skip
    assert [path.name for path in output.parent.iterdir()] == ["timeline.json"]
    assert "30 fiches en 3 pages" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_a_killed_reading_resumes_at_the_next_page(gazelle: type[Numbered], output: Path) -> None:
    gazelle.pause, gazelle.records = 0.05, 200
    command = [sys.executable, "-c", RUN, "timeline", "--output", str(output), "--page-size", "10"]
    parts = output.with_name("timeline.json.parts")

    process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL)
    while len(list(parts.rglob("page-*.json"))) < 5 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    safe = len(list(parts.rglob("page-*.json")))
    assert 5 <= safe < 20
    assert not output.exists()
    gazelle.asked.clear()

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0
    assert gazelle.asked[0] == str(safe * 10)
    assert len(gazelle.asked) == 20 - safe
    assert f"Reprise après la page {safe}." in done.stderr
    assert ids(output) == [f"tme_{number}" for number in range(200)]
    assert not parts.exists()


@pytest.mark.usefixtures("environment")
def test_ctrl_c_says_how_to_go_on(gazelle: type[Numbered], output: Path) -> None:
    gazelle.pause, gazelle.records = 0.1, 1000
    command = [sys.executable, "-c", RUN, "timeline", "--output", str(output), "--page-size", "10"]

    process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    while len(gazelle.asked) < 3:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()

    assert process.returncode == 130
    assert "Interrompu à la page 3, relancez la même commande pour reprendre." in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("environment")
def test_a_reading_whose_last_page_is_safe_only_needs_assembling(
    gazelle: type[Numbered], output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("syncing.fetching.assembling.Parts.assemble", _interrupted)
        assert fetch(output) == 130
    gazelle.asked.clear()

    assert fetch(output) == 0
    assert (gazelle.asked, len(ids(output))) == ([], 30)


def _interrupted(*args: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("environment")
def test_a_torn_part_is_read_again_and_what_follows_it_is_dropped(gazelle: type[Numbered], output: Path) -> None:
    _leave_parts(gazelle, output)
    second, third = sorted(output.with_name("timeline.json.parts").rglob("page-*.json"))[1:3]
    second.write_bytes(second.read_bytes()[:40])
    gazelle.records, gazelle.asked = 15, []

    assert fetch(output) == 0
    assert (gazelle.asked, len(ids(output))) == (["10"], 15)
    assert third.name == "page-00003.json"


def _leave_parts(gazelle: type[Numbered], output: Path) -> None:
    """Three pages of five are safe, the fourth is HTML."""
    gazelle.records = 50
    honest = [json.dumps(gazelle.answer(gazelle, str(start), "first: 10,")).encode() for start in (0, 10, 20)]  # type: ignore[arg-type]  # the class serves as its own instance
    gazelle.answers = [*honest, *[b"<html>Maintenance</html>"] * 4]
    assert fetch(output) == 1
    gazelle.answers = []


@pytest.mark.usefixtures("environment")
def test_a_failure_is_one_sentence_and_one_action(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _leave_parts(gazelle, output)

    said = capsys.readouterr().err
    assert "elle commence par « <html>Maintenance</html> »." in said
    assert "Vérifiez GAZELLE_API_URL" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("environment")
def test_another_reading_in_the_way_is_never_mixed_in(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _leave_parts(gazelle, output)
    capsys.readouterr()

    assert fetch(output, "--mode", "incremental") == 1
    assert "contient une autre lecture" in capsys.readouterr().err

    assert fetch(output, "--mode", "incremental", "--fresh") == 0
    assert json.loads(output.read_text("utf-8"))["mode"] == "incremental"


@pytest.mark.usefixtures("environment")
def test_two_commands_never_write_the_same_file_together(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Parts(output).held():
        assert fetch(output) == 1
    assert list(output.parent.iterdir()) == []
    assert "Une autre commande écrit déjà" in capsys.readouterr().err
    assert fetch(output) == 0


@pytest.mark.usefixtures("environment")
def test_a_folder_that_is_not_ours_is_not_deleted_unasked(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    precious = output.with_name("timeline.json.parts") / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("years of work")

    assert fetch(output) == 1
    assert "contient autre chose" in capsys.readouterr().err
    assert precious.exists()


@pytest.mark.usefixtures("environment")
def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw").write_text("a file where a folder should be")
    assert fetch(tmp_path / "raw" / "timeline.json") == 1
    assert str(tmp_path / "raw") in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_a_resumed_window_keeps_the_edge_it_began_with(gazelle: type[Numbered], output: Path) -> None:
    gazelle.answers = [b"<html>"] * 4
    assert fetch(output, "--mode", "incremental") == 1
    request = json.loads((output.with_name("timeline.json.parts") / "request.json").read_text())
    time.sleep(1.1)  # a new edge would be another second

    assert fetch(output, "--mode", "incremental") == 0
    assert json.loads(output.read_text("utf-8"))["window"] == request["window"]


@pytest.mark.usefixtures("environment")
def test_a_cursor_refused_on_resume_starts_over(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _leave_parts(gazelle, output)
    gazelle.refused_cursors, gazelle.asked = frozenset({"30"}), []

    assert fetch(output) == 1  # refused on the way again: said, not turned round for ever
    gazelle.refused_cursors = frozenset()
    assert fetch(output) == 0

    assert gazelle.asked[:2] == ["30", "0"]
    assert "repart de la première page" in capsys.readouterr().err
    assert len(ids(output)) == 50


@pytest.mark.usefixtures("environment")
def test_partial_answers_are_written_but_do_not_pass_for_success(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = connection([None, {"id": "b"}], total=3)
    gazelle.answers = [json.dumps({"data": {"allTimelineEntries": page}, "errors": [{"message": "boom"}]}).encode()]

    assert fetch(output) == 3

    said = capsys.readouterr().err
    assert "Attention : Gazelle en annonçait 3." in said
    assert "Attention : boom" in said
    assert json.loads(output.read_text("utf-8"))["faults"] == ["boom"]


@pytest.mark.usefixtures("environment")
def test_undecodable_bytes_are_kept_and_their_place_is_said(
    gazelle: type[Numbered], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gazelle.answers = [b'{"data": "\xe9"}']

    assert fetch(output) == 1

    (body,) = output.with_name("timeline.json.parts").rglob("*.body")
    assert str(body) in capsys.readouterr().err
    assert body.read_bytes() == b'{"data": "\xe9"}'


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "Entités connues : users, clients, timeline, contacts."),
        (["contacts"], "Lisez plutôt « clients »."),
        (["users", "--mode", "recent"], "n’a pas de lecture « recent »"),
        (["users", "--since", "2026-01-01"], "Retirez --since"),
    ],
)
def test_a_mistaken_command_is_told_from_a_failure(
    output: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main([*arguments, "--output", str(output)], REGISTRY) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("wrong", [["--since", "hier"], ["--page-size", "0"], ["--mode", "half"]])
def test_a_mistaken_option_stops_with_usage(output: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["timeline", "--output", str(output), *wrong], REGISTRY)
    assert stopped.value.code == 2


@pytest.mark.usefixtures("environment")
def test_without_credentials_the_command_says_what_to_give(
    output: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GAZELLE_API_KEY")
    assert fetch(output) == 2
    assert "GAZELLE_API_KEY" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_a_bar_shows_on_a_terminal_and_lines_now_and_then_elsewhere(
    output: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncing.fetching.progress.BETWEEN_LINES", -1.0)
    assert fetch(output) == 0
    assert "Page 2 : 20 fiches sur 30." in capsys.readouterr().err

    monkeypatch.setattr("syncing.fetching.command.Progress", OnTerminal)
    assert fetch(output) == 0
    assert "30/30" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_the_module_itself_runs_and_knows_the_declared_entities(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "syncing.fetching", "nothing", "--output", str(tmp_path / "x.json")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Entité inconnue : « nothing »" in done.stderr

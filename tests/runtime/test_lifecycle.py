"""From the first start to the last process: nothing is lost and nobody stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.runtime.desk import PROJECT, Desk, running, until
from tradedesk.runtime.folders import may_enter
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.processes import Account


@pytest.fixture
def awkward(tmp_path) -> Path:
    """A data folder behind a private folder, with a space and too long for a socket."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private / ("a long name " * 8).strip() / "data"


@pytest.fixture
def new_desk() -> Iterator[Callable[..., Desk]]:
    made = []

    def make(data: Path, **environment: str) -> Desk:
        made.append(Desk(data, **environment))
        return made[-1]

    yield make
    for desk in made:
        desk.forget()


def addresses(desk: Desk) -> SecretsFile:
    return SecretsFile(desk.data / "secrets.env")


def remember(desk: Desk) -> None:
    with psycopg.connect(addresses(desk)["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("INSERT INTO kept VALUES ('still here')")


def remembered(desk: Desk) -> str:
    with psycopg.connect(addresses(desk)["DATABASE_OWNER_URL"]) as owner:
        row = owner.execute("SELECT word FROM kept").fetchone()
    assert row is not None
    return row[0]


def test_ctrl_c_leaves_no_process_and_the_next_start_finds_the_data(awkward, new_desk):
    parents = {path: path.stat().st_mode for path in awkward.parents if path.exists()}
    desk = new_desk(awkward)
    with running(desk):
        remember(desk)
        key = addresses(desk)["FIELD_ENCRYPTION_KEY"]
        assert desk.leftovers()
        assert desk.stop(signal.SIGINT) == 0
    assert desk.leftovers() == []
    with running(desk):
        assert remembered(desk) == "still here"
        assert addresses(desk)["FIELD_ENCRYPTION_KEY"] == key
        _kill_the_supervisor(desk)
    with running(desk):
        assert remembered(desk) == "still here"
    assert {path: path.stat().st_mode for path in parents} == parents


def _kill_the_supervisor(desk: Desk) -> None:
    """Nobody outlives it, although it could tell nobody."""
    everyone = desk.pids
    os.kill(everyone["desk"], signal.SIGKILL)
    desk.process.wait(60)
    assert until(lambda: not desk.leftovers(), 20) or desk.leftovers() == []


# Debian's and most systems' account for nobody in particular.
NOBODY = 65534


def interpreter_for(account: Account) -> str:
    """The Python that these packages were installed for, where the account reaches it."""
    for path in (sys.executable, "/usr/bin/python3.11", "/usr/local/bin/python3.11"):
        if Path(path).exists() and may_enter(account, Path(path).resolve().parent):
            told = subprocess.run([path, "-VV"], capture_output=True, check=False)
            if told.stdout.decode().split()[:2] == ["Python", sys.version.split()[0]]:
                return path
    pytest.skip("this Python lies where an ordinary user cannot reach it")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as another user")
def test_an_ordinary_user_can_start_it_where_root_could():
    account = Account(uid=NOBODY, gid=NOBODY)
    with tempfile.TemporaryDirectory(prefix="ordinary-") as home:
        os.chown(home, NOBODY, NOBODY)
        packages = sysconfig.get_path("purelib")
        desk = Desk(Path(home) / "data", HOME=home, PYTHONPATH=packages)
        desk.python, desk.user = interpreter_for(account), NOBODY
        if not (may_enter(account, PROJECT) and may_enter(account, Path(packages))):
            pytest.skip("this clone lies where an ordinary user cannot reach it")
        with running(desk):
            pids = desk.pids.values()
            assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids} == {NOBODY}
            assert until(desk.is_healthy), desk.health()


def test_told_to_stop_while_starting_it_stops(tmp_path, new_desk):
    desk = new_desk(tmp_path / "data")
    process = desk._spawn()
    assert until((desk.data / "run" / "processes.json").exists)
    process.send_signal(signal.SIGTERM)
    said, _nothing = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert desk.leftovers() == []


def test_servers_of_the_users_own_are_used_and_nothing_is_started_for_them(tmp_path):
    database, queue = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS of_the_users_own WITH (FORCE)")
        owner.execute("CREATE DATABASE of_the_users_own")
    url = database.replace("/postgres?", "/of_the_users_own?")
    with running(Desk(tmp_path / "data", DATABASE_URL=url, REDIS_URL=queue)) as desk:
        assert not {"database", "queue"} & desk.pids.keys()
        assert addresses(desk).get("DATABASE_URL") is None
        with psycopg.connect(url) as owner:
            tables = owner.execute("SELECT count(*) FROM django_migrations").fetchone()
        assert tables is not None
        assert tables[0] > 0


def test_a_data_folder_that_cannot_be_written_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, said = Desk(tmp_path / "file").once()
    assert code == 1
    assert "TRADEDESK_DATA" in said
    assert "Traceback" not in said

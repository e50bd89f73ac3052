"""The HTTP transport under every adapter whose client library speaks `requests`.

It sits below the library, as the adapter mounted on its session, so that the library
never sees a failure it could retry, swallow or misread: each call ends either in a 2xx
answer, read whole, or in one of the outcomes of `brokers.domain.errors`.

`requests` itself retries nothing (its adapter's default is `Retry(0, read=False)`).
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeGuard
from urllib.parse import urlsplit

import requests  # noqa: TID251 - what the brokers' client libraries are built on
from requests.adapters import HTTPAdapter  # noqa: TID251 - the same
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError
from urllib3.response import BaseHTTPResponse

from brokers.domain.errors import (
    BrokerError,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
)
from brokers.wire.fields import load_json
from brokers.wire.outcome import Answer, ErrorDialect, outcome_of
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LARGEST_BODY = 64 * 1024 * 1024  # the list of all US equities is about 12 MB
_CHUNK = 256 * 1024
_HOSTS = 32
_CONNECTIONS_PER_HOST = 16


@cache
def pools_of(_process: int) -> PoolManager:
    """A process's open connections, by host; safe to share between its threads, and
    never with a process that was forked from it.
    """
    return PoolManager(num_pools=_HOSTS, maxsize=_CONNECTIONS_PER_HOST)


class WholeAnswer(requests.Response):
    """An answer whose JSON keeps every digit: fractions are Decimals."""

    def json(self, **_: object) -> object:
        """Parse the body.

        Raises:
            Unreadable: it is not JSON.
        """
        return load_json(self.text)


class BrokerTransport(HTTPAdapter):
    """Sends once, within a deadline, and says what the answer proves.

    The library's own timeout (often none) is replaced: connecting and each read have
    one, and both together bound the whole answer, since a server that drips a byte
    per second would pass every single read. `spend` and `rest` are the context's.
    """

    def __init__(
        self,
        *,
        connect_timeout: float,
        read_timeout: float,
        dialect: ErrorDialect,
        spend: Callable[[], None],
        rest: Callable[[float], None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__()
        self._spend = spend
        self._rest = rest
        self._timeout = (connect_timeout, read_timeout)
        self._dialect = dialect
        self._clock = clock

    def init_poolmanager(self, *_: object, **__: object) -> None:
        """Sessions come and go with each command; the connections stay.

        A fresh one to a broker costs a TLS handshake. They carry nothing of an account:
        keys go with each request. One that the other end has closed is noticed before
        anything is sent on it (`urllib3` looks for its end), but for the instant between.
        """
        self.poolmanager = pools_of(os.getpid())

    def close(self) -> None:
        """The pools are others' as well."""

    def send(  # noqa: PLR0917 - the signature is requests'
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002, ARG002 - the same
        timeout: object = None,  # noqa: ARG002 - the same
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the same
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One request, one outcome.

        Raises:
            BrokerError: everything but a 2xx answer that arrived whole; BudgetSpent
                before anything was sent.
        """
        self._spend()
        deadline = time.monotonic() + sum(self._timeout)
        try:
            response = super().send(
                request,
                True,
                self._timeout,
                verify,
                cert,
                proxies,
            )
            _read_whole(response, deadline)
        except (requests.RequestException, HTTPError) as error:
            raise fault_of(error) from error
        outcome = outcome_of(answer_of(response), self._dialect, self._clock.now())
        if isinstance(outcome, RateLimited):
            self._rest(outcome.retry_after)
        if outcome is not None:
            raise outcome
        return response

    def build_response(
        self, req: requests.PreparedRequest, resp: BaseHTTPResponse
    ) -> WholeAnswer:
        response = WholeAnswer()
        response.__dict__.update(super().build_response(req, resp).__dict__)
        return response


def _read_whole(response: requests.Response, deadline: float) -> None:
    body = bytearray()
    # read1 gives what has arrived; iter_content would wait for a full chunk.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if time.monotonic() > deadline or len(body) > _LARGEST_BODY:
            response.close()
            raise requests.ReadTimeout("The answer does not end.")
    # requests offers no public way to hand a body back to the response.
    response._content = bytes(body)


def answer_of(response: requests.Response) -> Answer:
    response.encoding = response.encoding or "utf-8"
    return Answer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        text=response.text,
    )


def fault_of(error: requests.RequestException | HTTPError) -> BrokerError:
    """`Unavailable` where nothing of the request can have left, else unknown.

    Nothing has left when no connection came about: refused, no such host, no answer
    to the connect, or a certificate that did not verify (TLS ends before HTTP begins).
    """
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return Unavailable(
            "No connection to the broker came about.", code="no_connection"
        )
    return OutcomeUnknown(f"No answer: {_in_words(error)}", code="no_answer")


def _in_words(error: requests.RequestException | HTTPError) -> str:
    """What a person can use; the exception itself is the cause and in the log."""
    if isinstance(error, requests.Timeout):
        return "none came in time."
    if isinstance(
        error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError
    ):
        return "the connection ended before one came."
    return f"what came could not be read ({type(error).__name__})."


def _never_connected(error: requests.RequestException | HTTPError) -> bool:
    wrapped = error.args[0] if error.args else None
    reason = wrapped.reason if _is_exhausted(wrapped) else None
    if isinstance(reason, NewConnectionError):  # NameResolutionError is one
        return True
    cause = reason.args[0] if reason is not None and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)


def _is_exhausted(wrapped: object) -> TypeGuard[MaxRetryError]:
    return isinstance(wrapped, MaxRetryError)


def mount(session: requests.Session, transport: BrokerTransport, url: str) -> None:
    """Send everything of a library's session through our transport.

    Proxies from the environment are ignored for a loopback address, which no proxy can
    know.
    """
    session.mount("https://", transport)
    session.mount("http://", transport)
    if urlsplit(url).hostname in LOOPBACK:
        session.trust_env = False

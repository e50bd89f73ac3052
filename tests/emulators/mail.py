"""A mail server on loopback that speaks SMTP and can be told to behave badly."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum


class Mood(StrEnum):
    WELL = "takes every letter"
    REFUSES_PERSON = "knows no such person"
    BUSY = "asks to come back later"
    HANGS = "accepts the connection and says nothing"
    FORGETS_TO_ANSWER = "takes the letter and hangs up before it says so"


class MailServer(socketserver.ThreadingTCPServer):
    """`letters` are those it took, in order; `talks` counts connections."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mood = Mood.WELL
        self.letters: list[EmailMessage] = []
        self.talks = 0
        self.released = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.talks += 1
        if self.server.mood is Mood.HANGS:
            self.server.released.wait(30)
            return
        self._say("220 mail.test ready")
        while line := self.rfile.readline():
            verb = line.split(b":")[0].split()[0].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA" and not self._take():
                return
            if verb != b"DATA":
                self._say(self._answer(verb))

    def _answer(self, verb: bytes) -> str:
        if verb == b"RCPT" and self.server.mood is Mood.REFUSES_PERSON:
            return "550 no such person here"
        if verb == b"MAIL" and self.server.mood is Mood.BUSY:
            return "451 try again later"
        return "250 fine"

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.letters.append(letter)
        if self.server.mood is Mood.FORGETS_TO_ANSWER:
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running() -> Iterator[MailServer]:
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)

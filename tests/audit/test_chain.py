from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradedesk.audit import chain
from tradedesk.audit.chain import GENESIS, Entry, Link, Problem
from tradedesk.core.canonical import canonical_json


SALT = "5a" * 16
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
BODY = st.dictionaries(TEXT, TEXT | st.integers(), max_size=3).map(chain.payload_body)


@st.composite
def unsealed(draw) -> Entry:
    body = draw(BODY)
    return Entry(
        sequence=0,
        previous_digest="",
        recorded_at="2026-01-05T14:30:00.000000Z",
        actor_kind="person",
        actor_name=draw(TEXT),
        actor_user_id=draw(st.none() | st.integers(0, 2**53)),
        address=draw(TEXT),
        action="order.drafted",
        subject="order",
        subject_id=draw(TEXT),
        payload_digest=chain.payload_digest(SALT, body),
        digest="",
        salt=SALT,
        body=body,
    )


def sealed(entries: list[Entry], start: Link = GENESIS) -> list[Entry]:
    chained = []
    for entry in entries:
        chained.append(chain.seal(entry, start))
        start = link_of(chained[-1])
    return chained


def link_of(entry: Entry) -> Link:
    return Link(sequence=entry.sequence, digest=entry.digest)


CHAIN = st.lists(unsealed(), min_size=1, max_size=8).map(sealed)


def check(entries, *, head, anchored=(), start=GENESIS):
    return chain.verify(entries, head=head, anchored=anchored, start=start)


def first_bad(entries, *, head, anchored=()):
    finding = check(entries, head=head, anchored=anchored).finding
    return finding and (finding.sequence, finding.problem)


@pytest.fixture
def vector(shared_data):
    return json.loads((shared_data / "vectors.json").read_text())["audit_chain"]


@pytest.fixture
def shared_data() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not (folder / "vectors.json").exists():
        pytest.skip("The worked numbers are not beside this repository.")
    return folder


def heads_of(events) -> list[str]:
    heads = [chain.ZERO_DIGEST]
    for event in events:
        heads.append(chain.link_digest(heads[-1], canonical_json(event), domain=b""))
    return heads[1:]


def test_the_worked_chain_comes_out_as_published(vector):
    assert heads_of(vector["events"]) == vector["heads"]


def test_the_worked_tampering_changes_the_published_heads_from_there_on(vector):
    tamper = vector["tamper"]
    vector["events"][1]["after"]["broker_id"] = tamper["to"]
    heads = heads_of(vector["events"])
    assert heads == tamper["heads"]
    pairs = zip(heads, vector["heads"], strict=True)
    first = next(place for place, (a, b) in enumerate(pairs, 1) if a != b)
    assert first == tamper["first_bad_seq"]


@given(unsealed())
def test_the_fast_form_of_an_entry_is_the_canonical_one(entry):
    content = chain.entry_content(entry)
    assert content == canonical_json(json.loads(content))
    assert json.loads(content)["actor"] == entry.actor_name


@given(CHAIN)
def test_an_untouched_chain_is_whole(entries):
    found = check(entries, head=link_of(entries[-1]), anchored=map(link_of, entries))
    assert found.finding is None
    assert (found.entries, found.last) == (len(entries), link_of(entries[-1]))


def test_an_empty_chain_is_whole():
    assert check([], head=GENESIS).finding is None
    assert check([], head=None).finding is None


CHANGES = {
    "recorded_at": "2026-01-05T14:30:00.000001Z",
    "actor_kind": "system",
    "actor_name": "mallory",
    "actor_user_id": 77,
    "address": "10.9.9.9",
    "action": "order.denied",
    "subject": "fill",
    "subject_id": "another",
    "payload_digest": "f" * 64,
    "previous_digest": "f" * 64,
    "digest": "f" * 64,
    "salt": "00" * 16,
    "body": '{"forged":1}',
}


@given(CHAIN, st.sampled_from(sorted(CHANGES)), st.data())
def test_a_changed_field_names_its_entry(entries, field, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    head = link_of(entries[-1])
    entries[at] = entries[at]._replace(**{field: CHANGES[field]})
    found = first_bad(entries, head=head)
    assert found is not None
    assert found[0] == at + 1


@given(CHAIN, st.data())
def test_a_deleted_entry_is_the_first_that_is_missing(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    head = link_of(entries[-1])
    del entries[at]
    assert first_bad(entries, head=head) == (at + 1, Problem.MISSING)


@given(CHAIN, st.data())
def test_an_entry_that_stands_twice_is_named(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    head = link_of(entries[-1])
    entries.insert(at, entries[at])
    found = first_bad(entries, head=head)
    if at == len(entries) - 2:
        assert found == (at + 1, Problem.OUT_OF_ORDER)
    assert found is not None
    assert found[0] == at + 1


@given(CHAIN.filter(lambda entries: len(entries) > 1), st.data())
def test_two_entries_that_changed_places_are_named_by_the_first(entries, data):
    one = data.draw(st.integers(0, len(entries) - 2))
    other = data.draw(st.integers(one + 1, len(entries) - 1))
    head = link_of(entries[-1])
    a, b = entries[one], entries[other]
    entries[one] = b._replace(sequence=a.sequence)
    entries[other] = a._replace(sequence=b.sequence)
    assert first_bad(entries, head=head) == (one + 1, Problem.BROKEN_LINK)


@given(CHAIN, st.data())
def test_a_chain_sealed_again_from_an_entry_on_is_caught_by_an_anchor(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    anchored = [link_of(entry) for entry in entries]
    forged = entries[at]._replace(actor_name=entries[at].actor_name + "!")
    start = link_of(entries[at - 1]) if at else GENESIS
    rewritten = entries[:at] + sealed([forged, *entries[at + 1 :]], start)
    head = link_of(rewritten[-1])
    assert first_bad(rewritten, head=head) is None
    found = first_bad(rewritten, head=head, anchored=anchored)
    assert found == (at + 1, Problem.REWRITTEN)


@given(CHAIN, st.data())
def test_a_cut_tail_is_caught_by_an_anchor(entries, data):
    kept = data.draw(st.integers(0, len(entries) - 1))
    anchored = [link_of(entries[-1])]
    head = link_of(entries[kept - 1]) if kept else GENESIS
    assert first_bad(entries[:kept], head=head) is None
    found = first_bad(entries[:kept], head=head, anchored=anchored)
    assert found == (kept + 1, Problem.TRUNCATED)


@given(CHAIN)
def test_a_head_that_is_behind_names_the_first_entry_beyond_it(entries):
    found = first_bad(entries, head=GENESIS)
    assert found == (1, Problem.BEYOND_HEAD)


@given(CHAIN)
def test_a_head_with_another_digest_or_none_is_named(entries):
    last = len(entries)
    forged = Link(sequence=last, digest="f" * 64)
    assert first_bad(entries, head=forged) == (last, Problem.HEAD_MISMATCH)
    assert first_bad(entries, head=None) == (last, Problem.HEAD_MISMATCH)


@given(CHAIN, st.data())
def test_a_shredded_payload_is_counted_and_breaks_nothing(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    entries[at] = entries[at]._replace(salt="", body="")
    found = check(entries, head=link_of(entries[-1]))
    assert (found.finding, found.shredded) == (None, 1)


@given(CHAIN, st.data())
def test_a_payload_row_that_is_gone_names_its_entry(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    entries[at] = entries[at]._replace(salt=None, body=None)
    found = first_bad(entries, head=link_of(entries[-1]))
    assert found == (at + 1, Problem.PAYLOAD_MISSING)


@given(CHAIN, st.data())
def test_a_chain_can_be_checked_from_where_it_was_whole(entries, data):
    at = data.draw(st.integers(1, len(entries)))
    start = link_of(entries[at - 1])
    found = check(
        entries[at:],
        head=link_of(entries[-1]),
        start=start,
        anchored=[link_of(entry) for entry in entries],
    )
    assert (found.finding, found.entries) == (None, len(entries) - at)

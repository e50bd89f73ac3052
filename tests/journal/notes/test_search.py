"""What a search finds: stems, accents, phrases, symbols by how they begin, tags, and not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from journal.models import Note, NoteLink
from journal.notes import finding, reading, search
from journal.notes.wording import Kind, parts
from tests import people
from tests.journal.notes.made import DAY, a_note, stored


@pytest.fixture
def told(alice):
    """Titles of alice's notes; each says one thing."""
    for title, body in {
        "stem": "Shares were gapping over the opening range",
        "accent": "The résumé of a naïve café trade",
        "brk": "$BRK.B held while all fell",
        "acme": "ACME in words alone, $ACME too",
        "acmx": "$ACMX and #breakout-fail",
        "code": "```\nhidden $NOPE #nope\n```",
        "money": "Lost $60 on #1 of the plan",
    }.items():
        a_note(alice, body, title=title)
    return alice


def found(user, asked="", **narrowed):
    page = finding.page(user, finding.NoteFilter(asked=asked, **narrowed))
    return {note.title for note in page.notes}


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("gap", {"stem"}),
        ("gaps open", {"stem"}),
        ("resumes", {"accent"}),
        ("RÉSUMÉ cafe", {"accent"}),
        ("naive", {"accent"}),
        ('"opening range"', {"stem"}),
        ('"range opening"', set()),
        ("acm", {"acme", "acmx"}),
        ("$ACM", {"acme", "acmx"}),
        ("$acme", {"acme"}),
        ("$BRK.", {"brk"}),
        ("brk.b", {"brk"}),
        ("acm -words", {"acmx"}),
        ("#breakout-fail", {"acmx"}),
        ("#breakout", set()),
        ("$NOPE", set()),
        ("#nope", set()),
        ("hidden", {"code"}),
        ("$60", set()),
        ("' \\ :* & | ! ( ) <->", {"stem", "accent", "brk", "acme", "acmx", "code", "money"}),
        ("o'neil", set()),
        ("$'\\", {"stem", "accent", "brk", "acme", "acmx", "code", "money"}),
    ],
)  # fmt: skip
def test_a_search_finds(told, asked, titles):
    assert found(told, asked) == titles


def test_filters_narrow_together(told):
    a_note(told, "#idea on $ACME", title="both", day=DAY + timedelta(days=9))
    a_note(told, "#idea alone", title="tag", day=DAY - timedelta(days=9))
    assert found(told, tag="idea", symbol="ACME") == {"both"}
    assert found(told, tag="idea", last=DAY) == {"tag"}
    assert found(told, tag="idea", first=DAY) == {"both"}
    assert found(told, "alone", tag="idea") == {"tag"}


def test_with_and_without_a_trade(told):
    note = Note.objects.get(title="acme")
    NoteLink.objects.create(note=note, trade_key="a-key")
    assert found(told, linked="trade") == {"acme"}
    assert "acme" not in found(told, linked="none")


def test_a_strangers_and_archived_notes_are_not_found(told):
    Note.objects.filter(title="acme").update(
        archived_at=Note.objects.first().created_at
    )
    assert found(told, "acm") == {"acmx"}
    assert found(people.person("charlie"), "acm") == set()


def test_what_was_found_is_marked_and_markup_is_not(alice):
    a_note(alice, "Some gaps < 2 & rising", title="t")
    (note,) = finding.page(alice, finding.NoteFilter(asked="gap")).notes
    assert note.excerpt == "Some <mark>gaps</mark> &lt; 2 &amp; rising"
    assert search.marked("\x02<i>\x03") == "<mark>&lt;i&gt;</mark>"


def test_words_for_a_picture_are_found(alice):
    key = stored(alice)
    a_note(
        alice,
        f"![](image:{key})",
        title="shot",
        alts={key: "Weekly hammers at support"},
    )
    assert found(alice, "hammer") == {"shot"}


def test_pages_continue_where_the_last_one_ended(alice):
    for number in range(finding.PAGE_SIZE + 5):
        a_note(alice, "x", title=str(number), day=DAY + timedelta(days=number // 10))
    first = finding.page(alice, finding.NoteFilter())
    rest = finding.page(alice, finding.NoteFilter(), first.after)
    titles = [note.title for note in [*first.notes, *rest.notes]]
    assert titles == [str(number) for number in reversed(range(finding.PAGE_SIZE + 5))]
    assert rest.after == ""
    assert finding.page(alice, finding.NoteFilter(), "nonsense").notes == first.notes


_MANY = """
    INSERT INTO journal_note (
        key, source, owner_id, title, body, plain, labels, day, version,
        created_at, changed_at
    )
    SELECT gen_random_uuid(), 'desk', %s, n, '', concat_ws(' ', 'gap',
        CASE WHEN n %% 90 = 0 THEN 'halt' END, CASE WHEN n < 1320 THEN 'past' END
    ), ARRAY['$SYM' || n %% 9], date '2026-01-01' + n / 20, 1, now(), now()
    FROM generate_series(1, 1800) AS n
"""


@pytest.fixture
def prolific(alice):
    """With 1,800 notes, numbered by their titles, twenty a day."""
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [alice.pk])
    return alice


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("", lambda n: n > 0),
        ("gap", lambda n: n > 0),
        ("sym", lambda n: n > 0),
        ("halt", lambda n: n % 90 == 0),
        ("past", lambda n: n < 1320),
        ("past halt", lambda n: n < 1320 and n % 90 == 0),
        ("$SYM8 -past", lambda n: n % 9 == 8 and n >= 1320),
    ],
)
def test_matches_come_newest_first_however_many_there_are(prolific, asked, fits):
    wanted, titles, after = finding.NoteFilter(asked=asked), [], ""
    for _ in range(3):
        page = finding.page(prolific, wanted, after)
        titles += [int(note.title) for note in page.notes]
        after = page.after
        if not after:
            break
    assert titles == [n for n in range(1800, 0, -1) if fits(n)][: 3 * finding.PAGE_SIZE]


def test_days_narrow_what_many_notes_say(prolific):
    day = date(2026, 1, 31)
    assert found(prolific, "gap", first=day, last=day) == set(map(str, range(600, 620)))
    assert found(prolific, "sym", first=day, last=day + timedelta(days=5)) == set(
        map(str, range(690, 720))
    )


def test_a_day_has_its_notes(alice):
    a_note(alice, "today", title="today")
    a_note(alice, "other", title="other", day=date(2026, 1, 5))
    assert [note.title for note in reading.of_day(alice, DAY)] == ["today"]


def test_a_search_is_read_part_by_part():
    read = parts('gap -"two words" $acm #Idea -not - "')
    assert [(one.kind, one.text, one.negated) for one in read] == [
        (Kind.WORD, "gap", False),
        (Kind.PHRASE, "two words", True),
        (Kind.SYMBOL, "ACM", False),
        (Kind.TAG, "idea", False),
        (Kind.WORD, "not", True),
    ]
    assert not parts("a")[0].may_be_symbol

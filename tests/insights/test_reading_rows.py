"""What every cell of a source means, and what becomes of every row (N2-N5)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.rules import Platform, RowCode, Tab
from insights.sources import BadAddress, MissingColumns, canonical_url, read_rows
from insights.sources.answers import Answer, lines_of
from insights.sources.cells import BadCounter, counter_of, text_of
from insights.sources.moments import DAY_ZERO, BadMoment, moment_of
from tests.insights.reading import URL, a_comment, a_post, an_answer

LIMA = ZoneInfo("America/Lima")
ADDRESS = r"https?://(www\.|m\.)?[a-z]{1,8}\.(com|pe)(/[A-Za-z0-9@]{0,5}){0,3}(\?[a-z_=&1-3]{0,20})?"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2025-01-15T10:30:00Z", "2025-01-15T10:30:00"),
        ("2025-01-15T10:30:00.123456Z", "2025-01-15T10:30:00.123456"),
        ("2025-01-15T10:30:00-03:00", "2025-01-15T13:30:00"),
        ("2025-01-15T10:30:00+0000", "2025-01-15T10:30:00"),
        ("2025-01-15 10:30:00 UTC", "2025-01-15T10:30:00"),
        ("2025-01-15 10:30", "2025-01-15T15:30:00"),
        ("2025-01-15", "2025-01-15T05:00:00"),
        ("15/01/2025", "2025-01-15T05:00:00"),
        ("5/1/2025 9:07", "2025-01-05T14:07:00"),
        ("15/01/2025 10:30:15", "2025-01-15T15:30:15"),
        ("15/01/2025 10:30 p. m.", "2025-01-16T03:30:00"),
        ("2025/01/15 10:30:00", "2025-01-15T15:30:00"),
        (45672, "2025-01-15T05:00:00"),
        (45672.5, "2025-01-15T17:00:00"),
        ("45672.4375", "2025-01-15T15:30:00"),
        (36526, "2000-01-01T05:00:00"),
    ],
)
def test_it_reads_a_moment_in_every_form_that_sheets_have(cell, moment):
    """N3: aware, in UTC; no offset means the brand's zone, a serial is its wall clock."""
    assert moment_of(cell, LIMA) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("cell", ["01/15/2025", "31/02/2025", "ayer", "15/01/25", -1, 2958466, True, "25:00"])
def test_it_refuses_what_is_no_moment(cell):
    """N3: month first and everything unreadable is rejected, never guessed."""
    with pytest.raises(BadMoment) as refused:
        moment_of(cell, LIMA)
    assert refused.value.code is RowCode.INVALID_TIMESTAMP


@pytest.mark.parametrize(
    "cell", ["0001-01-01T00:00:00Z", "1/1/0001", "1898-12-31", "2201-01-01T12:00:00Z", "9999-12-31", 2958465]
)
def test_it_refuses_an_exports_never(cell):
    """N3: no calendar of a brand reaches so far; stored, one such row would break its weeks and its lists."""
    with pytest.raises(BadMoment) as refused:
        moment_of(cell, LIMA)
    assert refused.value.code is RowCode.INVALID_TIMESTAMP


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_it_tells_a_missing_moment_from_a_bad_one(cell):
    """N3: blank is missing_timestamp."""
    with pytest.raises(BadMoment) as refused:
        moment_of(cell, LIMA)
    assert refused.value.code is RowCode.MISSING_TIMESTAMP


@given(st.integers(min_value=0, max_value=6_000_000_000).map(lambda s: DAY_ZERO + timedelta(seconds=s)))
def test_it_reads_a_serial_as_the_moment_it_stands_for(moment):
    """N3: day 0 is 1899-12-30; a serial and its ISO text are one moment, to the second."""
    serial = (moment - DAY_ZERO).total_seconds() / 86_400
    assert moment_of(serial, LIMA) == moment_of(moment.isoformat(), LIMA)


@given(st.text(max_size=30) | st.integers() | st.floats(allow_nan=True) | st.booleans() | st.none())
def test_it_answers_or_refuses_and_never_breaks(cell):
    """N3, N5: whatever stands in a cell, it is a value or a named refusal."""
    for read in (text_of, lambda each: moment_of(each, LIMA), counter_of):
        with suppress(BadMoment, BadCounter):
            read(cell)
    with suppress(BadAddress):
        canonical_url(text_of(cell))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("http://WWW.Instagram.com/p/AbC/?utm_source=x&igshid=1#c", "https://instagram.com/p/AbC"),
        ("instagram.com/p/AbC", "https://instagram.com/p/AbC"),
        ("https://m.facebook.com/story.php?story_fbid=2&id=1&fbclid=z", "https://facebook.com/story.php?id=1&story_fbid=2"),
        ("https://www.tiktok.com/@Ana/video/7?is_from_webapp=1&lang=es", "https://tiktok.com/@Ana/video/7?lang=es"),
        ("https://tiktok.com/@ana/video/7/", "https://tiktok.com/@ana/video/7"),
        ("http://www.m.com/", "https://m.com"),
        ("https://x.example/a?gclid=1&UTM_Medium=2&b=2&a=1", "https://x.example/a?a=1&b=2"),
    ],
)  # fmt: skip
def test_it_gives_one_post_one_address(written, canonical):
    """N4: https, no www or m, no fragment, no tracking, the rest sorted, path case kept."""
    assert canonical_url(written) == canonical


@given(st.from_regex(ADDRESS, fullmatch=True))
def test_it_leaves_a_canonical_address_alone(written):
    """N4: canonical is canonical again, or a post would be two."""
    assert canonical_url(canonical_url(written)) == canonical_url(written)


@pytest.mark.parametrize(
    "text", ["hola", "ftp://x.pe/a", "https://", "https://a b.pe/x", "http://[::1", "javascript:alert(1)"]
)
def test_it_refuses_what_is_no_address(text):
    """N4: no host, no post."""
    with pytest.raises(BadAddress):
        canonical_url(text)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (5, 5),
        (5.0, 5),
        ("7", 7),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234 567", 1234567),
        ("", None),
        (None, None),
        (0, 0),
    ],
)
def test_it_reads_a_counter(cell, number):
    """N5: an empty counter is null; thousands typed as text are thousands."""
    assert counter_of(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (-1, "negative_number"),
        ("-3", "negative_number"),
        ("muchos", "invalid_number"),
        (1.5, "invalid_number"),
        (True, "invalid_number"),
        ("1.2K", "invalid_number"),
        (10**18, "invalid_number"),
    ],
)
def test_it_says_what_is_wrong_with_a_counter(cell, code):
    """N5: a bad counter is null with a warning, never a guess."""
    with pytest.raises(BadCounter) as refused:
        counter_of(cell)
    assert refused.value.code == code


def remarks(read):
    return [(remark.tab, remark.row, remark.code) for remark in read.remarks]


def test_it_takes_rows_and_says_what_became_of_each():
    """N4, N5: read = accepted + blank + repeated + rejected, with the sheet's row numbers and codes."""
    posts = [
        a_post("https://www.instagram.com/p/uno/?igsh=1"),
        a_post("https://tiktok.com/@a/video/2", platform=" TikTok ", likes="-4", views="muchas"),
        a_post("https://x.pe/3", platform="youtube"),
        a_post("https://x.pe/4", created_at="01/15/2025"),
        a_post("https://x.pe/5", created_at=""),
        a_post("", content="sin dirección"),
        a_post("no es", content="sin dirección"),
        a_post("https://instagram.com/p/uno", content="la última gana"),
    ]
    comments = [
        a_comment("me encanta"),
        a_comment("  me encanta ", ownerUsername="ana"),
        a_comment(" "),
        a_comment("¿y la talla?", "https://instagram.com/p/otro"),
        a_comment(12345),
        a_comment("llega tarde", created_at="mañana"),
        a_comment("tiene id", comment_id=17900000000000001, likes=3),
        a_comment("lo edité", comment_id="17900000000000001"),
    ]
    read = read_rows(an_answer(posts, comments), zone="America/Lima")
    assert list(read.posts) == ["https://tiktok.com/@a/video/2", URL]
    tiktok, uno = read.posts.values()
    assert (tiktok.platform, tiktok.likes, tiktok.views, tiktok.row) == (Platform.TIKTOK, None, None, 3)
    assert (uno.content, uno.row) == ("la última gana", 9)
    assert [c.text for c in read.comments.values()] == ["me encanta", "12345", "lo edité"]
    assert [c.author for c in read.comments.values()] == ["ana", "Ana", "Ana"]
    assert remarks(read) == [
        (Tab.POSTS, 3, "negative_number"),
        (Tab.POSTS, 3, "invalid_number"),
        (Tab.POSTS, 4, "invalid_platform"),
        (Tab.POSTS, 5, "invalid_timestamp"),
        (Tab.POSTS, 6, "missing_timestamp"),
        (Tab.POSTS, 7, "missing_post_url"),
        (Tab.POSTS, 8, "invalid_post_url"),
        (Tab.POSTS, 9, "duplicate_post_url"),
        (Tab.COMMENTS, 5, "unknown_post"),
        (Tab.COMMENTS, 7, "invalid_timestamp"),
        (Tab.COMMENTS, 9, "duplicate_comment_id"),
    ]
    for tab, kept in ((Tab.POSTS, read.posts), (Tab.COMMENTS, read.comments)):
        counts = read.tabs[tab]
        assert counts.read == 8 == len(kept) + counts.blank + counts.repeated + counts.rejected


def test_it_holds_a_comment_until_its_post_appears():
    """N5: unknown_post now, taken when the post is there, also when it stands only in the database."""
    lone = an_answer([], [a_comment("primero")])
    assert remarks(read_rows(lone, zone="UTC")) == [(Tab.COMMENTS, 2, "unknown_post")]
    assert len(read_rows(lone, zone="UTC", known_urls={URL}).comments) == 1
    assert len(read_rows(an_answer([a_post()], [a_comment("primero")]), zone="UTC").comments) == 1


def test_it_finds_columns_in_any_case_and_order():
    """N2: any case, others ignored, `link` for post_url; post_url wins where both are."""
    answer = Answer(
        lines_of(
            [
                [
                    "Notas",
                    "LINK",
                    "SHARES",
                    "Likes",
                    "comments_COUNT",
                    "Content",
                    "Created_At",
                    "Platform",
                    "POST_URL",
                ],
                ["x", "https://x.pe/no", 1, 2, 3, "hola", "2025-01-15", "facebook", URL],
                ["solo una nota"],
            ]
        ),
        None,
    )
    read = read_rows(answer, zone="UTC")
    assert list(read.posts) == [URL]
    assert (read.tabs[Tab.POSTS].read, read.has_comments_tab) == (1, False)


def test_it_names_every_missing_column():
    """N2: a missing mandatory column ends the run by name, before any cost."""
    answer = Answer(lines_of([["post_url", "platform", "created_at", "content"]]), lines_of([]))
    with pytest.raises(MissingColumns) as refused:
        read_rows(answer, zone="UTC")
    assert refused.value.extra["columns"] == [
        "Posts.likes", "Posts.comments_count", "Posts.shares",
        "Comments.post_url", "Comments.comment_text", "Comments.ownerUsername", "Comments.created_at",
    ]  # fmt: skip


def test_it_reads_the_same_whatever_the_order_of_rows():
    """N4: identity is no row number: sorting a sheet changes nothing."""
    posts, comments = (
        [a_post(), a_post("https://x.pe/2")],
        [a_comment("uno"), a_comment("dos"), a_comment("tres")],
    )
    one = read_rows(an_answer(posts, comments), zone="UTC")
    other = read_rows(an_answer(posts[::-1], comments[::-1]), zone="UTC")
    assert one.posts.keys() == other.posts.keys()
    assert one.comments.keys() == other.comments.keys()

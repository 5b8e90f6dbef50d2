"""What the crontab may say, and in which sentence it is told what it may not."""

from __future__ import annotations

import pytest

from sverka.work.crontab import CrontabError, Line, parse

JOBS = ("agreement", "digest", "outbox", "sweep")


def test_lines_are_read_between_comments_and_variables() -> None:
    text = """\
# when the jobs run
PATH=/opt/sverka/bin:/usr/bin
 MAILTO = "operator@example.org"
"BASH_ENV"=/etc/sverka/env

*/5\t*  * * *   sverka run agreement --due
30 3 1,15 JAN-MAR,12 *  sverka  run sweep  --due
0 9 * * MON-FRI,SUN sverka run digest --due
"""
    assert parse(text, JOBS) == (
        Line("agreement", "*/5 * * * *"),
        Line("sweep", "30 3 1,15 JAN-MAR,12 *"),
        Line("digest", "0 9 * * MON-FRI,SUN"),
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("*/5 * * * * sverka run agrement --due", "there is no job «agrement»; did you mean agreement?"),
        ("*/5 * * * * sverka run xyz --due", "there is no job «xyz»; there are: agreement, digest, outbox, sweep"),
        ("*/5 * * * * sverka run agreement", "write `min hour dom mon dow sverka run JOB --due`"),
        ("*/5 * * * * root sverka run agreement --due", "write `min hour dom mon dow sverka run JOB --due`"),
        ("*/5 * * * * sverka run agreement --due # often", "write `min hour dom mon dow sverka run JOB --due`"),
        ("*/5 * * * * sverka run agreement --due --at now", "write `min hour dom mon dow sverka run JOB --due`"),
        ("@daily sverka run digest --due", "write `min hour dom mon dow sverka run JOB --due`"),
        ("*/5 * * * sverka run agreement --due", "write `min hour dom mon dow sverka run JOB --due`"),
        ("0 9 * * 1 sverka run digest --due", "the day of the week is «1»; write names, such as MON or MON-FRI"),
        ("0 9 * * */2 sverka run digest --due", "the day of the week is «*/2»; write names"),
        ("0 9 * * XYZ sverka run digest --due", "names no moment (Bad day-of-week)"),
        ("0 9 * * SAT-SUN sverka run digest --due", "names no moment (Bad day-of-week)"),
        ("0 9 1 * MON sverka run digest --due", "a day of the month and a day of the week"),
        ("0 9 */2 * MON sverka run digest --due", "a day of the month and a day of the week"),
        ("5/10 * * * * sverka run outbox --due", "the minute is «5/10»; write numbers, lists, ranges, and steps"),
        ("61 * * * * sverka run outbox --due", "«61 * * * *» names no moment (Bad minute)"),
        ("*/0 * * * * sverka run outbox --due", "names no moment (Bad minute)"),
        ("0 9 30 2 * sverka run digest --due", "names no moment (Bad day-of-month)"),
        ("0 9 L * * sverka run digest --due", "the day of the month is «L»"),
        ("30-10 * * * * sverka run outbox --due", "names no moment (Bad minute)"),
    ],
)  # fmt: skip
def test_what_readers_of_crontabs_take_differently_is_refused_with_its_line(row: str, told: str) -> None:
    with pytest.raises(CrontabError) as error:
        parse(f"# one\n{row}\n", JOBS)
    assert str(error.value).startswith("crontab, line 2: ")
    assert told in str(error.value)
    assert len(error.value.problems) == 1


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(CrontabError) as error:
        parse("61 * * * * sverka run outbox --due\n0 9 * * 1 sverka run digets --due", JOBS)
    assert [problem.split(": ")[0] for problem in error.value.problems] == [
        "crontab, line 1", "crontab, line 2", "crontab",
    ]  # fmt: skip
    assert "the last line has no end" in str(error.value)


def test_an_empty_crontab_starts_nothing() -> None:
    assert parse("", JOBS) == ()

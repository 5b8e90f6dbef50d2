"""How 1C is asked: the address it takes, who asks, what is asked again, and what is said when it does not answer."""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sverka.domain.secret import Secret
from sverka.systems.errors import (
    AnswerLost,
    BadAnswer,
    Busy,
    ContractBroken,
    NoAccess,
    NotFound,
    NotOffered,
    Refused,
    SystemTrouble,
    Unreachable,
)
from sverka.systems.onec.address import Base
from sverka.systems.onec.query import QUERY_BYTES, address, by_keys, literal, local
from tests.contract.onec_vendor import LOGIN, PASSWORD, URL, HandOnec, error, guid
from tests.contract.vendors import START, Reply, html
from tests.strategies import examples

SET = "Catalog_Партнеры"
SECRETS = (PASSWORD, URL.reveal(), base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode())
words = st.text(max_size=30)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://u:p@1c.example/ut", "https://1c.example/ut/odata/standard.odata"),
        ("http://u:p@1c.example:8080/base/ut/", "http://1c.example:8080/base/ut/odata/standard.odata"),
        ("https://u:p@1c.example/ut/odata/standard.odata/", "https://1c.example/ut/odata/standard.odata"),
    ],
)
def test_an_address_leads_to_the_publication(url: str, root: str) -> None:
    base = Base.at(Secret(url))
    assert (base.root, base.password.reveal()) == (root, "p")


@pytest.mark.parametrize(
    "url",
    [
        "", "1c.example/ut", "https://1c.example/ut", "https://u@1c.example/ut", "https://u:p@1c.example", "https://u:p@1c.example/",
        "ftp://u:p@1c.example/ut", "https://u:p@1c.example/ut?x=1", "https://u:p@1c.example/ut#x", "https://u:p#1@1c.example/ut",
        "https://u:p@1c.example:port/ut",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_so_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match="looks like https://LOGIN:PASSWORD@host/publication") as caught:
        Base.at(Secret(url))
    assert "u:p" not in str(caught.value)


def test_login_and_password_are_sent_as_utf_8() -> None:
    base = Base.at(URL)
    assert base64.b64decode(base.basic.reveal()).decode() == f"{LOGIN}:{PASSWORD}"


def test_what_is_asked_for_arrives_letter_by_letter() -> None:
    base = HandOnec(sets={SET: [{"Ref_Key": guid(1), "Description": "О'Кей + сыновья, 100 % & Ко; a=b?"}]})
    condition = f"Description eq {literal('О Кей')}"
    base.api().rows(SET, {"$filter": condition, "$select": "Ref_Key,Description", "$orderby": "Ref_Key"})
    (request,) = base.requests
    assert request.url.raw_path.decode() == (
        "/ut/odata/standard.odata/Catalog_%D0%9F%D0%B0%D1%80%D1%82%D0%BD%D0%B5%D1%80%D1%8B?$format=json;odata=nometadata"
        "&$filter=Description%20eq%20'%D0%9E%20%D0%9A%D0%B5%D0%B9'&$select=Ref_Key,Description&$orderby=Ref_Key"
    )


@given(resource=words, name=words, value=words)
@examples(soak=20_000, short=60)
def test_no_plus_sign_ever_leaves_the_client(resource: str, name: str, value: str) -> None:
    url = address("https://1c.example/ut", resource, {name: value, "$filter": literal(value)})
    assert "+" not in url
    assert " " not in url
    sent = httpx.URL(url).raw_path.decode()
    assert "+" not in sent
    assert unquote(sent.partition("$filter=")[2]) == literal(value).encode(errors="replace").decode()


@given(text=words | st.text("'", max_size=5))
@examples(soak=20_000, short=60)
def test_a_text_in_a_filter_ends_where_it_ends(text: str) -> None:
    inside = literal(text)[1:-1]
    assert inside.replace("''", "'") == text
    assert "'" not in inside.replace("''", "")


def test_a_moment_is_written_without_a_zone() -> None:
    assert local(datetime(2026, 9, 21, 10, 13, 20, 999)) == "datetime'2026-09-21T10:13:20'"  # noqa: DTZ001


@pytest.mark.parametrize("count", [0, 1, 2, 30, 100])
@pytest.mark.parametrize("name", ["Ref_Key", "КлючАналитики_Key"])
def test_keys_are_asked_for_in_queries_that_are_short_enough(count: int, name: str) -> None:
    keys = [guid(number) for number in range(count)]
    queries = list(by_keys(name, keys, {"$select": "Ref_Key,СуммаДокумента"}))
    asked = [term.split("'")[1] for query in queries for term in query["$filter"].split(" or ")]
    assert asked == keys
    assert all(len(address("", "", query)) <= QUERY_BYTES for query in queries)
    assert len(queries) == -(-count // len(queries[0]["$filter"].split(" or "))) if queries else count == 0


AGAIN: list[Reply] = [
    httpx.ConnectError("refused"), httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("gone"), html(502), html(503), html(504),
    httpx.Response(406), httpx.Response(429), error(500, "-1", "Конфликт блокировок при выполнении транзакции"),
]  # fmt: skip


@pytest.mark.parametrize("fault", AGAIN, ids=str)
def test_a_read_that_may_succeed_later_is_asked_again(fault: Reply) -> None:
    base = HandOnec(sets={SET: [{"Ref_Key": guid(1)}]}, faults=[fault, fault])
    assert len(base.api().rows(SET, {}).rows) == 1
    assert len(base.requests) == 3


WORDS: list[tuple[Reply, type[SystemTrouble], str]] = [
    (httpx.Response(401), NoAccess, "1C does not accept the login and password. Check the secret in the settings"),
    (html(403), NoAccess, "the web server of 1C lets nobody in here"),
    (html(404), NotOffered, "nothing is published at this address"),
    (
        error(404, "8", "Сущность Catalog_Партнеры не найдена"),
        NotOffered,
        "it is not published; add it in 1C: «Настройка",
    ),
    (error(404, "9", "Экземпляр не найден"), NotFound, "there is no such object (Экземпляр не найден)"),
    (error(400, "10", "Свойство ИНН не найдено"), NotOffered, "1C knows no such field"),
    (error(400, "14", "Ошибка при разборе опции запроса"), Refused, "1C says: Ошибка при разборе опции запроса"),
    (error(401, "20", "Недостаточно прав"), Refused, "the user of 1C has no right to it"),
    (error(500, "-1", "Операция не разрешена в предложении ГДЕ"), Refused, "1C says: Операция не разрешена"),
    (error(501, "", ""), Refused, "1C says: error"),
    (
        httpx.Response(301, headers={"location": "https://1c.example"}),
        Unreachable,
        "answers with a redirect (HTTP 301)",
    ),
    (httpx.Response(200, text="[1]", headers={"date": "x"}), ContractBroken, "JSON but no object of 1C"),
    (httpx.Response(200, text='{"value": 5}'), ContractBroken, "holds no list of rows"),
]


@pytest.mark.parametrize(("fault", "kind", "sentence"), WORDS, ids=str)
def test_a_trouble_says_what_happened_and_is_not_asked_again(
    fault: Reply, kind: type[SystemTrouble], sentence: str
) -> None:
    base = HandOnec(sets={SET: []}, faults=[fault] * 3)
    with pytest.raises(kind) as caught:
        base.api().rows(SET, {})
    assert sentence in str(caught.value)
    assert len(base.requests) == (3 if kind is Unreachable else 1)


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (html(500), BadAnswer, "HTTP 500 without an error of 1C"),
        (httpx.Response(500, text='{"exception": {"descr": "x"}}'), BadAnswer, "HTTP 500 without an error of 1C"),
        (html(200), BadAnswer, "what came is no JSON"),
        (httpx.Response(200, text='{"value": [{"Ref_Key"'), BadAnswer, "what came is no JSON"),
        (httpx.ReadTimeout("silence"), AnswerLost, "the answer was lost"),
        (httpx.Response(406), Busy, "1C has no free session or licence"),
    ],
    ids=["page of the platform", "dump of the server", "page of a proxy", "half a body", "silence", "no licence"],
)
def test_patience_ends(fault: Reply, kind: type[SystemTrouble], sentence: str) -> None:
    base = HandOnec(sets={SET: []}, faults=[fault] * 1000)
    with pytest.raises(kind, match=sentence):
        base.api().rows(SET, {})


def test_an_answer_without_its_time_is_no_answer() -> None:
    base = HandOnec(faults=[httpx.Response(200, text='{"value": []}')])
    with pytest.raises(ContractBroken, match="does not tell the time"):
        base.api().rows(SET, {})


@pytest.mark.parametrize("secret", SECRETS, ids=["password", "address", "header"])
def test_no_trouble_shows_a_secret(secret: str) -> None:
    base = HandOnec(faults=[error(400, "14", f"Ошибка {secret} в запросе")])
    with pytest.raises(Refused) as caught:
        base.api().rows(SET, {})
    assert secret not in str(caught.value)
    assert "в запросе" in str(caught.value)


def test_sums_are_exact() -> None:
    body = b'\xef\xbb\xbf{"value": [{"x": 0.1, "y": 84300.50, "z": "9007199254740993"}]}'
    base = HandOnec(faults=[httpx.Response(200, content=body, headers={"date": "Mon, 21 Sep 2026 07:13:20 GMT"})])
    (row,) = base.api().rows(SET, {}).rows
    assert [str(row[name]) for name in "xyz"] == ["0.1", "84300.50", "9007199254740993"]


def test_the_time_is_that_of_the_first_answer_and_costs_a_request_only_if_nothing_was_asked() -> None:
    base = HandOnec(sets={SET: []})
    with base.client() as client:
        assert client.server_time() == START
        base.clock.now += 3600
        assert (client.server_time(), client.sent) == (START, 1)
    assert base.asked() == [""]


def test_balances_have_more_time_than_other_answers() -> None:
    base = HandOnec(sets={SET: []})
    api = base.api(read_s=60.0)
    for is_slow in (False, True):
        api.rows(SET, {}, is_slow=is_slow)
    assert [request.extensions["timeout"]["read"] for request in base.requests] == [60.0, 180.0]
    assert api.sent == 2

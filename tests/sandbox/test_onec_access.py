"""The doors of the 1C emulator: addresses, logins, representations, sessions, what the web server lets through."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from onec_desk import BARE, Desk

from sandbox.kit import Request

EDM = "{http://schemas.microsoft.com/ado/2009/11/edm}"


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = Desk()
    desk.client()
    return desk


def _with_login(text: str, encoding: str) -> Request:
    said = b64encode(text.encode(encoding)).decode()
    return Request(
        "GET", "/ut/odata/standard.odata/", BARE, {"authorization": f"Basic {said}"}, b"", False, "127.0.0.1"
    )


def test_a_cyrillic_login_opens_the_door_in_utf8(desk: Desk) -> None:
    keys = desk.onec.credential("accountant", "")
    assert keys["login"] == "Тамара Белова"
    assert desk.onec.handle(_with_login(f"{keys['login']}:{keys['password']}", "utf-8")).status == 200


@pytest.mark.parametrize(
    ("login", "encoding"),
    [
        ("{login}:{password}", "cp1251"),
        ("{login}:другой", "utf-8"),
        ("Никто:{password}", "utf-8"),
        ("{login}", "utf-8"),
    ],
    ids=["another encoding", "another password", "nobody", "no password"],
)
def test_any_other_login_is_turned_away(desk: Desk, login: str, encoding: str) -> None:
    reply = desk.onec.handle(_with_login(login.format(**desk.onec.credential("accountant", "")), encoding))
    assert (reply.status, reply.by) == (401, "")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


def test_the_workers_address_holds_its_login_and_password_as_utf8(desk: Desk) -> None:
    parts = urlsplit(desk.onec.environment("http://127.0.0.1:5001")["MACHINERY_ONEC_URL"])
    assert (parts.hostname, parts.port, parts.path) == ("127.0.0.1", 5001, "/ut")
    own = desk.onec.credential("worker", "")
    assert (unquote(parts.username or ""), unquote(parts.password or "")) == (own["login"], own["password"])


def test_somebody_who_does_not_work_there_has_no_key(desk: Desk) -> None:
    with pytest.raises(LookupError, match="master"):
        desk.onec.credential("master", "")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ut/odata/standard.odata/Catalog_%D0%92%D0%B0%D0%BB%D1%8E%D1%82%D1%8B", 200),
     ("/odata/standard.odata/Catalog_Валюты".encode().decode("latin-1"), 200),
     ("/ut/hs/orders", 404), ("/", 404)],
    ids=["percent signs", "bare letters", "a service of the company's own", "nothing"],
)  # fmt: skip
def test_addresses_lead_to_the_interface_or_nowhere(desk: Desk, path: str, status: int) -> None:
    asked = desk.request("GET", "")
    assert desk.onec.handle(Request("GET", path, BARE, asked.headers, b"", False, "127.0.0.1")).status == status


def test_the_root_lists_what_is_published(desk: Desk) -> None:
    listed = desk.get("")
    assert {"name": "Catalog_Контрагенты", "url": "Catalog_Контрагенты"} in listed
    names = [one["name"] for one in listed]
    assert len(names) == len(set(names))
    prefixes = {"Catalog": 14, "Document": 4, "AccumulationRegister": 4, "InformationRegister": 4}
    whole = [name for name in names if name.count("_") == 1 or name.endswith("_RecordType")]
    assert {prefix: sum(name.startswith(f"{prefix}_") for name in whole) for prefix in prefixes} == prefixes


def test_what_is_not_published_is_not_known() -> None:
    desk = Desk({"onec.unpublished": {"Catalog_Склады"}})
    assert desk.refusal("GET", "Catalog_Склады") == desk.refusal("GET", "Catalog_Подразделения") == (404, "8")
    assert "Catalog_Склады" not in [one["name"] for one in desk.get("")]


def test_the_description_names_every_set_with_its_keys_properties_and_functions(desk: Desk) -> None:
    root = ET.fromstring(desk.ask("GET", "$metadata").body)
    (container,) = root.iter(f"{EDM}EntityContainer")
    sets = {one.attrib["Name"] for one in container.iter(f"{EDM}EntitySet")}
    assert sets == {one["name"] for one in desk.get("")}
    types = {one.attrib["Name"]: one for one in root.iter(f"{EDM}EntityType")}
    assert types.keys() == sets
    client = {one.attrib["Name"]: one.attrib["Type"] for one in types["Catalog_Контрагенты"].iter(f"{EDM}Property")}
    assert (client["Ref_Key"], client["ИНН"], client["Партнер_Key"]) == ("Edm.Guid", "Edm.String", "Edm.Guid")
    links = [one.attrib["Name"] for one in types["Catalog_Контрагенты"].iter(f"{EDM}NavigationProperty")]
    assert links == ["Партнер", "ГоловнойКонтрагент"]
    balance = next(
        one for one in container.iter(f"{EDM}FunctionImport")
        if one.attrib.get("ReturnType") == "Collection(StandardODATA.AccumulationRegister_РасчетыСКлиентами_Balance)"
    )  # fmt: skip
    assert [one.attrib["Name"] for one in balance] == ["bindingParameter", "Period", "Condition", "Dimensions"]


def test_every_property_that_rows_bear_is_described(desk: Desk) -> None:
    root = ET.fromstring(desk.ask("GET", "$metadata").body)
    for kind in root.iter(f"{EDM}EntityType"):
        known = {one.attrib["Name"] for one in kind.iter(f"{EDM}Property")}
        for row in desk.get(kind.attrib["Name"]):
            assert row.keys() == known, kind.attrib["Name"]


@pytest.mark.parametrize(
    ("asked", "keys", "links"),
    [("$format=json;odata=nometadata", {"value"}, 0),
     ("$format=json", {"odata.metadata", "value"}, 2),
     ("$format=json;odata=fullmetadata", {"odata.metadata", "value"}, 2)],
    ids=["none", "minimal", "full"],
)  # fmt: skip
def test_json_carries_as_much_metadata_as_was_asked_for(desk: Desk, asked: str, keys: set[str], links: int) -> None:
    reply = desk.ask("GET", "Catalog_Контрагенты", asked)
    answer = json.loads(reply.body)
    assert (reply.content_type, reply.headers["DataServiceVersion"]) == ("application/json;charset=utf-8", "3.0")
    assert answer.keys() == keys
    row = answer["value"][0]
    assert sum(name.endswith("@navigationLinkUrl") for name in row) == links
    assert ("odata.type" in row, row.get("Ref_Key@odata.type")) == (
        ("full" in asked), "Edm.Guid" if "full" in asked else None,
    )  # fmt: skip
    if links:
        address = f"http://1c.test/ut/odata/standard.odata/$metadata#{'Catalog_Контрагенты'}"
        assert answer["odata.metadata"] == address


def test_a_link_of_a_row_leads_to_what_it_names(desk: Desk) -> None:
    (row,) = json.loads(desk.ask("GET", "Catalog_Контрагенты", "$format=json").body)["value"]
    assert desk.get(row["Партнер@navigationLinkUrl"])["Ref_Key"] == row["Партнер_Key"]


def test_the_header_asks_for_json_as_well(desk: Desk) -> None:
    reply = desk.ask("GET", "Catalog_Валюты", "$top=1", accept="application/json;odata=nometadata")
    assert json.loads(reply.body).keys() == {"value"}


def test_without_a_wish_the_answer_is_atom(desk: Desk) -> None:
    reply = desk.ask("GET", "Catalog_Контрагенты", "$top=1")
    assert reply.content_type.startswith("application/atom+xml")
    assert "ООО «Гидросила»" in "".join(ET.fromstring(reply.body).itertext())
    refused = desk.ask("GET", "Catalog_Нет", "$top=1")
    assert [part.text for part in ET.fromstring(refused.body)] == ["8", 'Сущность "Catalog_Нет" не найдена']


def test_an_error_is_in_the_platforms_words(desk: Desk) -> None:
    nowhere = "Document_ЗаказКлиента(guid'11111111-2222-3333-4444-555555555555')"
    answer = json.loads(desk.ask("GET", nowhere).body)
    words = 'Экземпляр сущности "Document_ЗаказКлиента" не найден'
    assert answer == {"odata.error": {"code": "9", "message": {"lang": "ru", "value": words}}}


def test_a_plus_sign_is_no_space(desk: Desk) -> None:
    assert desk.refusal("GET", "Catalog_Партнеры", "$filter=Клиент+eq+true") == (400, "14")
    assert desk.names("Catalog_Партнеры", "$filter=Клиент eq true") == ["ООО «Гидросила»"]
    assert desk.names("Catalog_Партнеры", "$filter=Description eq 'А+Б'") == []


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "OPTIONS"])
def test_a_verb_that_does_not_go_with_an_address_is_405(desk: Desk, verb: str) -> None:
    assert desk.refusal(verb, "Catalog_Партнеры", body={}) == (405, "19")


def test_the_web_server_refuses_long_segments_and_long_queries(desk: Desk) -> None:
    long = f"Balance(Condition='{' or '.join(['Валюта_Key eq guid' + repr('0' * 36)] * 8)}')"
    reply = desk.ask("GET", f"AccumulationRegister_РасчетыСКлиентами/{long}")
    assert (reply.status, reply.content_type) == (400, "text/html; charset=utf-8")
    reply = desk.ask("GET", "Catalog_Валюты", f"$filter=Code eq '{'1' * 2048}'")
    assert (reply.status, reply.content_type) == (404, "text/html; charset=utf-8")


def test_a_session_is_the_platforms_own_affair_unless_the_publication_says_otherwise(desk: Desk) -> None:
    assert "Set-Cookie" not in desk.ask("GET", "Catalog_Валюты", ibsession="start").headers


def test_a_session_is_started_used_and_finished() -> None:
    desk = Desk({"onec.reuse_sessions": "use", "onec.sessions": 1})
    cookie = desk.ask("GET", "Catalog_Валюты", ibsession="start").headers["Set-Cookie"]
    assert desk.refusal("GET", "Catalog_Валюты", ibsession="start") == (406, "-1")
    assert desk.ask("GET", "Catalog_Валюты", cookie=cookie).status == 200
    assert desk.ask("GET", "Catalog_Валюты", cookie=cookie, ibsession="finish").status == 200
    assert desk.refusal("GET", "Catalog_Валюты", cookie=cookie)[0] == 400
    assert desk.ask("GET", "Catalog_Валюты", ibsession="start").status == 200


def test_the_first_answer_after_an_idle_while_is_late() -> None:
    desk = Desk({"onec.cold_start_s": 11.0})
    waits = []
    for pause_s in (0, 5, 19, 21):
        desk.clock.forward(pause_s)
        waits.append(desk.ask("GET", "Catalog_Валюты").wait_s)
    assert waits == [11.0, 0.0, 0.0, 11.0]


def test_requests_are_noted_with_who_asked_and_for_what(desk: Desk) -> None:
    reply = desk.ask("GET", "AccumulationRegister_РасчетыСКлиентами/Balance()", by="manager")
    assert (reply.api, reply.by, reply.write) == (
        "GET AccumulationRegister_РасчетыСКлиентами/Balance",
        "manager",
        False,
    )

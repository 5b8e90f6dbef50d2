"""The daily letters: what the owner, the managers, the accountant and the warehouse read in the morning (H15, X1)."""

from __future__ import annotations

from tests.e2e.play import LAMP, LENS, RARE, SERVICE, SHOP, Play


def week(letter: str, name: str) -> list[str]:
    """Return the figures of the week that stand below a name: new, won, lost, per cent, roubles."""
    lines = [" ".join(line.split()) for line in letter.splitlines()]
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{name} (") or line == name)
    below = next(line for line in lines[place:] if line.startswith("неделя"))
    return below.split(" ", 5)[1:]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_owner_reads_where_orders_come_from_and_how_managers_and_branches_do(played: Play) -> None:
    """H15, X1: by source, manager and branch; the manager reads of the own deals."""
    manager, head = played.person("manager"), played.person("head")
    held = manager.make_deal(SHOP, "Резерв", "Марина Соловьёва", [(LAMP, 1, 4200)], Филиал="Москва", sourceId="CALL")
    won = manager.make_deal(SHOP, "Резерв", "Наталья Гусева", [(LAMP, 2, 4200)], Филиал="Москва", sourceId="CALL")
    lost = head.make_deal(SERVICE, "Заявка", "Сергей Мельник", [(LENS, 1, 8900)], Филиал="Санкт-Петербург")
    played.person("owner").place_shop_order("Пётр Иванов", [(LAMP, 1, 4200)], phone="+79167778899")
    manager.move_deal(won, "won")
    head.move_deal(lost, "lost")
    played.run()
    played.set_clock("2026-11-24T09:00:00+03:00")
    played.settle("digest")

    texts = {letter["to"][0].partition("@")[0]: letter["text"] for letter in played.letters()}
    assert set(texts) == {"owner", "manager", "head"}
    assert "выиграно 1 на 8 400 ₽" in plain(texts["head"])
    assert week(texts["owner"], "Звонок") == ["2", "1", "—", "100", "8 400"]
    assert week(texts["owner"], "Интернет-магазин") == ["1", "—", "—", "—", "—"]
    assert week(texts["owner"], "Ольга Климова")[:3] == ["3", "1", "—"]
    assert week(texts["owner"], "Ирина Лебедева")[:3] == ["1", "—", "1"]
    assert week(texts["owner"], "Москва")[:3] == ["2", "1", "—"]
    assert week(texts["owner"], "Санкт-Петербург")[:3] == ["1", "—", "1"]
    assert "заказ в Бизнес.ру" in texts["manager"]
    assert played.orders(held)


def test_the_owner_reads_what_is_held_and_how_long(play: Play) -> None:
    """H10: reserves have no end, so their worth and the age of the oldest stand in the letter."""
    play.person().make_deal(SHOP, "Резерв", "Марина Соловьёва", [(LAMP, 2, 4200)], Филиал="Москва")
    play.run()
    play.forward(days=20)
    play.run()
    play.settle("digest")
    (letter,) = [each["text"] for each in play.letters() if each["to"] == ["owner@fary.example"]]
    text = " ".join(letter.split())
    assert "Товар в резерве по сделкам 8 400 ₽ 1 резерв" in text
    assert "самый старый — 20 дней" in text


def test_the_accountant_reads_of_the_desks_and_the_warehouse_of_what_leaves(play: Play) -> None:
    """X1: money that came yesterday by desks; today's picking by way of leaving, with what is missing."""
    manager = play.person()
    pick_up = {"Филиал": "Москва", "Способ получения": "самовывоз"}
    paid = manager.make_deal(SHOP, "Самовывоз/доставка", "Марина Соловьёва", [(LAMP, 2, 4200)], **pick_up)
    manager.make_deal(
        SHOP, "Самовывоз/доставка", "Алексей Воронцов", [(LENS, 1, 8900)], **pick_up, **{"Дата отгрузки": "2026-11-24"}
    )
    manager.make_deal(
        SERVICE, "Закрыт на приезд", "Дмитрий Журавлёв", [(RARE, 2, 71500)], Филиал="Москва",
        **{"Дата и время визита": "2026-11-25T11:00:00+03:00"},
    )  # fmt: skip
    play.run()
    manager.set_field(paid, "Оплачено в кассе", True)
    play.run()
    play.set_clock("2026-11-24T08:30:00+03:00")
    play.settle("digest")

    letters = {letter["to"][0].partition("@")[0]: letter for letter in play.letters()}
    accountant, warehouse = plain(letters["accountant"]["text"]), plain(letters["warehouse"]["text"])
    assert "Оплачено вчера 8 400 ₽ 1 платёж Касса Москва: 8 400" in accountant
    assert "САМОВЫВОЗ, МОСКВА" in warehouse
    assert "Hella" in warehouse
    assert "ЗАВТРА ВИЗИТ, А ТОВАР СОБРАН НЕ ВЕСЬ" in warehouse
    assert "не хватает 1 шт" in warehouse
    assert "8 400" in plain(letters["owner"]["headers"]["Subject"])
    assert "application/vnd.openxmlformats" in letters["owner"]["raw"]

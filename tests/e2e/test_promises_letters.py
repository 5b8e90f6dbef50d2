"""The daily letters: what the owner and the managers read in the morning (H15, X1)."""

from __future__ import annotations

from tests.e2e.play import LAMP, LENS, SERVICE, SHOP, Play


def week(letter: str, name: str) -> list[str]:
    """Return the figures of the week that stand below a name: new, won, lost, per cent, roubles."""
    lines = [" ".join(line.split()) for line in letter.splitlines()]
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{name} (") or line == name)
    below = next(line for line in lines[place:] if line.startswith("неделя"))
    return below.split(" ", 5)[1:]


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
    assert set(texts) == {"owner", "manager"}
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

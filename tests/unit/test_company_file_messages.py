"""What a company file may get wrong of what clients are told, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.company_file import mistakes_of

CASES = {
    "a notice that nobody has written": (
        "notice: order_ready",
        "notice: order_redy",
        "funnels.shop.stages.Самовывоз/доставка.notice",
        "did you mean `order_ready`?",
    ),
    "a notice where nothing is held": (
        "{order: open, reserve: all, notice: order_ready}",
        "{order: open, notice: order_ready}",
        "funnels.shop.stages.Самовывоз/доставка",
        "add `order: open, reserve: all`",
    ),
    "a notice without a day": (
        "    ship_date:    {title: Дата отгрузки, type: date}\n",
        "",
        "funnels.shop.stages.Самовывоз/доставка.notice",
        "describe it there, or drop it here",
    ),
    "a notice without an address": (
        "    address:      {title: Адрес доставки, type: string}\n",
        "",
        "funnels.shop.stages.Самовывоз/доставка.notice",
        "describe it there, or drop it here",
    ),
    "a way of which a notice knows nothing": (
        "options: [самовывоз, доставка]",
        "options: [самовывоз, курьер]",
        "fields.deal.delivery.options[1]",
        "write one of: самовывоз, доставка",
    ),
    "a way to write that there is not": (
        "[MAX, WhatsApp,",
        "[голубь, WhatsApp,",
        "fields.client.write_to.options[0]",
        "write one of: MAX, WhatsApp, SMS, почта, не писать",
    ),
    "a way to write that the company does not have": (
        "channels: [max, whatsapp, sms, email]",
        "channels: [max, sms, email]",
        "fields.client.write_to.options[1]",
        "add it there, or drop it here",
    ),
    "a way to write that people type in": (
        "{title: Как писать, type: list, options: [MAX, WhatsApp, SMS, почта, не писать]}",
        "{title: Как писать, type: string}",
        "fields.client.write_to.type",
        "write `type: list`",
    ),
    "a channel that nothing carries": (
        "    max: HEADLIGHTS_MAX_URL\n",
        "",
        "messages.channels[0]",
        "describe it there, or drop it here",
    ),
    "greetings that would never go": (
        'birthdays: {at: "11:00"}',
        'birthdays: {at: "19:00"}',
        "messages.birthdays",
        "begin earlier, or end `care` later",
    ),
    "greetings that begin when none goes any more": (
        'birthdays: {at: "11:00"}',
        'birthdays: {at: "11:00"}\n  care: {from: "19:30", to: "21:00"}',
        "messages.birthdays",
        "begin earlier, or end `care` later",
    ),
    "a channel that nobody knows": (
        "channels: [max, whatsapp, sms, email]",
        "channels: [max, whatsapp, sms, emial]",
        "messages.channels[3]",
        "did you mean `email`?",
    ),
    "no channel at all": (
        "channels: [max, whatsapp, sms, email]",
        "channels: []",
        "messages.channels",
        "name at least one",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_mistake_is_one_sentence(tmp_path: Path, case: tuple[str, ...]) -> None:
    old, new, path, remedy, *more = case
    (mistake,) = mistakes_of(tmp_path, (old, new), *zip(more[::2], more[1::2], strict=True))
    assert mistake.path == path
    assert remedy in mistake.remedy

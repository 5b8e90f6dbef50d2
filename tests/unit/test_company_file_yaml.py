"""What YAML would misread in a company file, and files that are no company at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.company_file import line_of, mistakes_in, mistakes_of

TRAPS = {
    "no": ('options: ["да", "нет"]', "options: [yes, нет]", "fields.deal.installation.options[0]"),
    "a bare time": ("store: Склад Москва", "store: 12:30", "branches[0].store"),
    "a bare hour of a check": (
        'eve_check: "12:00"',
        "eve_check: 12:00",
        "funnels.service.stages.Закрыт на приезд.eve_check",
    ),
    "leading zeros": ("store: Склад Москва", "store: 007", "branches[0].store"),
    "a bare phone": ("store: Склад Москва", "store: +79161234567", "branches[0].store"),
    "a bare date": (
        'history_cutoff: "2005-06-01T09:00:00+04:00"',
        "history_cutoff: 2005-06-01T09:00:00+04:00",
        "history_cutoff",
    ),
    "a stage named no": ("Запрос на товар:       {", "no: {", "funnels.shop.stages.no"),
    "nothing": (
        "Запрос на товар:       {show: availability, allowed: 2d}",
        "Запрос на товар:",
        "funnels.shop.stages.Запрос на товар",
    ),
    "a tag": ("store: Склад Москва", "store: !!python/name:os.system x", "branches[0].store"),
    "a tag on a text": ("store: Склад Москва", "store: !secret x", "branches[0].store"),
    "an alias": (
        "store: Склад Москва\n    cash_desk: Касса Москва",
        "store: &a Склад\n    cash_desk: *a",
        "branches[0].cash_desk",
    ),
    "a second key": ("title: Фары и свет", "title: Фары и свет\ntitle: Свет", "title"),
}


@pytest.mark.parametrize("case", TRAPS.values(), ids=TRAPS.keys())
def test_what_yaml_would_misread_is_refused(tmp_path: Path, case: tuple[str, str, str]) -> None:
    old, new, path = case
    (mistake,) = mistakes_of(tmp_path, (old, new))
    assert mistake.path == path


def test_a_second_key_is_told_with_both_lines(tmp_path: Path) -> None:
    line = line_of("title: Фары и свет")
    (mistake,) = mistakes_of(tmp_path, ("title: Фары и свет", "title: Фары и свет\ntitle: Свет"))
    assert (mistake.line, mistake.problem) == (line + 1, f"stands here twice, first in line {line}")


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"company: a\nrules: {mode: auto\n", 3, "is not valid YAML"),
        (b"company: a\n\tb: c\n", 2, "is not valid YAML"),
        ("company: Фары".encode("cp1251"), 1, "is not written in UTF-8"),
        (b"", 1, "does not describe a company"),
        (b"- a\n", 1, "does not describe a company"),
        (b"!x {}\n", 1, "has the tag"),
        (b"company: a\n---\ncompany: b\n", 2, "is not valid YAML"),
        (b"company: \x00\n", 1, "is not valid YAML"),
    ],
    ids=["no end", "a tab", "another encoding", "empty", "a list", "a tag", "two documents", "a control character"],
)
def test_a_file_that_is_no_company_is_one_mistake(tmp_path: Path, content: bytes, line: int, problem: str) -> None:
    (tmp_path / "headlights.yaml").write_bytes(content)
    (mistake,) = mistakes_in(tmp_path)
    assert (mistake.line, problem in mistake.problem) == (line, True)

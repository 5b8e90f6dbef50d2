"""A company with Bitrix24 and 1C, for tests that need the whole sandbox around the emulator."""

from __future__ import annotations

from pathlib import Path

COMPANY = "machinery"
_FILE = """
company: machinery
title: Техника и запчасти
timezone: Europe/Moscow
systems:
  bitrix24: {webhook: MACHINERY_BITRIX24_WEBHOOK}
  onec: {url: MACHINERY_ONEC_URL}
people:
  worker:     {name: Сверка Служебная, email: sverka@tehnika.example}
  owner:      {name: Виктор Орлов, email: owner@tehnika.example}
  manager:    {name: Ольга Климова, email: manager@tehnika.example}
  accountant: {name: Тамара Белова, email: accountant@tehnika.example}
"""


def company_files(folder: Path) -> Path:
    """Write the company's file into a folder and return the folder."""
    (folder / f"{COMPANY}.yaml").write_text(_FILE, encoding="utf-8")
    return folder

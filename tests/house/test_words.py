from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, short

# Each word is written with a class around one letter, so that this file does not hold what it looks for.
BANNED = {
    "a promise for later": r"#.*\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b|\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)[:(]|NotImplemented[E]rror",
    "a path of somebody's machine": r"/(?:wor[k]|roo[t]|hom[e]/\w+|Users/\w+|opt/pyp[i])/",
    "a host of a package registry": r"pyp[i]\.org|pythonhoste[d]|npmjs\.co[m]|\.wh[l]\b",
    "a word about how the code came about": r"(?i)\bsub[a]gents?\b|\bl[l]m\b|chat[g]pt|cla[u]de",
}
BINARY = {".png", ".ico", ".pdf", ".docx", ".xlsx", ".woff2", ".db"}


@pytest.mark.parametrize("reason", BANNED)
def test_no_file_holds(reason: str) -> None:
    pattern = re.compile(BANNED[reason])
    found = [
        f"{short(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=short)
def test_a_lock_pins_every_package_with_a_hash_and_names_no_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "an option of pip stands in the lock"
    packages = re.split(r"\n(?=\w)", text)
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []

"""What is imported from files, as an operator does it: through the command line, from a file and from stdin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LIST = (
    "Información actualizada al 31 de diciembre de 2025\nNo,RFC,Nombre del Contribuyente,Situación del contribuyente,"
    "Publicación página SAT presuntos\n1,AAA080808HL8,UNO,Presunto,01/02/2025\n2,XXXXXXXXXXXX,X,Presunto,\n"
)


def run(mongodb_url: str, database: str, *arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        env={**os.environ, "MONGODB_URL": mongodb_url, "MONGODB_DATABASE": database},
        input=given,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_69_b_list_from_stdin_again_and_a_file_that_is_none(
    mongodb_url: str, database: str, tmp_path: Path
) -> None:
    content = LIST.encode("cp1252")
    code, out, told = run(mongodb_url, database, "blacklist", "import", "-", given=content)
    assert (code, out) == (0, "1 taxpayers, as of 2025-12-31: 1 new, 0 changed, 0 no longer listed\n")
    assert told == "left out, for want of an RFC that can be read: 1\n"
    (tmp_path / "again.csv").write_bytes(content)
    code, out, told = run(mongodb_url, database, "blacklist", "import", str(tmp_path / "again.csv"))
    assert (code, "imported before" in told) == (0, True)
    code, out, told = run(mongodb_url, database, "blacklist", "import", "-", given=b"%PDF-1.7")
    assert (code, out) == (1, "")
    assert "not SAT's list of article 69-B" in told


def test_product_keys_from_a_file(mongodb_url: str, database: str, tmp_path: Path) -> None:
    (tmp_path / "keys.csv").write_text("code,label\n10101501,Gatos vivos\n", encoding="utf-8")
    code, out, _ = run(mongodb_url, database, "catalogs", "import", "--version", "4.0", str(tmp_path / "keys.csv"))
    assert (code, out) == (0, "product_key 4.0: 1 entries\n")

"""What ./dev cannot do it says in one line, and exits with 1."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).resolve().parents[2] / "dev"


def run(*arguments, **variables):
    ran = subprocess.run(
        [sys.executable, DEV, *arguments], env=os.environ | variables, capture_output=True, text=True
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert ran.stderr.startswith("./dev: ") and ran.stderr.count("\n") == 1, ran.stderr
    return ran.stderr


def test_busy_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = run("demo", "--port", str(port))
    assert f"port {port}: Address already in use" in said and "--port N" in said


def test_port_that_cannot_be():
    assert "0-65535" in run("demo", "--port", "99999")


def test_odoo_path_without_odoo(tmp_path):
    assert f"ODOO_PATH={tmp_path}: no Odoo" in run("db", "never_made", ODOO_PATH=str(tmp_path))


@pytest.mark.parametrize("series", ["18, 0", "20, 0"])
def test_odoo_path_with_another_odoo(tmp_path, series):
    (tmp_path / "odoo" / "addons" / "stock").mkdir(parents=True)
    (tmp_path / "odoo" / "release.py").write_text(f"version_info = ({series}, 0, FINAL, 0, '')\n")
    assert "this module is for 19.0" in run("db", "never_made", ODOO_PATH=str(tmp_path))


def test_name_that_no_database_may_have():
    assert "a database's name is small letters" in run("db", "Robert'); DROP")

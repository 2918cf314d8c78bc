"""Counts the tests in which a browser really ran.

Odoo skips a browser test in silence when it finds no browser or no websocket client, and a suite without
them is green; so ./dev reads the number and fails when it is zero.
"""

import functools
import os
from pathlib import Path

import pytest

ran = set()


def pytest_collection_finish(session):
    from odoo.tests.common import HttpCase

    browser_js = HttpCase.browser_js

    @functools.wraps(browser_js)
    def counted(self, *args, **kwargs):
        result = browser_js(self, *args, **kwargs)  # raises SkipTest without a browser
        ran.add(self.id())
        return result

    HttpCase.browser_js = counted


def pytest_sessionfinish(session):
    """A worker tells the process that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["browser_tests"] = sorted(ran)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    ran.update(getattr(node, "workeroutput", {}).get("browser_tests", ()))


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"browser tests that ran and passed: {len(ran)}")
    Path(os.environ["BROWSER_COUNT_FILE"]).write_text(str(len(ran)))

"""Odoo's own tests without and with this module: prints what passes here and there, and each difference.

    odoo_tests.py CONFIG LOGS BUILD DATABASE_WITHOUT DATABASE_WITH MODULES     (./dev odoo-tests calls it)

Every test runs with all modules loaded, as in a server that people use. That is not how Odoo runs those
marked at_install: it runs them while it installs their module, before any that builds on it is there, so
they would never meet this one. The price: some of them do not expect the other modules of Odoo and
fail on both sides. Those must fail in the same words.
"""

import datetime
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

PASSED, SKIPPED = "passed", "skipped"
RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
TEST = re.compile(
    r"odoo\.addons\.(?P<module>\w+)\.tests\.\S+: "
    r"(?P<what>Starting|skipped|FAIL:|ERROR:) (?:Subtest )?(?P<test>\w+\.\w+)"
)
# Where a class cannot be set up none of its tests runs, and the log names the class.
CLASS = re.compile(r"ERROR: (?P<step>\w+) \(odoo\.addons\.(?P<module>\w+)\.tests\.(?P<test>[\w.]+)\)")


def main(config, logs, build, without, with_module, modules):
    modules = modules.split(",")
    tags = ",".join(f"/{module}" for module in modules)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    shell = [sys.executable, "-m", "odoo", "shell", "-c", config, "--http-port", port]
    script = f"from odoo.tests.shell import run_tests\nrun_tests(env, {tags!r}, {modules!r})\n"
    results = [
        run([*shell, "-d", database], script, Path(logs, f"odoo-tests-{side}.log"))
        for side, database in (("without", without), ("with", with_module))
    ]
    print(f"\n{datetime.date.today()}, Odoo {build}\n")
    return report(modules, *results)


def run(command, script, log):
    """``{(module, test): passed, skipped, or the failure's last line}``; the log is kept."""
    print(f"{log}:", flush=True)
    with open(log, "wb") as output:
        options = {"stdin": subprocess.PIPE, "stdout": output, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, cwd=log.parent, **options)
        process.stdin.write(script.encode())
        process.stdin.close()
        while process.poll() is None:
            time.sleep(20)
            print(f"    {len(read(log))} tests", flush=True)
    if "odoo.tests.shell: Tests " not in log.read_text(errors="replace"):
        sys.exit(f"the run did not end well: see {log}")
    return read(log)


def read(log):
    results, failed = {}, None
    for line in log.read_text(errors="replace").splitlines():
        if RECORD.match(line):
            failed = None
        elif failed and line.strip():
            # Ids, dates and database names are not the same twice.
            results[failed] = re.sub(r"\d+", "#", line.strip().replace(log.stem, "#"))
        if found := TEST.search(line) if RECORD.match(line) else None:
            test = found["module"], found["test"]
            if found["what"] == "Starting":
                results.setdefault(test, PASSED)
            elif found["what"] == "skipped":
                results[test] = SKIPPED
            else:
                failed, results[test] = test, "failed"
        elif found := CLASS.search(line):
            failed = found["module"], f"{found['test']}, {found['step']}"
            results[failed] = "failed"
    return results


def report(modules, without, with_module):
    """Print counts per module, what fails on both sides and each difference; 1 where there is one."""
    differ = sorted(test for test in {*without, *with_module} if without.get(test) != with_module.get(test))
    print("| module | tests | without: passed, skipped, failed | with | differ |\n|---|---|---|---|---|")
    for module in (*modules, "all"):
        cells = []
        for result in (without, with_module):
            states = Counter(state for (of, _test), state in result.items() if module in (of, "all"))
            passed, skipped = states.pop(PASSED, 0), states.pop(SKIPPED, 0)
            cells.append(f"{passed}, {skipped}, {states.total()}")
        tests = sum(module in (of, "all") for of, _test in without)
        print("|", module, "|", tests, "|", *" | ".join(cells).split(" "), "|", end=" ")
        print(sum(module in (of, "all") for of, _test in differ), "|")
    print("\nFailing on both sides, in the same words:\n")
    for test, state in sorted(without.items()):
        if state not in (PASSED, SKIPPED) and test not in differ:
            print(f"- {' '.join(test)}: {state}")
    print("\nDifferences:" if differ else "\nNo difference.")
    for test in differ:
        print(f"- {' '.join(test)}: without {without.get(test)!r}, with {with_module.get(test)!r}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

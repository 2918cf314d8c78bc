"""A recall of the most used lot: from the request to the frozen scope with all its lists and papers."""

import time
from datetime import datetime

from session import get_processor_time, give_up, read_status, reset_peak


class Clock:
    """Seconds since it was last asked: on the wall, and of processor time."""

    def __init__(self, cr):
        self.cr = cr
        self.longest = 0.0
        self.ask()

    def ask(self):
        now = time.monotonic(), get_processor_time(self.cr)
        spent = [one - before for one, before in zip(now, getattr(self, "last", now), strict=True)]
        self.last = now
        self.longest = max(self.longest, spent[0])
        return spent


def freeze(session, lot):
    """Freeze the scope and make its papers as the jobs do, with their commits.

    :return: ``{"steps": {name: [seconds, of them processor time]}, "longest": seconds of one step,
        "memory": bytes by which the process grew, "rows", "consignees"}``
    """
    steps = {}
    with session.registry.cursor() as cr:
        env = session.make_env(cr)
        # Where the most papers are made of the trace as a whole.
        env.company.country_id = env.ref("base.nl")
        recall = env["lot.recall"].create({"subject": "Bench", "reason": "Bench", "lot_ids": [(6, 0, [lot])]})
        recall._step({"state": "assessing", "doubt_at": datetime.now()})
        scope = env["lot.recall.scope"]._freezing()
        scope = scope.create(
            {"recall_id": recall.id, "number": 1, "direction": "both", "lot_ids": [(6, 0, [lot])]}
        )
        scope.write({"frozen_by_id": env.uid, "asked_company_ids": [(6, 0, env.companies.ids)]})
        cr.commit()
        before = reset_peak()
        clock = Clock(cr)

        def note(name):
            steps[name] = [a + b for a, b in zip(steps.get(name, (0.0, 0.0)), clock.ask(), strict=True)]

        for _rows in scope._work():
            cr.commit()
            note("its lists made" if steps else "asked and frozen")
        if scope.state != "done":
            give_up(f"the scope could not be frozen: {scope.error}")
        orders = env["lot.paper.order"].search([("scope_id", "=", scope.id)])
        made = iter(orders)
        for finished in orders._work():
            cr.commit()
            if finished:
                order = next(made)
                if order.state != "done":
                    raise RuntimeError(f"{order.display_name}: {order.error}")
                note(f"paper: {order.display_name}")
        return {
            "steps": steps,
            "longest": clock.longest,
            "memory": read_status("VmHWM") - before,
            "rows": scope.row_count,
            "consignees": scope.consignee_count,
        }

"""A recall of the most used lot: from the request to the frozen scope with all its lists and papers."""

import time
from datetime import datetime

from session import give_up


def freeze(session, lot):
    """Freeze the scope and make its papers as the jobs do, with their commits.

    :return: ``{"trace": seconds, "lists": seconds, "papers": {name: seconds}, "longest": of one step,
        "rows", "consignees"}``
    """
    found = {"lists": 0.0, "longest": 0.0, "papers": {}}
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
        start = time.monotonic()
        for _rows in scope._work():
            cr.commit()
            spent, start = time.monotonic() - start, time.monotonic()
            found["longest"] = max(spent, found["longest"])
            if "trace" in found:
                found["lists"] += spent
            else:
                found["trace"] = spent
        if scope.state != "done":
            give_up(f"the scope could not be frozen: {scope.error}")
        found |= {"rows": scope.row_count, "consignees": scope.consignee_count}
        orders = env["lot.paper.order"].search([("scope_id", "=", scope.id)])
        start = time.monotonic()
        made = iter(orders)
        for finished in orders._work():
            cr.commit()
            if finished:
                order = next(made)
                if order.state != "done":
                    raise RuntimeError(f"{order.display_name}: {order.error}")
                spent, start = time.monotonic() - start, time.monotonic()
                found["longest"] = max(spent, found["longest"])
                found["papers"][order.display_name] = spent
    return found

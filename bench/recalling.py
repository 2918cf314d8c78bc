"""A recall of the most used lot: from the request to the frozen scope with all its lists."""

import time
from datetime import datetime

from session import give_up


def freeze(session, lot):
    """Freeze the scope as the job does, with its commits.

    :return: ``{"trace": seconds, "lists": seconds, "longest": of one batch, "rows", "consignees"}``
    """
    found = {"lists": 0.0, "longest": 0.0}
    with session.registry.cursor() as cr:
        env = session.make_env(cr)
        recall = env["lot.recall"].create(
            {"subject": "Bench", "mode": "drill", "reason": "Bench", "lot_ids": [(6, 0, [lot])]}
        )
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
    return found

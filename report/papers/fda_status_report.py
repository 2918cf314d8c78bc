"""Recall status report, 21 CFR 7.53(b)(1) to (6), as of a day."""

from ..paper import Column, Field, Fields, Need, Table, paper
from ..paper_fda import FdaPaper
from ..paper_recall import WHERE_AUTHORITIES, WHERE_CONSIGNEES

SECTION = "21 CFR 7.53(b)"


@paper("fda_status_report")
class StatusReport(FdaPaper):
    def get_sections(self):
        rows = self.current("consignees")
        told = [row for row in rows if row["told_at"]]
        answered = [row for row in rows if row["answered_at"]]
        silent = [row for row in told if not row["answered_at"]]
        checked = [row for row in rows if row["check_result"]]
        yield Fields(
            "Status",
            [
                Field("As of", self.case["until"], kind="datetime"),
                self.field("FDA recall number", "fda_recall_number"),
                Field(
                    "(1) Consignees notified",
                    f"{self.words.integer(len(told))} of {self.words.integer(len(rows))}",
                ),
                Field(
                    "(1) Date and method of notification",
                    self.get_notices(told),
                    Need(f"{SECTION}(1)", WHERE_CONSIGNEES),
                ),
                Field("(2) Consignees responding", self.words.integer(len(answered))),
                Field("(2) Quantity on hand with them when they were told", self.get_on_hand(answered)),
                Field("(3) Consignees that did not respond", self.words.integer(len(silent))),
                Field("(3) Consignees not yet notified", self.words.integer(len(rows) - len(told))),
                Field("(4) Returned or corrected, and accounted for", self.get_accounted()),
                Field("(5) Effectiveness checks made", self.words.integer(len(checked))),
                Field("(5) Results of the checks", self.get_results(checked)),
                self.field(
                    "(6) Estimated time frame for completion",
                    "completion_estimate",
                    f"{SECTION}(6)",
                    WHERE_AUTHORITIES,
                ),
            ],
        )
        yield self.get_returns()
        yield self.get_names("(3) Identity of consignees that did not respond", silent)
        yield self.get_names("Consignees not yet notified", [row for row in rows if not row["told_at"]])
        yield self.get_consignees(f"{SECTION}(1)")

    def get_notices(self, told):
        """``2026-11-27: 3 by e-mail, 1 by phone; …``; missing where it was not written down how."""
        if not told:
            return "nobody notified yet"
        if not all(row["told_how"] for row in told):
            return None
        days = {}
        for row in told:
            how = row["told_how"]
            day = days.setdefault(f"{self.words.local(row['told_at']):%Y-%m-%d}", {})
            day[how] = day.get(how, 0) + 1
        return "; ".join(
            f"{day}: " + ", ".join(f"{count} by {how}" for how, count in sorted(found.items()))
            for day, found in sorted(days.items())
        )

    def get_on_hand(self, answered):
        """What those who answered had set aside, sent back or destroyed: it was with them."""
        names = {row["name"] for row in answered}
        rows = [
            {
                "uom": row["uom_name"],
                "quantity": max(
                    row["quantity"] - row["quantity_back"] - row["quantity_sold"] - row["quantity_unknown"],
                    0.0,
                ),
            }
            for row in self.current("lines")
            if row["consignee_id"] in names
        ]
        return self.sum_up(rows) or "none"

    def get_accounted(self):
        rows = [
            {
                "uom": row["uom_name"],
                "quantity": row["quantity"] - row["quantity_back"] - row["quantity_unknown"],
            }
            for row in self.current("lines")
        ]
        returned = self.sum_up(self.current("lines"), "quantity_received") or "none"
        return f"Returned: {returned}. Accounted for in all: {self.sum_up(rows) or 'none'}."

    def get_results(self, checked):
        if not checked:
            return "no check made yet"
        results = {}
        for row in checked:
            results[row["check_result"]] = results.get(row["check_result"], 0) + 1
        return "; ".join(f"{result}: {count}" for result, count in sorted(results.items()))

    def get_returns(self):
        """Item (4): of each consignee contacted."""
        found = {}
        for row in self.current("lines"):
            sums = found.setdefault((row["consignee_id"], row["uom_name"]), {})
            for name, value in row.items():
                if name.startswith("quantity"):
                    sums[name] = sums.get(name, 0.0) + value
        names = {
            "quantity": "Delivered",
            "quantity_back": "Came back before the recall",
            "quantity_received": "Returned",
            "quantity_returned": "Says returned",
            "quantity_destroyed": "Destroyed there",
            "quantity_aside": "Set aside there",
            "quantity_sold": "Sold or used",
            "quantity_unknown": "Not accounted for",
        }
        return Table(
            "(4) Returned or corrected, by consignee",
            [
                Column("Consignee", lambda row: row["consignee"], width=32),
                *(
                    Column(title, lambda row, name=name: row[name], "number", 12)
                    for name, title in names.items()
                ),
                Column("Unit", lambda row: row["uom"], width=8),
            ],
            [{"consignee": who, "uom": uom, **sums} for (who, uom), sums in found.items()],
            note="Quantities as known when this report was made, also where it is about an earlier day.",
            name="(4) By consignee",
        )

    def get_names(self, title, rows):
        return Table(
            title,
            [
                Column("Name", lambda row: row["name"], width=32),
                Column("Address", lambda row: row["contact_address"], width=40),
                Column("Phone", lambda row: row["phone"], width=18),
                Column("Told on", lambda row: row["told_at"], "datetime", 18),
            ],
            rows,
            name=title[:31],
        )

"""The suspect lot's answer as text: the main job, seen without a browser."""

from odoo import api, models


def _amount(row):
    return f"{row['quantity']:,.10g} {row['uom']}"


def _amounts(rows):
    return ", ".join(f"{row['quantity']:.2f} {row['uom']}" for row in rows) or "-"


def _table(title, rows):
    lines = [title]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines if rows else [f"{title}: none"]


class LotGenealogyDemo(models.AbstractModel):
    _inherit = "lot.genealogy.demo"

    @api.model
    def _get_answer(self):
        """Where did the demo plant's suspect lot go, and how much of it."""
        lot = self.env.ref("lot_genealogy.demo_lot_suspect")
        officer = self.env.ref("lot_genealogy.demo_user_officer")
        trace = self.env["lot.trace"].with_user(officer).trace(lot.ids)
        forward, backward = trace["forward"], trace["backward"]
        start = trace["start"][0]
        lines = [
            f"Lot {start['name']}, {start['product']}: {_amount(start)} came in.",
            "Complete: no gaps." if trace["complete"] else f"{len(trace['gaps'])} gaps in the chain.",
            "",
        ]
        lines += _table(
            "Customers reached",
            [
                (
                    row["partner"],
                    f"{_amounts(row['affected'])} of it",
                    row["contact"]["phone"] or row["contact"]["email"] or "-",
                    "in " + ", ".join(f"{_amount(one)} {one['product']}" for one in row["quantities"]),
                )
                for row in forward["consignees"]
            ],
        )
        lines += _table(
            "Still in stock",
            [(row["lot"], row["product"], _amount(row), row["location"]) for row in forward["on_hand"]],
        )
        lines += _table(
            "Can still be stopped",
            [
                (row["document"], row["partner"] or row["kind"], _amount(row), row["lot"])
                for row in forward["open_orders"]
            ],
        )
        lines += _table(
            "Suppliers behind it",
            [
                (row["partner"], row["supplier_lot"] or "-", row["document"], row["date"])
                for row in backward["receipts"]
            ],
        )
        lines += _table(
            "Where it is now",
            [
                (name.replace("_", " "), _amounts(amounts))
                for name, amounts in forward["ends"].items()
                if any(amount["quantity"] for amount in amounts)
            ],
        )
        return "\n".join(lines)

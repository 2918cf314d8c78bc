"""The register of recalls, with the columns of openFDA's enforcement reports, in their order.

The columns are openFDA's; what stands in them is the company's own record of its recalls.
"""

from ..paper import Column, Paper, Table, paper

PRODUCT_TYPES = {"food": "Food", "supplement": "Food", "drug": "Drugs", "device": "Devices"}


@paper("recall_register")
class RecallRegister(Paper):
    def get_sections(self):
        yield Table("Recalls", self.get_columns(), self.options["cases"], on=("xlsx",))

    def get_columns(self):
        def company(name):
            return lambda row: row["company"].get(name)

        def text(name):
            return lambda row: row[name]

        return [
            Column("recall_number", text("fda_recall_number"), width=16),
            Column("event_id", text("fda_event_id"), width=12),
            Column("status", self.get_status, width=14),
            Column("classification", self.get_class, width=14),
            Column("product_type", self.get_product_type, width=14),
            Column("recalling_firm", company("name"), width=28),
            Column("address_1", company("street"), width=28),
            Column("address_2", lambda row: None, width=12),
            Column("city", company("city"), width=18),
            Column("state", company("state"), width=14),
            Column("postal_code", company("zip"), width=12),
            Column("country", company("country"), width=16),
            Column("voluntary_mandated", text("voluntary"), width=24),
            Column("initial_firm_notification", text("initial_notification"), width=24),
            Column("distribution_pattern", text("distribution_pattern"), width=34),
            Column("product_description", lambda row: row["product_description"] or row["subject"], width=40),
            Column("product_quantity", self.get_quantity, width=24),
            Column("reason_for_recall", text("reason"), width=40),
            Column("code_info", lambda row: ", ".join(row["lots"]), width=34),
            Column("more_code_info", company("lot_code_explanation"), width=34),
            Column("recall_initiation_date", self.get_initiation, "date", 14),
            Column("center_classification_date", text("fda_classified_on"), "date", 14),
            Column("report_date", lambda row: None, "date", 14),
            Column("termination_date", text("fda_terminated_on"), "date", 14),
            Column("own_reference", text("name"), width=16),
            Column("scope_fingerprint", text("fingerprint"), width=66),
        ]

    def get_status(self, row):
        if row["fda_terminated_on"]:
            return "Terminated"
        return "Completed" if row["closed_at"] else "Ongoing"

    def get_class(self, row):
        return f"Class {row['class']}" if row["class"] else "Not Yet Classified"

    def get_product_type(self, row):
        return PRODUCT_TYPES.get(row["product_type"], "")

    def get_quantity(self, row):
        amounts = {}
        for line in row["lines"]:
            amounts[line["uom_name"]] = amounts.get(line["uom_name"], 0.0) + line["quantity"]
        return ", ".join(self.words.quantity(amount, uom) for uom, amount in sorted(amounts.items()))

    def get_initiation(self, row):
        """The day of the decision to recall, else of the first doubt."""
        decided = [one["decided_at"] for one in row["decisions"] if one["code"] == "activate"]
        return min(decided, default=row["doubt_at"])

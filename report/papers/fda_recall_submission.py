"""A recall submission in the ten blocks of FDA's guidance, with the sortable list of direct accounts."""

from ..paper import WHERE_COMPANY, Field, Fields, Need, paper
from ..paper_fda import FdaPaper
from ..paper_recall import WHERE_AUTHORITIES

GUIDANCE = "FDA, Product Recalls, Including Removals and Corrections"


@paper("fda_recall_submission")
class RecallSubmission(FdaPaper):
    def get_sections(self):
        def block(number):
            return f"{GUIDANCE}, block {number}"

        yield self.get_product(block(1), "1. Product information")
        yield self.get_lots(block(2), "2. Codes")
        yield self.get_codes(block(2), "2. How codes are read")
        yield self.get_firm(block(3), "3. Recalling firm")
        yield self.get_manufacturer(block(4), "4. Manufacturer")
        yield Fields(
            "5. Firm responsible for the violation or problem",
            [self.field("Firm and how it happened", "found_text", block(5))],
        )
        yield self.get_reason(block(6), "6. Reason for the recall")
        yield self.get_risk(block(7), "7. Health hazard assessment")
        yield self.get_volume(block(8))
        yield self.get_distribution(block(9), "9. Distribution pattern")
        yield self.get_strategy(block(10), "10. Recall strategy")
        yield self.get_accounts(block(9))

    def get_codes(self, paragraph, title):
        return Fields(
            title,
            [
                Field(
                    "Explanation of lot coding",
                    self.company.get("lot_code_explanation"),
                    Need(paragraph, WHERE_COMPANY),
                ),
                self.field("Why only these lots", "why_these_lots", paragraph),
            ],
        )

    def get_volume(self, paragraph):
        """Block 8: what was made, sent out and is still held."""
        return Fields(
            "8. Volume of recalled product",
            [
                *self.get_produced(paragraph, "").fields,
                *self.get_distributed(paragraph, "").fields,
                Field(
                    "Quantity held when the scope was frozen", self.sum_up(self.current("stock")) or "none"
                ),
                self.field("How stock is set aside", "quarantine_method", paragraph),
                self.field("Disposition", "disposition", paragraph, WHERE_AUTHORITIES),
            ],
        )

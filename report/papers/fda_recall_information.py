"""Firm-initiated recall: the information of 21 CFR 7.46(a), items (1) to (9)."""

from ..paper import paper
from ..paper_fda import FdaPaper


@paper("fda_recall_information")
class RecallInformation(FdaPaper):
    def get_sections(self):
        section = "21 CFR 7.46(a)"
        yield self.get_product(f"{section}(1)", "(1) Product involved")
        yield self.get_reason(f"{section}(2)", "(2) Reason, date and circumstances of discovery")
        yield self.get_risk(f"{section}(3)", "(3) Evaluation of the risk")
        yield self.get_produced(f"{section}(4)", "(4) Total amount produced, and timespan of the production")
        yield self.get_distributed(f"{section}(5)", "(5) Estimated amount in distribution")
        yield self.get_distribution(f"{section}(6)", "(6) Distribution")
        yield self.get_communication(f"{section}(7)", "(7) Recall communication")
        yield self.get_strategy(f"{section}(8)", "(8) Proposed strategy")
        yield self.get_official(f"{section}(9)", "(9) Official to contact")
        yield self.get_accounts(f"{section}(6)")

"""The dossier of a recall: what was decided, found, done and answered, from its frozen scope."""

from odoo.tools import LazyTranslate

from ..paper import Signatures, paper
from ..paper_recall import DELIVERIES, RecallPaper
from .eu_178_2002 import Eu178

_lt = LazyTranslate(__name__)


@paper("recall_dossier")
class RecallDossier(RecallPaper, Eu178):
    title = _lt("Recall dossier")

    def get_customers(self):
        """Of very many, which their deliveries and the consignees name again, no sheet of their own."""
        customers = super().get_customers()
        if len(customers.rows) <= customers.most:
            return customers
        return customers._replace(on=("pdf",), whole=DELIVERIES, sums=("product",))

    def get_sections(self):
        yield self.get_case_fields()
        yield self.get_milestones()
        yield self.get_percents()
        yield self.get_decisions()
        yield self.get_scope()
        # From whom, and to whom: as article 18 has it.
        yield from Eu178.get_sections(self)
        yield self.get_genealogy()
        yield self.get_balance()
        yield self.get_measures()
        yield self.get_stock()
        yield self.get_orders()
        yield self.get_consignees("178/2002 art. 19")
        yield self.get_deliveries()
        yield self.get_recovery()
        yield self.get_destructions()
        yield self.get_credits()
        yield self.get_team()
        yield Signatures(
            _lt("Signatures"), [_lt("Coordinator"), _lt("Quality"), _lt("Management"), _lt("Place and date")]
        )

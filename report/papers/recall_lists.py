"""Lists for the floor: what to set aside, by location, and which orders to stop."""

from odoo.tools import LazyTranslate

from ..paper import Signatures, paper
from ..paper_recall import RecallPaper

_lt = LazyTranslate(__name__)


@paper("recall_lists")
class RecallLists(RecallPaper):
    title = _lt("Stop and quarantine lists")

    def get_sections(self):
        yield self.get_stock(_lt("Quarantine list, by location"))
        yield self.get_orders(_lt("Stop list: orders not done yet"))
        yield Signatures(_lt("Done"), [_lt("Set aside by"), _lt("Orders stopped by"), _lt("Date and time")])

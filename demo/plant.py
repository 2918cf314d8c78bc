"""The demo plant: a small maker of hummus and sauces, with four months of history.

Made through Odoo's own documents, so that everything the module records is recorded
as in real use. What there is stands in masters.py, what happened in story.py.
"""

import logging
import re
import time
from contextlib import contextmanager

from odoo import api, models

from .build import MODULE, build_masters
from .care import Care
from .clock import at, moment
from .house import House
from .story import LOT_NAMES, STORY
from .trade import Trade
from .works import Works

_logger = logging.getLogger(__name__)


class Plant(Trade, Works, House, Care):
    """Lives the diary: each kind of entry has its method, `do_<kind>`."""

    def live(self):
        messages = self.env["mail.message"].search([], order="id desc", limit=1)
        with self._lots_chosen_by_hand():
            position, day = 0, None
            for number, entry in enumerate(STORY, 1):
                _logger.debug("Demo plant: entry %s of %s", number, len(STORY))
                position = position + 1 if entry.days_ago == day else 0
                day = entry.days_ago
                with at(self.env, moment(self.today, day, position)):
                    self.perform(entry)
        self.look_ahead()
        for name, lot_name in LOT_NAMES.items():
            self.register.name(name, self.lot(lot_name))
        self._date_messages(messages.id or 0)
        self.env["stock.quant"]._quant_tasks()

    def perform(self, entry):
        kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(entry).__name__).lower()
        getattr(self, f"do_{kind}")(entry)

    @contextmanager
    def _lots_chosen_by_hand(self):
        """No reservation at confirmation: the diary says which lot was taken."""
        types = self.register.get("type", "outgoing")
        types |= self.register.get("type", "manufacture")
        methods = [(kind, kind.reservation_method) for kind in types]
        types.reservation_method = "manual"
        try:
            yield
        finally:
            for kind, method in methods:
                kind.reservation_method = method

    def _date_messages(self, last_id):
        """Notes take the date of their document: their default ignores our clock."""
        for message in self.env["mail.message"].search([("id", ">", last_id)]):
            message.date = message.create_date


def forget_plant(env):
    """Take the plant's XML ids away, for the module's uninstall hook.

    Uninstalling deletes every record that has an XML id of the module: of the demo
    orders that would leave stock moves whose orders are gone.
    """
    env["ir.model.data"].search([("module", "=", MODULE), ("name", "=like", r"demo\_%")]).unlink()


class LotGenealogyDemo(models.AbstractModel):
    _name = "lot.genealogy.demo"
    _description = "Demo plant of lot genealogy"

    @api.model
    def _load(self):
        """Make the plant and its history, once; do nothing where it stands already."""
        if self.env.ref("lot_genealogy.demo_product_tahini", raise_if_not_found=False):
            _logger.info("The demo plant is there already")
            return False
        started = time.monotonic()
        Plant(build_masters(self.env)).live()
        seconds = time.monotonic() - started
        _logger.info("Demo plant: %s entries in %.0f s", len(STORY), seconds)
        return True

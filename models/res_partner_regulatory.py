"""What authorities want to know of a business or place, beside its address.

It is frozen with the address when the ledger names the partner (`lot.party`).
"""

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Odoo's own accounting declares it too, with the same meaning.
    global_location_number = fields.Char(string="GLN", tracking=True, help="Global Location Number")
    fda_registration_number = fields.Char(
        string="FDA Registration No.",
        tracking=True,
        help="The Food Facility Registration number: FDA takes it as a reference to the source of a "
        "traceability lot code.",
    )
    eu_approval_number = fields.Char(
        string="EU Approval No.",
        tracking=True,
        help="The number of an approved establishment, as in its identification mark.",
    )
    food_business_type = fields.Selection(
        [
            ("primary", "Primary producer"),
            ("manufacturer", "Manufacturer"),
            ("packer", "Packer"),
            ("importer", "Importer"),
            ("distributor", "Distributor or wholesaler"),
            ("retailer", "Retailer"),
            ("catering", "Restaurant or caterer"),
            ("logistics", "Storage or transport"),
            ("other", "Other"),
        ],
        string="Type of Business",
        tracking=True,
    )
    contact_24h = fields.Char(
        string="24 h Contact",
        tracking=True,
        help="Whom to reach at any hour, by name and telephone number, when goods must be stopped.",
    )

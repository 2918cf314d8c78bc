"""What labels and authorities want to know of a product, beside its name and barcode."""

from odoo import api, fields, models

# 21 CFR 1.1300 and FDA's Food Traceability List: the name of the list's line, as FDA words it.
FTL_CATEGORIES = [
    ("cheese_soft", "Cheese, fresh soft or soft unripened, pasteurized"),
    ("cheese_semisoft", "Cheese, soft ripened or semi-soft, pasteurized"),
    ("cheese_raw", "Cheese, unpasteurized, other than hard"),
    ("eggs", "Shell eggs"),
    ("nut_butter", "Nut butters"),
    ("cucumbers", "Cucumbers, fresh"),
    ("herbs", "Herbs, fresh"),
    ("leafy_greens", "Leafy greens, fresh"),
    ("leafy_greens_cut", "Leafy greens, fresh-cut"),
    ("melons", "Melons, fresh"),
    ("peppers", "Peppers, fresh"),
    ("sprouts", "Sprouts, fresh"),
    ("tomatoes", "Tomatoes, fresh"),
    ("tropical", "Tropical tree fruits, fresh"),
    ("fruits_cut", "Fruits, fresh-cut"),
    ("vegetables_cut", "Vegetables other than leafy greens, fresh-cut"),
    ("finfish_histamine", "Finfish, histamine-producing species"),
    ("finfish_ciguatoxin", "Finfish, species potentially contaminated with ciguatoxin"),
    ("finfish_other", "Finfish, other species"),
    ("finfish_smoked", "Smoked finfish"),
    ("crustaceans", "Crustaceans"),
    ("bivalves", "Molluscan shellfish, bivalves"),
    ("deli_salads", "Ready-to-eat deli salads, refrigerated"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    label_brand = fields.Char(string="Brand", tracking=True)
    label_commodity = fields.Char(
        string="Commodity", tracking=True, help="What it is, without brand: tomatoes, tuna, hummus."
    )
    label_variety = fields.Char(
        string="Variety or Species",
        tracking=True,
        help="The variety, or of seafood the species or the acceptable market name.",
    )
    label_pack_size = fields.Char(
        string="Pack Size", tracking=True, help="As on the label: 6 x 200 g, 25 lb."
    )
    label_pack_style = fields.Char(string="Pack Style", tracking=True, help="Tub, carton, sack, bulk, …")
    label_cn_code = fields.Char(
        string="CN Code", tracking=True, help="Combined Nomenclature: asked for in RASFF notifications."
    )
    animal_origin = fields.Selection(
        [("yes", "Of animal origin"), ("no", "Not of animal origin")],
        tracking=True,
        help="Regulation (EU) 931/2011 asks for more data of food of animal origin, processed or not. Empty: "
        "not yet decided; papers then include the product and say so.",
    )
    ftl_status = fields.Selection(
        [("yes", "On the list"), ("no", "Not on the list")],
        string="Food Traceability List",
        tracking=True,
        help="Whether the food is on FDA's list (21 CFR 1.1300), itself or because it contains a food of "
        "the list in the same form. Somebody decides this: it is not derived from a bill of materials. "
        "Empty: not yet decided; papers then include the product and say so.",
    )
    ftl_category = fields.Selection(FTL_CATEGORIES, string="Line of the List", tracking=True)
    ftl_received_as = fields.Selection(
        [("receiving", "Receiving"), ("first_land_based", "First land-based receiving")],
        string="Received as",
        default="receiving",
        required=True,
        tracking=True,
        help="First land-based receiving: it comes straight from a fishing vessel (21 CFR 1.1335).",
    )
    ftl_made_as = fields.Selection(
        [("transformation", "Transformation"), ("initial_packing", "Initial packing")],
        string="Made as",
        default="transformation",
        required=True,
        tracking=True,
        help="Initial packing: a raw agricultural commodity is packed for the first time (21 CFR 1.1330).",
    )

    @api.onchange("ftl_status")
    def _onchange_ftl_status(self):
        if self.ftl_status != "yes":
            self.ftl_category = False

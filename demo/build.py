"""Makes the demo plant's masters: users, partners, stores, products and recipes."""

from odoo import Command, fields

from . import masters
from .clock import at, moment

MODULE = "lot_genealogy"

# a history is nobody's news: no notes, no followers, no mails
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_notrack": True,
    "mail_activity_automation_skip": True,
    "no_reset_password": True,
    "lang": "en_US",
}


class Register:
    """The plant's records by key, and their XML ids."""

    def __init__(self, env):
        self.env = env
        self._records = {}

    def add(self, kind, key, record):
        """Remember a record and give it the XML id `demo_<kind>_<key>`."""
        self._records[kind, key] = record
        self.name(f"demo_{kind}_{key}", record)
        return record

    def name(self, name, record):
        xml_id = f"{MODULE}.{name.lower().replace('-', '_')}"
        self.env["ir.model.data"]._update_xmlids([{"xml_id": xml_id, "record": record, "noupdate": True}])

    def get(self, kind, key):
        return self._records[kind, key]

    def product_of(self, lot_name):
        return self._records["prefix", lot_name.rpartition("-")[0]]

    def remember(self, kind, key, record):
        """Like `add`, without XML id."""
        self._records[kind, key] = record


def build_masters(env):
    """Everything that stands before the first receipt, as a `Register`."""
    admin = env.ref("base.user_admin")
    company = env.ref("base.main_company")
    env = env(user=admin.id, su=True, context=dict(env.context, **QUIET))
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    register = Register(env)
    with at(env, moment(fields.Date.today(), 90)):
        _switch_on_features(env)
        _build_company(env)
        _build_users(register)
        _build_partners(register)
        _build_locations(register)
        _build_products(register)
        _build_recipes(register)
    return register


def _switch_on_features(env):
    features = env["res.groups"].union(*(env.ref(name) for name in masters.FEATURES))
    env.ref("base.group_user").implied_ids += features
    env.company.stock_text_confirmation = False  # the telephone numbers are invented


def _build_company(env):
    country = env.ref("base.nl").id
    env.company.partner_id.write({**masters.COMPANY, "country_id": country})
    env.company.write(masters.REGULATORY)


def _build_users(register):
    env = register.env
    company = env.company
    for login, (name, own_group, groups) in masters.USERS.items():
        wanted = [env.ref(group) for group in groups] + [env.ref("base.group_user")]
        own = env.ref(f"{MODULE}.{own_group}", raise_if_not_found=False)
        user = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@plant.example",
                "tz": "Europe/Amsterdam",
                "company_id": company.id,
                "company_ids": company.ids,
                "group_ids": [Command.set([group.id for group in [*wanted, own] if group])],
            }
        )
        register.add("user", login, user)


def _build_partners(register):
    env = register.env
    partners = env["res.partner"]
    ranks = ((masters.SUPPLIERS, "supplier_rank"), (masters.CUSTOMERS, "customer_rank"))
    for table, rank in ranks:
        for key, facts in table.items():
            name, street, zip_code, city, country, phone, email, ref = facts
            partner = partners.create(
                {
                    "global_location_number": masters.GLN.get(key),
                    "food_business_type": masters.BUSINESS.get(key, "retailer"),
                    "name": name,
                    "is_company": True,
                    "street": street,
                    "zip": zip_code,
                    "city": city,
                    "country_id": env.ref(f"base.{country}").id,
                    "phone": phone,
                    "email": email,
                    "ref": ref,
                    rank: 1,
                }
            )
            register.add("partner", key, partner)
    for key, facts in masters.ADDRESSES.items():
        parent_key, name, street, zip_code, city, phone, email = facts
        parent = register.get("partner", parent_key)
        partner = partners.create(
            {
                "name": name,
                "food_business_type": masters.BUSINESS.get(key, "retailer"),
                "parent_id": parent.id,
                "type": "delivery",
                "street": street,
                "zip": zip_code,
                "city": city,
                "country_id": parent.country_id.id,
                "phone": phone,
                "email": email,
            }
        )
        register.add("partner", key, partner)


def _build_locations(register):
    env = register.env
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    warehouse.name = masters.COMPANY["city"]
    register.remember("location", "stock", warehouse.lot_stock_id)
    register.remember("type", "outgoing", warehouse.out_type_id)
    register.remember("type", "internal", warehouse.int_type_id)
    register.remember("type", "manufacture", warehouse.manu_type_id)
    for key, name in masters.LOCATIONS.items():
        quarantine = key == "quarantine"
        location = env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": (warehouse.view_location_id if quarantine else warehouse.lot_stock_id).id,
                "is_quarantine": quarantine,
            }
        )
        register.add("location", key, location)


def _build_products(register):
    env = register.env
    fefo = env.ref("product_expiry.removal_fefo")
    for key, name in masters.CATEGORIES.items():
        category = env["product.category"].create({"name": name, "removal_strategy_id": fefo.id})
        register.add("category", key, category)
    for key, facts in masters.PRODUCTS.items():
        product = env["product.product"].create(_prepare_product(register, key, facts))
        register.add("product", key, product)
        register.remember("prefix", facts[0], product)
        register.remember("store", product.id, facts[5])
    code, name, unit = masters.WATER
    water = env["product.product"].create(
        {
            "name": name,
            "default_code": code,
            "type": "consu",
            "is_storable": False,
            "sale_ok": False,
            "purchase_ok": False,
            "categ_id": register.get("category", "raw").id,
            "uom_id": env.ref(masters.UNITS[unit]).id,
        }
    )
    register.add("product", "water", water)


def _prepare_product(register, key, facts):
    pack_size, pack_style = masters.PACKS.get(key, (False, False))
    _prefix, code, name, category, unit, _store, life, cost, price, barcode = facts
    return {
        "name": name,
        "default_code": code,
        "barcode": barcode,
        "type": "consu",
        "is_storable": True,
        "tracking": "lot",
        "categ_id": register.get("category", category).id,
        "uom_id": register.env.ref(masters.UNITS[unit]).id,
        "sale_ok": category in ("finished", "byproduct"),
        "purchase_ok": category in ("raw", "packaging"),
        "standard_price": cost,
        "list_price": price,
        "use_expiration_date": bool(life),
        "expiration_time": life,
        "use_time": life // 10,
        "removal_time": life // 20,
        "alert_time": life // 7,
        "label_brand": masters.BRAND if category == "finished" else False,
        "label_commodity": name.partition(",")[0] if pack_size else False,
        "label_pack_size": pack_size,
        "label_pack_style": pack_style,
        "animal_origin": "no",
        "ftl_status": "no",
    }


def _build_recipes(register):
    env = register.env
    for key, (quantity, components, byproducts) in masters.RECIPES.items():
        product = register.get("product", key)
        bom = env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                # a batch takes what the kettle takes: no question at each order
                "consumption": "flexible",
                "bom_line_ids": _prepare_recipe_lines(register, components),
                "byproduct_ids": _prepare_recipe_lines(register, byproducts),
            }
        )
        register.add("bom", key, bom)


def _prepare_recipe_lines(register, quantities):
    return [
        Command.create(
            {
                "product_id": register.get("product", key).id,
                "product_uom_id": register.get("product", key).uom_id.id,
                "product_qty": quantity,
            }
        )
        for key, quantity in quantities.items()
    ]

"""Columns that several papers have: a partner, an address, a product, what moved and when."""

from odoo.tools import LazyTranslate

from .paper import WHERE_PARTNER, Column, Need

_lt = LazyTranslate(__name__)


def get_party_columns(paper, get, group, need=None):
    """Name, address and contact of a party: its company, and the person or place within.

    :param get: of a row, the facts of the party: a dict
    :param group: the title of the PDF's column, and of the first column
    :param need: the paragraph that asks for name and address
    """

    def asked(where=WHERE_PARTNER):
        # An unknown party is one missing element, not six.
        return need and Need(need, where, paper.name_partner, when=lambda row: bool(get(row)))

    def fact(name):
        return lambda row: get(row).get(name)

    words = paper.words
    named = need and Need(need, WHERE_PARTNER, paper.name_partner)
    columns = [
        Column(group, lambda row: get_name(get(row)), width=32, need=named, group=group),
        Column(_lt("Contact"), lambda row: get_person(get(row)), width=22, group=group),
        Column(_lt("Street"), fact("street"), width=28, need=asked(), group=group),
        Column(_lt("ZIP"), fact("zip"), width=10, group=group),
        Column(_lt("City"), fact("city"), width=18, need=asked(), group=group, joined=True),
        Column(_lt("State"), fact("state"), width=14, group=False),
        Column(_lt("Country"), fact("country"), width=14, need=asked(), group=group),
        Column(_lt("Phone"), fact("phone"), width=18, group=group),
        Column(_lt("E-mail"), fact("email"), width=26, group=group),
        Column(_lt("24 h contact"), fact("contact_24h"), width=24, group=group, named=True),
        Column(_lt("GLN"), fact("gln"), width=16, group=group, named=True),
        Column(_lt("EU approval no."), fact("eu_approval"), width=16, group=group, named=True),
        Column(
            _lt("Type of business"),
            lambda row: words.business_type(get(row).get("business_type")),
            width=18,
            group=False,
        ),
        Column(
            _lt("Not recorded then, known today"),
            lambda row: words.added(get(row)),
            width=24,
            group=group,
            named=True,
        ),
    ]
    return [column._replace(part="party") for column in columns]


def get_name(contact):
    """Who it is: the company, or the person if there is none."""
    return contact.get("company") or contact.get("name")


def get_person(contact):
    """The person or place within the company."""
    return contact.get("name") if contact.get("company") else None


def get_product_columns(paper, need=None):
    product = _lt("Product")
    asked = need and Need(need, _lt("The product: its name"), paper.name_product)
    columns = [
        Column(product, lambda row: row.get("product"), width=34, need=asked, group=product),
        Column(
            _lt("Brand"),
            lambda row: paper.product(row).get("label_brand"),
            width=16,
            group=product,
            named=True,
        ),
        Column(
            _lt("Variety or species"),
            lambda row: paper.product(row).get("label_variety"),
            width=18,
            group=product,
            named=True,
        ),
        Column(
            _lt("Packaging"),
            lambda row: get_packaging(paper.product(row)),
            width=20,
            group=product,
            named=True,
        ),
        Column(
            _lt("GTIN"), lambda row: paper.product(row).get("barcode"), width=16, group=product, named=True
        ),
    ]
    return [column._replace(part="product") for column in columns]


def get_packaging(product):
    return ", ".join(filter(None, (product.get("label_pack_size"), product.get("label_pack_style"))))


def get_durability(paper, row):
    """The best-before date, else the use-by date."""
    lot = paper.lot(row)
    return lot.get("use_date") or lot.get("expiration_date")


def get_durability_kind(paper, row, best_before, use_by):
    """Which of the two it is; both where they are the same day."""
    lot = paper.lot(row)
    best, use = (lot.get(name) and lot[name][:10] for name in ("use_date", "expiration_date"))
    if best and use:
        return f"{best_before}/{use_by}" if best == use else best_before
    return best_before if best else use and use_by

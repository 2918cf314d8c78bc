"""The facts of a partner as they were when the ledger named it.

A later change of address must not rewrite history: one row per distinct content.
"""

import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL

FACTS = (
    "name",
    "company",
    "street",
    "zip",
    "city",
    "state",
    "country",
    "country_code",
    "phone",
    "email",
    "vat",
    "ref",
    "company_address",
    "gln",
    "fda_registration",
    "eu_approval",
    "business_type",
    "contact_24h",
)


class LotParty(models.Model):
    _name = "lot.party"
    _inherit = ["lot.append.only"]
    _description = "Partner as recorded"
    _order = "name, id"
    _log_access = False

    name = fields.Char(readonly=True, required=True)
    company = fields.Char(readonly=True, help="The company this contact belonged to.")
    street = fields.Char(readonly=True)
    zip = fields.Char(readonly=True)
    city = fields.Char(readonly=True)
    state = fields.Char(readonly=True)
    country = fields.Char(readonly=True)
    country_code = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    vat = fields.Char(string="Tax ID", readonly=True)
    ref = fields.Char(string="Reference", readonly=True)
    company_address = fields.Char(
        readonly=True, help="The company's own address, where the contact is another place of it."
    )
    gln = fields.Char(string="GLN", readonly=True)
    fda_registration = fields.Char(string="FDA Registration No.", readonly=True)
    eu_approval = fields.Char(string="EU Approval No.", readonly=True)
    business_type = fields.Char(string="Type of Business", readonly=True, help="Its code.")
    contact_24h = fields.Char(string="24 h Contact", readonly=True)
    # Not a foreign key: deleting or merging partners must not touch what was recorded.
    partner_res_id = fields.Integer(string="Partner ID", readonly=True, required=True)
    content_hash = fields.Char(readonly=True, required=True)
    recorded_at = fields.Datetime(readonly=True, required=True)
    taken_later = fields.Boolean(
        readonly=True,
        help="Read when history was loaded, or a done move was changed: these are the partner's facts of "
        "that day, which may be others than those of the day on which the goods moved.",
    )

    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        compute="_compute_company_ids",
        search="_search_company_ids",
        help="Whose ledger names it. Who works for none of these does not read it.",
    )

    _content_hash_uniq = models.UniqueIndex("(content_hash)")
    _partner_idx = models.Index("(partner_res_id)")

    def _compute_company_ids(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, array_agg(c.id)
                  FROM unnest(%s::int[]) AS p (id)
                 CROSS JOIN res_company c
                 WHERE EXISTS (SELECT FROM lot_ledger l WHERE l.party_id = p.id AND l.company_id = c.id)
                    OR EXISTS (SELECT FROM lot_ledger l WHERE l.owner_party_id = p.id AND l.company_id = c.id)
                 GROUP BY p.id
                """,
                [one for one in self._ids if one],
            )
        )
        found = dict(rows)
        for party in self:
            party.company_ids = [fields.Command.set(found.get(party.id, []))]

    @api.model
    def _search_company_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [one for one in value if one]
        return [
            (
                "id",
                "in",
                SQL(
                    """(SELECT p.id FROM lot_party p
                         WHERE EXISTS (SELECT FROM lot_ledger l
                                        WHERE l.party_id = p.id AND l.company_id = ANY(%(ids)s))
                            OR EXISTS (SELECT FROM lot_ledger l
                                        WHERE l.owner_party_id = p.id AND l.company_id = ANY(%(ids)s)))""",
                    ids=ids,
                ),
            )
        ]

    @api.model
    def _prepare_facts(self, partner):
        """The facts of `partner` that are kept: plain values under the names of FACTS."""
        owner = partner.commercial_partner_id
        return {
            "name": partner.name or partner.display_name,
            "company": owner.name if owner != partner else None,
            "street": ", ".join(filter(None, (partner.street, partner.street2))) or None,
            "zip": partner.zip or None,
            "city": partner.city or None,
            "state": partner.state_id.name or None,
            "country": partner.country_id.name or None,
            "country_code": partner.country_id.code or None,
            "phone": partner.phone or owner.phone or None,
            "email": partner.email or owner.email or None,
            "vat": owner.vat or None,
            "ref": partner.ref or owner.ref or None,
            "company_address": self._get_company_address(owner) if owner != partner else None,
            # Of the place itself: the company's may name another one.
            "gln": partner.global_location_number or None,
            "fda_registration": partner.fda_registration_number or None,
            "eu_approval": partner.eu_approval_number or None,
            "business_type": partner.food_business_type or owner.food_business_type or None,
            "contact_24h": partner.contact_24h or owner.contact_24h or None,
        }

    @api.model
    def _get_company_address(self, owner):
        town = " ".join(filter(None, (owner.zip, owner.city)))
        parts = (owner.street, owner.street2, town, owner.state_id.name, owner.country_id.name)
        return ", ".join(filter(None, parts)) or None

    @api.model
    def _find_of(self, partner):
        """What was recorded of `partner`, of its contacts, and of partners that were merged into them.

        What is archived counts. Of a partner that is no more, its documents say who it is now.
        """
        family = self.env["res.partner"].sudo().with_context(active_test=False)
        family = family.search([("id", "child_of", partner.id)])
        merged = self.env.execute_query(
            SQL(
                """
                SELECT gone.id FROM lot_party gone
                 WHERE NOT EXISTS (SELECT FROM res_partner p WHERE p.id = gone.partner_res_id)
                   AND EXISTS (SELECT FROM lot_ledger l
                                 LEFT JOIN stock_move_line ml ON ml.id = l.move_line_id
                                 LEFT JOIN stock_move m ON m.id = ml.move_id
                                 LEFT JOIN stock_picking k ON k.id = l.picking_id
                                WHERE l.party_id = gone.id
                                  AND (k.partner_id = ANY(%(family)s) OR m.partner_id = ANY(%(family)s)))
                """,
                family=family.ids,
            )
        )
        found = self.sudo().search([("partner_res_id", "in", family.ids)])
        return found | found.browse(party_id for (party_id,) in merged)

    @api.model
    def _freeze(self, partners, later=False):
        """Keep the facts of `partners`, return ``{partner id: party id}``.

        :param later: the goods moved some time ago, the facts are of now
        """
        rows = {}
        # English names of countries and states: the record must not depend on who posts.
        for partner in partners.sudo().with_context(lang=None):
            facts = self._prepare_facts(partner)
            content = [partner.id, facts, *(["taken later"] if later else [])]
            text = json.dumps(content, sort_keys=True, ensure_ascii=False)
            rows[partner.id] = (hashlib.sha256(text.encode()).hexdigest(), facts)
        if not rows:
            return {}
        columns = ["partner_res_id", "content_hash", "recorded_at", "taken_later", *FACTS]
        values = [
            SQL(
                "(%s)",
                SQL(", ").join(
                    map(
                        self._sql_value,
                        (
                            partner_id,
                            content_hash,
                            fields.Datetime.now(),
                            later,
                            *(facts[name] for name in FACTS),
                        ),
                    )
                ),
            )
            for partner_id, (content_hash, facts) in rows.items()
        ]
        hashes = [content_hash for content_hash, _facts in rows.values()]
        found = self._find(hashes)
        if len(found) < len(set(hashes)):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO lot_party (%s) VALUES %s ON CONFLICT DO NOTHING",
                    SQL(", ").join(map(SQL.identifier, columns)),
                    SQL(", ").join(values),
                )
            )
            found = self._find(hashes)
        return {partner_id: found[row[0]] for partner_id, row in rows.items()}

    @api.model
    def _sql_value(self, value):
        return SQL("%s", value)

    @api.model
    def _find(self, hashes):
        self.env.cr.execute(
            SQL(
                "SELECT content_hash, id FROM lot_party WHERE content_hash = ANY(%s)",
                hashes,
            )
        )
        return dict(self.env.cr.fetchall())

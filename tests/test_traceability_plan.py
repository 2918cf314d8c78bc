"""The traceability plan: written, signed, replaced by a next version, kept."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .signing import SigningCase


@tagged("post_install", "-at_install")
class TestTraceabilityPlan(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env, "plan_officer", "lot_genealogy.group_officer", password="plan_officer_pass"
        )

    def _create_plan(self, **vals):
        return (
            self.env["lot.traceability.plan"]
            .with_user(self.officer)
            .create(
                {
                    "record_procedures": "<p>Odoo, kept for two years.</p>",
                    "food_identification": "<p>On the product.</p>",
                    "code_assignment": "<p>When it is made.</p>",
                    "contact": "Quality manager, +31 75 1112223",
                    **vals,
                }
            )
        )

    def _approve(self, plan):
        self.env.flush_all()
        self._sign(plan, "action_approve", self.officer)

    def test_next_version_replaces_the_one_in_force_which_stays(self):
        plan = self._create_plan()
        self._approve(plan)
        self.assertEqual((plan.state, plan.version, plan.signature_ids.state), ("approved", 1, "valid"))
        action = plan.action_new_version()
        newer = plan.browse(action["res_id"])
        self.assertEqual((newer.state, newer.version), ("draft", 2))
        newer.changes = "Another location of the records"
        self._approve(newer)
        self.assertEqual((plan.state, newer.state), ("superseded", "approved"))
        self.assertEqual(plan.valid_until, newer.valid_from)
        # Replaced, and still what was signed.
        self.assertEqual(plan.signature_ids.state, "valid")

    def test_what_the_rule_asks_for_is_named_before_it_is_signed(self):
        plan = self._create_plan(code_assignment="<p><br></p>", is_grower=True)
        self.authenticate("plan_officer", "plan_officer_pass")
        self.env.flush_all()
        with self.assertRaises(UserError) as error:
            self._call(plan, "action_approve")
        self.assertIn("21 CFR 1.1315(a)(3)", str(error.exception))
        self.assertIn("21 CFR 1.1315(a)(5)", str(error.exception))
        self.assertNotIn("1.1315(a)(1)", str(error.exception))

    def test_plan_in_force_cannot_be_changed_or_deleted(self):
        plan = self._create_plan()
        for vals in ({"state": "approved"}, {"valid_from": "2020-01-01"}):
            with self.assertRaises(UserError):
                plan.write(vals)
        self._approve(plan)
        for change in (lambda: plan.write({"contact": "Somebody"}), plan.unlink):
            with self.assertRaises(UserError):
                change()
        context = {"lot_plan_step": True}
        with self.assertRaises(UserError):
            plan.with_context(**context).write({"contact": "Somebody"})

    def test_quality_reads_and_does_not_write_it(self):
        plan = self._create_plan()
        quality = new_test_user(self.env, "plan_quality", "lot_genealogy.group_quality")
        self.assertTrue(plan.with_user(quality).read(["name"]))
        for attack in (lambda one: one.write({"contact": "Me"}), lambda one: one.action_approve()):
            with self.assertRaises(AccessError):
                attack(plan.with_user(quality))

    def test_print_names_paragraphs_and_what_is_missing(self):
        plan = self._create_plan(food_identification=False)
        report = self.env["ir.actions.report"].with_user(self.officer)
        html = report._render_qweb_html("lot_genealogy.report_lot_traceability_plan", plan.ids)[0].decode()
        self.assertIn("Contains the data required by 21 CFR 1.1315(a).", html)
        self.assertIn("(a)(2) How foods", html)
        self.assertIn("missing: to be entered in the plan", html)
        self.assertIn("not signed, not in force", html)

"""The answer page: a link, no login, nothing of others."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_recall_notices import NoticeCase

PHOTO = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13)


@tagged("post_install", "-at_install")
class TestRecallAnswer(NoticeCase):
    browser_size = "375x667"  # of a phone
    touch_enabled = True

    def setUp(self):
        super().setUp()
        self.recall = self._activate()
        self._approve(self._prepare(self.recall))
        self.shop = self.recall.consignee_ids.filtered(lambda one: one.partner_id == self.customer).sudo()
        self.kitchen = (self.recall.consignee_ids - self.shop).sudo()
        self.env.registry._lot_recall_failures = None
        del self.env.registry._lot_recall_failures
        self.logout()
        self.env.flush_all()

    def _page(self, consignee):
        return self.url_open(f"/recall/{consignee.access_token}")

    def _post(self, consignee, files=None, **form):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._page(consignee).text).group(1)
        data = {"csrf_token": token, "person": "Joe", **form}
        answer = self.opener.post(
            f"{self.base_url()}/recall/{consignee.access_token}", data=data, files=files, timeout=60
        )
        self.env.invalidate_all()
        return answer

    def test_page_shows_own_lots_and_nothing_of_others(self):
        page = self._page(self.shop)
        self.assertEqual(page.status_code, 200)
        for own in ("Corner Shop", "TUB-1", self.delivery.name, "Send it back at our cost."):
            self.assertIn(own, page.text)
        for foreign in ("Hospital", "HUM-1", self.other_delivery.name, self.kitchen.access_token):
            self.assertNotIn(foreign, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", page.text)

    def test_answer_stands_on_the_consignee_and_on_his_deliveries(self):
        answer = self._post(
            self.shop,
            understood="1",
            on_hand_0="10",
            sold_0="12,5",
            used_0="2",
            passed_on="told",
            comment="ok",
        )
        self.assertIn("Thank you", answer.text)
        self.assertTrue(self.shop.answered_at and self.shop.understood)
        line = self.shop.line_ids
        self.assertEqual((line.quantity_unsold, line.quantity_sold), (10.0, 14.5))
        self.assertEqual((line.quantity_open, line.quantity_aside, line.quantity_unknown), (15.5, 10.0, 5.5))
        kept = self.shop.answer_ids
        self.assertEqual((kept.channel, kept.person, kept.passed_on), ("page", "Joe", "told"))
        self.assertEqual((kept.line_ids.sold, kept.line_ids.used), (12.5, 2.0))
        self.assertEqual(self.shop.passed_on, "told")
        self._post(self.shop, understood="1", on_hand_0="0", sold_0="30")
        self.assertEqual((line.quantity_unsold, line.quantity_sold, line.quantity_open), (0.0, 30.0, 0.0))
        self.assertEqual((len(self.shop.answer_ids), self.shop.passed_on), (2, "told"))

    def test_a_later_answer_takes_the_place_of_what_was_said_of_the_lots_that_it_names(self):
        self._post(self.kitchen, understood="1", on_hand_0="5", on_hand_1="4", sold_1="2.5")
        page = self._page(self.kitchen).text
        for text in ("Still there: 5", "Still there: 4, Sold on: 2.5", "A lot that you leave empty stays"):
            self.assertIn(text, page)
        thanks = self._post(self.kitchen, returned_1="10").text
        for text in ("This is what counts now", "Still there: 5", "Returned: 10"):
            self.assertIn(text, thanks)
        base, tubs = self.kitchen.line_ids.sorted("lot_name")
        self.assertEqual((base.quantity_unsold, base.quantity_returned), (5.0, 0.0))
        self.assertEqual((tubs.quantity_unsold, tubs.quantity_sold, tubs.quantity_returned), (0.0, 0.0, 10.0))

    def test_what_became_of_a_consignee_is_booked(self):
        self._post(self.shop, understood="1", on_hand_0="10", sold_0="12,5")
        self.shop.with_user(self.helper).check_result = "effective"
        self.shop.line_ids.with_user(self.helper).quantity_sold = 14.0
        book = self.env["lot.audit"].with_user(self.helper)
        entries = book.search([("res_model", "=", self.shop._name), ("res_id", "=", self.shop.id)])
        checked = entries.filtered(lambda one: one.field_name == "check_result")
        self.assertEqual(
            (checked.old_value, checked.new_value, checked.user_id, checked.origin),
            (False, "Received, understood and followed", self.helper, "system"),
        )
        understood = entries.filtered(lambda one: one.field_name == "understood")
        self.assertEqual((understood.new_value, understood.origin), ("True", "http"))
        rows = book.search(
            [("res_model", "=", self.shop.line_ids._name), ("field_name", "=", "quantity_sold")], order="id"
        )
        self.assertEqual(
            [(one.old_value, one.new_value) for one in rows], [("0.0", "12.5"), ("12.5", "14.0")]
        )
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(rows[0].record_name, f"{self.recall.name}: Corner Shop, TUB-1")

    def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(self):
        answer = self._post(self.kitchen, on_hand_0="-1", sold_1="4000", comment="kept")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("less than nothing", answer.text)
        self.assertIn("that were delivered", answer.text)
        self.assertIn("kept", answer.text)
        self.assertIn('value="4000"', answer.text)
        self.assertFalse(self.kitchen.answer_ids or self.kitchen.answered_at)
        answer = self._post(self.kitchen, on_hand_0="many", used_0="1.400", sold_1="4000").text
        self.assertIn("“many” is no quantity", answer)
        # Fourteen hundred, or less than two: counted as neither.
        self.assertIn("“1.400” can be read in two ways", answer)
        self.assertIn("that were delivered", answer)
        self.assertIn("is no number", self._post(self.kitchen, on_hand_0="nan").text)

    def test_guessed_links_are_refused_and_then_not_even_looked_at(self):
        for _try in range(12):
            answer = self.url_open("/recall/" + "x" * 43)
            self.assertEqual(answer.status_code, 404)
        answer = self._page(self.shop)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("Corner Shop", answer.text)

    def test_part_of_a_link_or_a_wildcard_opens_nothing(self):
        for token in ("%25" * 40, self.shop.access_token[:-1], self.shop.access_token.lower() + "%"):
            self.assertEqual(self.url_open(f"/recall/{token}").status_code, 404)

    def test_who_only_sees_cases_sees_no_link(self):
        sees = new_test_user(self.env, "sees_cases", "lot_genealogy.group_user")
        notice = self.shop.notice_ids.with_user(sees)
        self.assertTrue(notice.subject)
        self.assertNotIn(self.shop.access_token, str(notice.read()))
        for attack in (
            lambda: notice.read(["body"]),
            lambda: notice.search([("body", "ilike", self.shop.access_token)]),
            lambda: self.shop.with_user(sees).search([("access_token", "=like", "a%")]),
            lambda: (
                self.env["ir.actions.report"]
                .with_user(sees)
                ._render_qweb_html("lot_genealogy.report_lot_recall_letter", notice.ids)
            ),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_link_of_a_closed_case_says_so_and_takes_nothing(self):
        old = re.search(r'name="csrf_token" value="([^"]+)"', self._page(self.shop).text).group(1)
        self.recall._step({"state": "closed"})
        self.env.flush_all()
        page = self._page(self.shop)
        self.assertIn("takes no answers any more", page.text)
        answer = self.opener.post(
            f"{self.base_url()}/recall/{self.shop.access_token}",
            data={"csrf_token": old, "person": "Joe", "understood": "1", "sold_0": "30"},
        )
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.shop.answer_ids)

    def test_some_days_after_the_closing_a_link_shows_nothing(self):
        old = re.search(r'name="csrf_token" value="([^"]+)"', self._page(self.shop).text).group(1)
        days = self.company.lot_recall_link_days
        for ago, status in ((days - 1, 200), (days, 410)):
            closed_at = fields.Datetime.now() - timedelta(days=ago)
            self.recall._step({"state": "closed", "closed_at": closed_at})
            self.env.flush_all()
            page = self._page(self.shop)
            self.assertEqual((page.status_code, "Corner Shop" in page.text), (status, status == 200))
        for secret in ("TUB-1", self.delivery.name, "Salmonella", "<form"):
            self.assertNotIn(secret, page.text)
        answer = self.opener.post(
            f"{self.base_url()}/recall/{self.shop.access_token}",
            data={"csrf_token": old, "person": "Joe", "understood": "1", "sold_0": "30"},
        )
        self.env.invalidate_all()
        self.assertEqual((answer.status_code, bool(self.shop.answer_ids)), (410, False))
        # Reopened, it asks again.
        self.recall._step({"state": "active", "closed_at": False})
        self._post(self.shop, understood="1", sold_0="30")
        self.assertTrue(self.shop.answer_ids)

    def test_another_consignees_lots_cannot_be_answered(self):
        self._post(self.shop, understood="1", on_hand_1="5", on_hand_2="5")
        self.assertFalse(self.kitchen.answer_ids)
        self.assertFalse(any(self.kitchen.line_ids.mapped("quantity_unsold")))

    def test_script_in_a_comment_stays_text(self):
        script = "<script>alert(1)</script>"
        self._post(self.shop, understood="1", on_hand_0="40", comment=script)
        answer = self._post(self.shop, understood="1", on_hand_0="40", comment=script, person=script)
        self.assertNotIn(script, answer.text)
        self.assertIn("&lt;script&gt;", answer.text)

    def test_notice_and_page_speak_the_consignees_language(self):
        words = {
            "nl_NL": ("TERUGROEPING", "Wat u nu moet doen", "Antwoord verzenden", "kleiner dan nul"),
            "de_DE": ("PRODUKTRÜCKRUF", "Was Sie jetzt tun müssen", "Antwort senden", "kleiner als null"),
            "fr_FR": ("RAPPEL DE PRODUIT", "Que faire maintenant", "Envoyer la réponse", "inférieure à zéro"),
        }
        languages = self.env["res.lang"].with_context(active_test=False)
        languages = languages.search([("code", "in", list(words))])
        self.env["base.language.install"].create(
            {"lang_ids": languages.ids, "overwrite": True}
        ).lang_install()
        wording = self.env.ref("lot_genealogy.lot_recall_wording_recall")
        notices = self.env["lot.recall.notice"]
        for lang, (headline, heading, button, problem) in words.items():
            self.customer.lang = lang
            vals = notices._prepare_written(wording, self.shop)
            self.assertIn(headline, vals["subject"], lang)
            self.assertIn(heading, vals["body"], lang)
            self.env.flush_all()
            self.assertIn(button, self._page(self.shop).text, lang)
            self.assertIn(problem, self._post(self.shop, on_hand_0="-1").text, lang)

    def test_photo_is_kept_with_the_answer_and_is_not_public(self):
        self._post(
            self.shop, files=[("files", ("bin.png", PHOTO, "image/png"))], understood="1", destroyed_0="30"
        )
        photo = self.shop.answer_ids.attachment_ids
        self.assertEqual((photo.name, photo.raw, photo.public), ("bin.png", PHOTO, False))
        self.logout()
        self.assertEqual(self.url_open(f"/web/content/{photo.id}").status_code, 404)

    def test_what_is_a_photo_by_its_first_bytes_is_named_like_one(self):
        page = PHOTO + b"<html><script>alert(1)</script></html>"
        files = [("files", (name, page, "text/html")) for name in ("run.hta", "page.html", "bin.PNG")]
        self._post(self.shop, files=files, understood="1", on_hand_0="1")
        photos = self.shop.answer_ids.attachment_ids
        self.assertEqual(set(photos.mapped("name")), {"run.hta.png", "page.html.png", "bin.PNG"})
        self.assertEqual(set(photos.mapped("mimetype")), {"image/png"})

    def test_what_no_form_sends_is_no_failure_of_the_server(self):
        files = [("comment", ("x.png", PHOTO, "image/png")), ("sold_0", ("x.png", PHOTO, "image/png"))]
        answer = self._post(self.shop, files=files, understood="1", on_hand_0="1\0", person="J\0oe")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual((self.shop.answer_ids.person, self.shop.answer_ids.comment), ("Joe", ""))
        self.assertEqual(self.url_open("/recall/%00").status_code, 404)

    def test_large_and_foreign_files_are_refused_by_name(self):
        files = [
            ("files", ("huge.png", PHOTO + b"\x00" * 20 * 1024 * 1024, "image/png")),
            ("files", ("page.html", b"<html><script>alert(1)</script></html>", "image/png")),
            (
                "files",
                ("run.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png"),
            ),
        ]
        answer = self._post(self.shop, files=files, understood="1", on_hand_0="1")
        self.assertEqual(answer.status_code, 422)
        for text in ("huge.png is larger than 10 MB", "page.html is no photo", "run.svg is no photo"):
            self.assertIn(text, answer.text)
        self.assertFalse(self.shop.answer_ids)

    @mute_logger("odoo.http")
    def test_answer_without_the_forms_own_key_is_refused(self):
        answer = self.opener.post(
            f"{self.base_url()}/recall/{self.shop.access_token}", data={"understood": "1", "sold_0": "30"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.shop.answer_ids)

    def test_answer_told_on_the_phone_is_typed_in(self):
        entry = self.env["lot.recall.answer.entry"].with_user(self.helper)
        entry = entry.with_context(default_consignee_id=self.kitchen.id).create({"person": "Chef"})
        self.assertEqual(entry.line_ids.mapped("lot_name"), ["HUM-1", "TUB-1"])
        entry.line_ids[0].returned = 5.0
        entry.action_confirm()
        # Of the other lot nothing was said.
        self.assertEqual(self.kitchen.answer_ids.line_ids.mapped("lot_name"), ["HUM-1"])
        kept = self.kitchen.answer_ids
        self.assertEqual((kept.channel, kept.user_id, kept.person), ("phone", self.helper, "Chef"))
        line = self.kitchen.line_ids.filtered(lambda one: one.lot_name == "HUM-1")
        # Open until it comes, though it is known where it is.
        self.assertEqual((line.quantity_returned, line.quantity_open, line.quantity_unknown), (5.0, 5.0, 0.0))

    def test_public_notice_is_seen_by_nobody_before_it_is_published(self):
        for empty in (False, "<p><br></p>"):
            self.recall.with_user(self.lead).public_text = empty
            with self.assertRaisesRegex(UserError, "Write what the public is told"):
                self.recall.with_user(self.lead).action_publish()
        draft = self._open_case(public_text="<p>Too early.</p>")
        with self.assertRaisesRegex(UserError, "once the recall is decided"):
            draft.action_publish()
        self.recall.with_user(self.lead).public_text = "<p>Bring it back to the shop.</p>"
        url = f"/recall/public/{self.recall.id}"
        self.env.flush_all()
        self.assertEqual(self.url_open(url).status_code, 404)
        self.recall.with_user(self.lead).action_publish()
        self.env.flush_all()
        page = self.url_open(url)
        for text in ("Bring it back to the shop.", "TUB-1", "Hummus tub"):
            self.assertIn(text, page.text)
        for secret in ("Corner Shop", "Hospital", self.shop.access_token):
            self.assertNotIn(secret, page.text)
        for name in ("public_text", "subject", "hazard", "contact_text"):
            with self.assertRaisesRegex(UserError, "compliance officer changes it"):
                self.recall.with_user(self.helper)[name] = "Never mind."
        self.recall.with_user(self.lead).contact_text = "Call Ann."
        self.recall.with_user(self.lead).action_withdraw_public()
        self.env.flush_all()
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_consignee_answers_on_his_phone(self):
        self.start_tour(f"/recall/{self.shop.access_token}", "lot_genealogy_recall_answer")
        self.env.invalidate_all()
        self.assertEqual(self.shop.line_ids.quantity_unsold, 18.0)
        self.assertEqual(self.shop.line_ids.quantity_sold, 12.0)
        self.assertEqual(self.shop.answer_ids.passed_on, "no")

import { _t } from "@web/core/l10n/translation";
import { formatQuantity, markLater } from "./format";
import { LEDGER_KINDS, wordOf } from "./words";

/**
 * The columns that the lists of a Trace share. The keys are those of docs/trace.md.
 * Column: {key, label, kind?, text?, value?, record?, url?, brief?, wide?}; `record`
 * gives the model and id that a cell opens, `brief` cells do not break.
 */

export const lot = {
    key: "lot",
    label: _t("Lot"),
    brief: true,
    record: (r) => ["stock.lot", r.lot_id],
};
export const product = {
    key: "product",
    label: _t("Product"),
    record: (r) => ["product.product", r.product_id],
};
export const quantity = { key: "quantity", label: _t("Quantity"), kind: "quantity" };
export const uom = { key: "uom", label: _t("Unit") };
export const affected = {
    key: "affected",
    label: _t("Of it"),
    kind: "amount",
    help: _t("How much of what was asked for is in it"),
};
export const wentIn = {
    ...affected,
    label: _t("Went in"),
    help: _t("How much of it went into what was asked for"),
};
export const share = { key: "share", label: _t("Share"), kind: "share" };
export const date = { key: "date", label: _t("Date"), kind: "time", brief: true };
export const documentOf = {
    key: "document",
    label: _t("Document"),
    brief: true,
    record: (r) => [r.model, r.res_id],
};
export const order = {
    key: "order",
    label: _t("Order"),
    brief: true,
    record: (r) => [r.order_model, r.order_id],
};
export const ledgerKind = {
    key: "kind",
    label: _t("What"),
    text: (r) => wordOf(LEDGER_KINDS, r.kind),
};
export const partner = (label) => ({
    key: "partner",
    label,
    text: (r) => (r.partner || r.contact?.name || "") + markLater(r.contact),
    record: (r) => ["res.partner", r.partner_id],
});
export const phone = {
    key: "phone",
    label: _t("Phone"),
    brief: true,
    text: (r) => r.contact?.phone || "",
    url: (value) => `tel:${value}`,
};
export const email = {
    key: "email",
    label: _t("E-mail"),
    text: (r) => r.contact?.email || "",
    url: (value) => `mailto:${value}`,
};
export const place = { key: "location", label: _t("Location") };
export const stock = [
    lot,
    product,
    quantity,
    { key: "free", label: _t("Free"), kind: "quantity" },
    { key: "reserved", label: _t("Reserved"), kind: "quantity" },
    uom,
    place,
    { key: "package", label: _t("Package"), record: (r) => ["stock.package", r.package_id] },
    { key: "owner", label: _t("Owner"), record: (r) => ["res.partner", r.owner_id] },
    affected,
    share,
];
export const balanceColumn = (key, label) => ({ key, label, kind: "quantity", quietZero: true });

/** What an event took or made, in one line. */
export const flowsText = (rows) =>
    rows
        .map((r) => `${r.lot || r.product || ""}\u00A0${formatQuantity(r.quantity)}\u00A0${r.uom}`)
        .join(", ");

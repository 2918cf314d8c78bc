import { _t } from "@web/core/l10n/translation";
import {
    affected,
    balanceColumn,
    date,
    documentOf,
    email,
    flowsText,
    ledgerKind,
    lot,
    order,
    partner,
    phone,
    product,
    quantity,
    share,
    stock,
    uom,
    wentIn,
} from "./columns";
import { ORIGINS, REACHED, wordOf } from "./words";

/**
 * Tabs in their order. `parts`: the lists of a side; none: a list of the Trace itself.
 * `only`: the one direction that has such rows.
 */
export const TABS = [
    {
        id: "lots",
        title: _t("Lots"),
        parts: ["lots"],
        open: (r) => ["stock.lot", r.id],
        columns: [
            { key: "name", label: _t("Lot"), brief: true, record: (r) => ["stock.lot", r.id] },
            product,
            { key: "level", label: _t("Steps away"), kind: "integer" },
            { key: "quantity", label: _t("Ever came in"), kind: "quantity" },
            { key: "on_hand", label: _t("In stock now"), kind: "quantity" },
            uom,
            affected,
            share,
            { key: "origin", label: _t("Origin"), text: (r) => wordOf(ORIGINS, r.origin) },
            { key: "supplier_lot", label: _t("Supplier's lot") },
            { key: "expiration_date", label: _t("Expires"), kind: "day" },
            { key: "reached", label: _t("Reached"), text: (r) => wordOf(REACHED, r.reached) },
        ],
    },
    {
        id: "events",
        title: _t("Events"),
        parts: ["events"],
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            { key: "kind", label: _t("What"), text: (r) => r.kind_name },
            documentOf,
            { key: "inputs", label: _t("From"), text: (r) => flowsText(r.inputs), wide: true },
            { key: "outputs", label: _t("Into"), text: (r) => flowsText(r.outputs), wide: true },
            { key: "company", label: _t("Company") },
        ],
    },
    {
        id: "shipments",
        title: _t("Shipments"),
        parts: ["shipments"],
        only: "forward",
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            partner(_t("Customer")),
            lot,
            product,
            quantity,
            uom,
            affected,
            share,
            documentOf,
            order,
            phone,
            email,
        ],
    },
    {
        id: "receipts",
        title: _t("Receipts"),
        parts: ["receipts"],
        only: "backward",
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            partner(_t("Supplier")),
            lot,
            { key: "supplier_lot", label: _t("Supplier's lot") },
            product,
            quantity,
            uom,
            affected,
            share,
            documentOf,
            order,
            phone,
            email,
        ],
    },
    {
        id: "returns",
        title: _t("Returns"),
        parts: ["returns"],
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            ledgerKind,
            partner(_t("Partner")),
            lot,
            product,
            quantity,
            uom,
            affected,
            share,
            documentOf,
            order,
        ],
    },
    {
        id: "losses",
        title: _t("Scraps and differences"),
        parts: ["scraps", "adjustments"],
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            ledgerKind,
            lot,
            product,
            {
                ...quantity,
                value: (r) => (r.kind === "scrap" ? r.quantity : r.sign * r.quantity),
            },
            uom,
            affected,
            share,
            documentOf,
            { key: "location_dest", label: _t("To") },
        ],
    },
    {
        id: "on_hand",
        title: _t("On hand"),
        parts: ["on_hand", "in_transit"],
        only: "forward",
        open: (r) => ["stock.lot", r.lot_id],
        columns: stock,
    },
    {
        id: "balance",
        title: _t("Balance"),
        open: (r) => ["stock.lot", r.lot_id],
        columns: [
            lot,
            product,
            balanceColumn("received", _t("Received")),
            balanceColumn("produced", _t("Made")),
            balanceColumn("returned", _t("Came back")),
            balanceColumn("adjusted_in", _t("Found")),
            balanceColumn("consumed", _t("Used")),
            balanceColumn("shipped", _t("Shipped")),
            balanceColumn("supplier_returned", _t("Sent back")),
            balanceColumn("scrapped", _t("Scrapped")),
            balanceColumn("adjusted_out", _t("Lost")),
            balanceColumn("on_hand", _t("On hand")),
            { key: "unexplained", label: _t("Unexplained"), kind: "quantity" },
            uom,
            { key: "explained", label: _t("Explained"), kind: "share" },
        ],
    },
    {
        id: "excluded",
        title: _t("Left out"),
        parts: ["excluded"],
        open: (r) => [r.model, r.res_id],
        columns: [
            date,
            ledgerKind,
            lot,
            product,
            quantity,
            uom,
            documentOf,
            { key: "bound", label: _t("Only counts from / until"), kind: "time" },
        ],
    },
    {
        id: "gaps",
        title: _t("Gaps"),
        open: (r) => (r.res_id ? [r.model, r.res_id] : ["stock.lot", r.lot_id]),
        columns: [
            {
                key: "severity",
                label: _t("What it means"),
                text: (r) =>
                    r.severity === "chain"
                        ? _t("Something may be missing")
                        : _t("A fact is missing"),
            },
            { key: "message", label: _t("What"), wide: true },
            lot,
            documentOf,
            { key: "count", label: _t("Times"), kind: "integer" },
        ],
    },
];

/** The columns of a tab: backward, `affected` is what went into the start lots. */
export function columnsOf(tab, direction) {
    return tab.columns.map((column) =>
        column === affected && direction === "backward" ? wentIn : column
    );
}

/** Rows of a tab on one side, and how many there were before the server cut them. */
export function rowsOf(trace, tab, direction) {
    if (!tab.parts) {
        const rows = trace[tab.id] || [];
        return { rows, total: trace.counts?.[tab.id] ?? rows.length };
    }
    const side = trace[direction];
    const lists = tab.parts.map((part) => side?.[part] || []);
    const total = tab.parts.reduce(
        (sum, part, i) => sum + (trace.counts?.[`${direction}.${part}`] ?? lists[i].length),
        0
    );
    return { rows: lists.length > 1 ? joined(side, tab, lists) : lists[0], total };
}

const joins = new WeakMap();

/** Several lists shown as one: joined once per answer, so that the array stays the same. */
function joined(side, tab, lists) {
    if (!side) {
        return [];
    }
    if (!joins.has(side)) {
        joins.set(side, {});
    }
    const known = joins.get(side);
    known[tab.id] ||= lists.flat();
    return known[tab.id];
}

/** The directions in which the trace holds this tab's lists. */
export function sidesOf(trace, tab) {
    return ["forward", "backward"].filter(
        (direction) => tab.parts && trace[direction] && (tab.only || direction) === direction
    );
}

import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import { ROUNDING, formatMeasure, formatQuantity, formatShare } from "./format";
import { RecordLink } from "./record_link";

const FIRST_LOTS = 10;

/** What the server calls the ends of the traced material, in the order of alarm. */
const PLACES = {
    shipped: { label: _t("Shipped"), color: "danger" },
    on_hand: { label: _t("In stock"), color: "success" },
    untracked: { label: _t("In products without lot"), color: "warning" },
    scrapped: { label: _t("Scrapped"), color: "secondary" },
    supplier_returned: { label: _t("Sent back to supplier"), color: "info" },
    adjusted: { label: _t("Missing in inventory counts"), color: "dark" },
    lost: { label: _t("Used up without a product"), color: "dark" },
    elsewhere: { label: _t("Used outside production"), color: "dark" },
};
const OTHER_COLOR = "dark";

/** Where the traced material is now, and whether each start lot's book closes. */
export class AnswerBalance extends Component {
    static template = "lot_genealogy.AnswerBalance";
    static components = { RecordLink };
    static props = { trace: Object, showTab: Function };

    setup() {
        Object.assign(this, { formatMeasure, formatQuantity, formatShare });
    }

    /** One bar per unit: {uom, source, parts: [{label, color, quantity, share}]}. */
    get bars() {
        const { source = [], ...ends } = this.props.trace.forward?.ends || {};
        return source
            .filter((start) => start.quantity > ROUNDING)
            .map((start) => ({
                ...start,
                parts: this.partsOf(ends, start),
            }))
            .filter((bar) => bar.parts.length);
    }

    partsOf(ends, start) {
        const order = Object.keys(PLACES);
        return Object.entries(ends)
            .map(([key, amount]) => {
                const quantity = (Array.isArray(amount) ? amount : [])
                    .filter((part) => part.uom === start.uom)
                    .reduce((sum, part) => sum + part.quantity, 0);
                const place = PLACES[key] || { label: key.replace(/_/g, " "), color: OTHER_COLOR };
                return { key, ...place, quantity, share: quantity / start.quantity };
            })
            .filter((part) => Math.abs(part.quantity) > ROUNDING)
            .sort((a, b) => this.rank(order, a.key) - this.rank(order, b.key));
    }

    rank(order, key) {
        const position = order.indexOf(key);
        return position < 0 ? order.length : position;
    }

    widthOf(part) {
        return `width: ${Math.max(0, Math.min(100, part.share * 100))}%`;
    }

    get balances() {
        return this.props.trace.balance.slice(0, FIRST_LOTS);
    }

    get hasMore() {
        return this.props.trace.balance.length > FIRST_LOTS;
    }

    /** All that ever came into a lot. */
    cameIn(row) {
        return row.received + row.produced + row.returned + row.adjusted_in;
    }

    /** Where it went: the columns that together make up what came in. */
    wentTo(row) {
        return [
            { key: "shipped", label: _t("shipped"), quantity: row.shipped },
            { key: "consumed", label: _t("used in production"), quantity: row.consumed },
            { key: "on_hand", label: _t("on hand"), quantity: row.on_hand },
            { key: "scrapped", label: _t("scrapped"), quantity: row.scrapped },
            {
                key: "supplier_returned",
                label: _t("sent back to supplier"),
                quantity: row.supplier_returned,
            },
            { key: "adjusted_out", label: _t("lost in inventory"), quantity: row.adjusted_out },
        ].filter((part) => Math.abs(part.quantity) > ROUNDING);
    }

    cameFrom(row) {
        return [
            { key: "received", label: _t("received"), quantity: row.received },
            { key: "produced", label: _t("made"), quantity: row.produced },
            { key: "returned", label: _t("came back"), quantity: row.returned },
            { key: "adjusted_in", label: _t("found in inventory"), quantity: row.adjusted_in },
        ].filter((part) => Math.abs(part.quantity) > ROUNDING);
    }

    closes(row) {
        return Math.abs(row.unexplained) < 0.0005;
    }
}

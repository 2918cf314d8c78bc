import { _t } from "@web/core/l10n/translation";
import { Component } from "@odoo/owl";
import {
    formatAddress,
    formatAmount,
    formatDay,
    formatMeasure,
    formatShare,
    formatTime,
    sumByUnit,
} from "./format";
import { ORDER_KINDS, wordOf } from "./words";
import { RecordLink } from "./record_link";
import { SummaryBlock } from "./summary_block";

/** The four blocks a frightened person needs first. Each shows only the sides that were asked. */
export class AnswerSummary extends Component {
    static template = "lot_genealogy.AnswerSummary";
    static components = { RecordLink, SummaryBlock };
    static props = { trace: Object };

    setup() {
        Object.assign(this, {
            formatAddress,
            formatAmount,
            formatDay,
            formatMeasure,
            formatShare,
            formatTime,
        });
        this.titles = {
            customers: _t("Customers reached").toString(),
            stock: _t("Still in stock").toString(),
            orders: _t("Orders that can still be stopped").toString(),
            suppliers: _t("Suppliers behind it").toString(),
        };
    }

    get forward() {
        return this.props.trace.forward;
    }

    get backward() {
        return this.props.trace.backward;
    }

    /** Stock in a location and stock on the way are both still in our hands. */
    get stock() {
        return [...this.forward.on_hand, ...this.forward.in_transit];
    }

    totalOf(...lists) {
        return lists.reduce((sum, list) => {
            const [side, name] = list.split(".");
            return sum + (this.props.trace.counts?.[list] ?? this.props.trace[side][name].length);
        }, 0);
    }

    /** "340 kg of the traced material", from what the server summed over all rows. */
    endsText(...keys) {
        const parts = keys.flatMap((key) => this.forward.ends?.[key] || []);
        const amount = formatAmount(sumByUnit(parts));
        return amount ? _t("%s of what was asked", amount).toString() : "";
    }

    /** Reserved lines by the order they belong to: an order is what can be stopped. */
    get orders() {
        const orders = new Map();
        for (const line of this.forward.open_orders) {
            const key = `${line.model},${line.res_id}`;
            if (!orders.has(key)) {
                orders.set(key, { ...line, lines: [] });
            }
            orders.get(key).lines.push(line);
        }
        return [...orders.values()];
    }

    get areOrdersCut() {
        return this.totalOf("forward.open_orders") > this.forward.open_orders.length;
    }

    get ordersText() {
        // a sum over part of the rows would be a wrong number
        return this.areOrdersCut ? "" : formatAmount(sumByUnit(this.forward.open_orders));
    }

    pickedText({ lines }) {
        const picked = lines.filter((line) => line.picked).length;
        if (!picked) {
            return "";
        }
        return picked === lines.length ? _t("already picked") : _t("partly picked");
    }

    contactOf(row) {
        return row.contact || {};
    }

    partnerLabel(row) {
        return row.partner || row.contact?.name || _t("Without a name").toString();
    }

    /** Forward: how much of what was asked is in these goods. */
    affectedText(row) {
        const amount = formatAmount(row.affected);
        if (!amount) {
            return "";
        }
        const share = formatShare(row.share);
        return share
            ? _t("%(amount)s of it (%(share)s)", { amount, share })
            : _t("%s of it", amount);
    }

    /** Backward: how much of these goods is in what was asked. */
    wentInText(row) {
        const amount = formatAmount(row.affected);
        return amount ? _t("%s went into it", amount) : "";
    }

    orderKind(row) {
        return wordOf(ORDER_KINDS, row.kind);
    }

    countedDocuments(row, customer) {
        if (row.documents === 1) {
            return customer ? _t("1 delivery") : _t("1 receipt");
        }
        return customer
            ? _t("%s deliveries", row.documents)
            : _t("%s receipts", row.documents);
    }

    datesText(row) {
        const first = formatDay(row.date_first);
        const last = formatDay(row.date_last);
        return first === last ? last : _t("%(first)s to %(last)s", { first, last });
    }
}

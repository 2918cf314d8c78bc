import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillUnmount, useState } from "@odoo/owl";

const { DateTime } = luxon;
const TICK = 1000;

/**
 * The figures of a recall on its form: the running clock, the milestones against the target,
 * percentages, recovery per unit and the mass balance. What is shown was computed on the
 * server (lot.recall `_get_figures`); here only the clock goes on.
 */
export class RecallFigures extends Component {
    static template = "lot_genealogy.RecallFigures";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ now: DateTime.now() });
        // The clock of the server, not the one of this computer.
        this.lag = this.figures ? deserializeDateTime(this.figures.now).diff(DateTime.now()) : null;
        const tick = setInterval(() => (this.state.now = DateTime.now()), TICK);
        onWillUnmount(() => clearInterval(tick));
    }

    get figures() {
        return this.props.record.data[this.props.name] || null;
    }

    get clock() {
        const { doubt_at, closed_at } = this.figures;
        if (!doubt_at) {
            return null;
        }
        const now = closed_at ? deserializeDateTime(closed_at) : this.state.now.plus(this.lag);
        const gone = Math.max(0, now.diff(deserializeDateTime(doubt_at)).as("seconds"));
        const pad = (value) => String(Math.floor(value)).padStart(2, "0");
        const days = Math.floor(gone / 86400);
        const time = `${pad((gone % 86400) / 3600)}:${pad((gone % 3600) / 60)}:${pad(gone % 60)}`;
        return days ? _t("%(days)s d %(time)s", { days, time }) : time;
    }

    /** The percentages, as cards. */
    get cards() {
        const { percents, told, answered, consignees, checked } = this.figures;
        const of = (part) => _t("%(part)s of %(whole)s", { part, whole: consignees });
        return [
            { key: "told", label: _t("Told"), value: percents.told, detail: of(told) },
            { key: "answered", label: _t("Answered"), value: percents.answered, detail: of(answered) },
            {
                key: "effective",
                label: _t("Effective"),
                value: percents.effective,
                detail: _t("%s checked", checked),
            },
            {
                key: "recovered",
                label: _t("Recovered"),
                value: percents.recovered,
                detail: _t("lowest of its units"),
            },
            {
                key: "traced",
                label: _t("Accounted for"),
                value: percents.traced,
                detail: _t("lowest of the start lots"),
            },
        ];
    }

    percent(value) {
        return value === null ? "–" : `${value.toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
    }

    number(value) {
        return (value || 0).toLocaleString(undefined, { maximumFractionDigits: 3 });
    }

    minutes(value) {
        if (value === null) {
            return "–";
        }
        if (value < 120) {
            return _t("%s min", this.number(Math.round(value * 10) / 10));
        }
        return _t("%s h", this.number(Math.round(value / 6) / 10));
    }

    time(value) {
        return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "";
    }

    stateClass(state) {
        return {
            met: "text-bg-success",
            done: "text-bg-success",
            late: "text-bg-danger",
            overdue: "text-bg-danger",
            running: "text-bg-info",
            open: "text-bg-secondary",
        }[state];
    }

    stateName(state) {
        return {
            met: _t("In time"),
            done: _t("Reached"),
            late: _t("Late"),
            overdue: _t("Overdue"),
            running: _t("Running"),
            open: _t("Open"),
        }[state];
    }

    /** What came in and where it is, of one start lot: only what is not zero. */
    parts(row) {
        return [
            [_t("received"), row.received],
            [_t("made"), row.produced],
            [_t("returned"), row.returned],
            [_t("found"), row.adjusted_in],
            [_t("used"), row.consumed],
            [_t("shipped"), row.shipped],
            [_t("back to supplier"), row.supplier_returned],
            [_t("scrapped"), row.scrapped],
            [_t("lost in counts"), row.adjusted_out],
            [_t("on hand"), row.on_hand],
        ].filter(([, quantity]) => quantity);
    }

    /** Where the material of all start lots is now. */
    get ends() {
        const names = {
            shipped: _t("Shipped"),
            on_hand: _t("On hand"),
            scrapped: _t("Scrapped"),
            supplier_returned: _t("Back to supplier"),
            adjusted: _t("Lost in counts"),
            untracked: _t("In products without lot"),
            lost: _t("Lost in production"),
            elsewhere: _t("Used outside of orders"),
            source: _t("Start lots held"),
        };
        return Object.entries(this.figures.ends || {})
            .filter(([, amounts]) => amounts.some((amount) => amount.quantity))
            .map(([key, amounts]) => ({
                key,
                label: names[key] || key,
                text: amounts.map((amount) => `${this.number(amount.quantity)} ${amount.uom}`).join(", "),
            }));
    }
}

export const recallFigures = {
    component: RecallFigures,
    displayName: _t("Figures of a recall"),
    supportedTypes: ["json"],
};

registry.category("fields").add("lot_recall_figures", recallFigures);

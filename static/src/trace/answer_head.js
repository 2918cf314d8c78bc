import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { Component } from "@odoo/owl";
import { formatQuantity, formatTime } from "./format";
import { RecordLink } from "./record_link";

const { Settings } = luxon;
const FIRST_GAPS = 5;

/** What was asked, when, and whether the chain is whole: said before anything else. */
export class AnswerHead extends Component {
    static template = "lot_genealogy.AnswerHead";
    static components = { RecordLink };
    static props = {
        trace: Object,
        changed: Boolean,
        showTab: Function,
        askAll: Function,
    };

    setup() {
        this.notification = useService("notification");
        this.formatTime = formatTime;
    }

    get question() {
        return this.props.trace.question;
    }

    get chainGaps() {
        return this.props.trace.gaps.filter((gap) => gap.severity === "chain");
    }

    get factGaps() {
        return this.props.trace.gaps.filter((gap) => gap.severity !== "chain");
    }

    countOf(gaps) {
        const { trace } = this.props;
        const total = trace.counts?.gaps ?? trace.gaps.length;
        // only a cut list can hide gaps of either kind
        return total > trace.gaps.length ? `${gaps.length}+` : String(gaps.length);
    }

    get title() {
        if (this.props.trace.complete) {
            return _t("Complete: no gaps");
        }
        const chain = this.chainGaps.length;
        if (!chain) {
            return _t("The chain has no gaps; some facts are missing");
        }
        return chain === 1
            ? _t("1 place where the chain is incomplete")
            : _t("%s places where the chain is incomplete", this.countOf(this.chainGaps));
    }

    get factsTitle() {
        const facts = this.factGaps.length;
        return facts === 1
            ? _t("1 missing fact")
            : _t("%s missing facts", this.countOf(this.factGaps));
    }

    get firstGaps() {
        return [...this.chainGaps, ...this.factGaps].slice(0, FIRST_GAPS);
    }

    /** Lots that cross from one company into another. */
    get firstCrossings() {
        return this.props.trace.crossings.slice(0, FIRST_GAPS);
    }

    get moreCrossings() {
        const { crossings, counts } = this.props.trace;
        const total = counts?.crossings ?? crossings.length;
        return total > FIRST_GAPS
            ? _t("%s lots in all; the spreadsheet has them.", formatQuantity(total))
            : "";
    }

    get hasMoreGaps() {
        return this.props.trace.gaps.length > FIRST_GAPS;
    }

    get tone() {
        if (this.props.trace.complete) {
            return "success";
        }
        return this.chainGaps.length ? "danger" : "warning";
    }

    /** What a gap's row opens: its document, else its lot. */
    gapTarget(gap) {
        return gap.model && gap.res_id
            ? { model: gap.model, id: gap.res_id }
            : { model: "stock.lot", id: gap.lot_id };
    }

    /** How many movements the time rule left out, over both sides. */
    get leftOut() {
        const { forward, backward, counts } = this.props.trace;
        return ["forward", "backward"].reduce((sum, side) => {
            const rows = { forward, backward }[side]?.excluded.length || 0;
            return sum + (counts?.[`${side}.excluded`] ?? rows);
        }, 0);
    }

    get leftOutText() {
        return this.leftOut === 1
            ? _t("1 movement was left out: it was before any of it came back into the lot.")
            : _t(
                  "%s movements were left out: they were before any of it came back into the lot.",
                  formatQuantity(this.leftOut)
              );
    }

    /** Lots that the cautious answer would have on top, over both sides. */
    get moreLots() {
        const { counts } = this.props.trace;
        return ["forward", "backward"].reduce((sum, side) => {
            const all = counts?.[`${side}.conservative_lots`] ?? 0;
            return sum + Math.max(0, all - (counts?.[`${side}.lots`] ?? 0));
        }, 0);
    }

    get askAllText() {
        return this.moreLots
            ? _t("Ask again, leaving nothing out (%s lots more)", formatQuantity(this.moreLots))
            : _t("Ask again, leaving nothing out (no lot more)");
    }

    get asked() {
        const { asked_at, asked_by } = this.question;
        // the zone in which this screen writes all times
        const time = `${formatTime(asked_at)} (${Settings.defaultZone.name})`;
        return asked_by
            ? _t("Asked %(time)s by %(name)s", { time, name: asked_by })
            : _t("Asked %s", time);
    }

    get fingerprint() {
        return (this.props.trace.fingerprint || "").slice(0, 12);
    }

    async copyFingerprint() {
        await browser.navigator.clipboard.writeText(this.props.trace.fingerprint);
        this.notification.add(_t("Fingerprint copied"), { type: "success" });
    }
}

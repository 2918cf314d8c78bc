import { _t } from "@web/core/l10n/translation";
import { Component, useState } from "@odoo/owl";
import { formatQuantity } from "./format";

const FIRST_ROWS = 10;
const PAGE = 80;

/** One of the blocks that come first: a title, a count, a total, the first rows. */
export class SummaryBlock extends Component {
    static template = "lot_genealogy.SummaryBlock";
    static props = {
        name: String,
        title: String,
        icon: String,
        rows: Array,
        total: Number,
        held: { type: Number, optional: true },
        sum: { type: String, optional: true },
        empty: String,
        slots: Object,
    };

    setup() {
        this.state = useState({ limit: FIRST_ROWS });
    }

    get shown() {
        return this.props.rows.slice(0, this.state.limit);
    }

    get countText() {
        return formatQuantity(this.props.total);
    }

    get left() {
        return this.props.rows.length - this.shown.length;
    }

    get moreText() {
        return this.left > PAGE
            ? _t("Show %(page)s more of %(left)s", { page: PAGE, left: formatQuantity(this.left) })
            : _t("Show all %s", formatQuantity(this.props.rows.length));
    }

    /** How many of the total the browser holds: rows, or what the caller counts. */
    get held() {
        return this.props.held ?? this.props.rows.length;
    }

    get isCut() {
        return this.props.total > this.held;
    }

    get cutText() {
        return _t("%(shown)s of %(total)s are here; the spreadsheet has all.", {
            shown: formatQuantity(this.held),
            total: formatQuantity(this.props.total),
        });
    }

    showMore() {
        this.state.limit += this.left > PAGE ? PAGE : this.left;
    }

    showLess() {
        this.state.limit = FIRST_ROWS;
    }

    get canShowLess() {
        return !this.left && this.props.rows.length > FIRST_ROWS;
    }
}

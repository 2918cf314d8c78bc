import { _t } from "@web/core/l10n/translation";
import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { formatQuantity } from "./format";
import { NUMERIC, sortValueOf, textOf } from "./cells";
import { RecordLink } from "./record_link";

const PAGE = 80;

/** A full list: sorted by a click on a head, filtered by a text, a page at a time. */
export class TraceList extends Component {
    static template = "lot_genealogy.TraceList";
    static components = { RecordLink };
    static props = {
        rows: Array,
        total: Number,
        columns: Array,
        open: Function,
        title: String,
    };

    setup() {
        this.state = useState({ sortKey: null, ascending: true, filter: "", page: 0 });
        this.textOf = textOf;
        this.searchTexts = new WeakMap();
        onWillUpdateProps((next) => {
            if (next.rows !== this.props.rows) {
                this.state.page = 0;
            }
        });
    }

    /** Only columns that say something: an empty column is noise. */
    get columns() {
        return this.props.columns.filter((column) =>
            this.props.rows.some((row) => textOf(column, row) !== "")
        );
    }

    searchTextOf(row) {
        let text = this.searchTexts.get(row);
        if (text === undefined) {
            text = this.props.columns
                .map((column) => textOf(column, row))
                .join("\n")
                .toLowerCase();
            this.searchTexts.set(row, text);
        }
        return text;
    }

    get found() {
        const wanted = this.state.filter.trim().toLowerCase();
        const rows = wanted
            ? this.props.rows.filter((row) => this.searchTextOf(row).includes(wanted))
            : this.props.rows;
        const column = this.props.columns.find(({ key }) => key === this.state.sortKey);
        return column ? this.sorted(rows, column) : rows;
    }

    sorted(rows, column) {
        const sign = this.state.ascending ? 1 : -1;
        const keyed = rows.map((row) => [sortValueOf(column, row), row]);
        const isMissing = (value) => value === null || value === undefined || value === "";
        keyed.sort(([a], [b]) => {
            if (isMissing(a) || isMissing(b)) {
                return isMissing(a) - isMissing(b); // what is missing stands last, always
            }
            const order =
                typeof a === "number"
                    ? a - b
                    : String(a).localeCompare(String(b), undefined, { numeric: true });
            return sign * order;
        });
        return keyed.map(([, row]) => row);
    }

    sortBy(column) {
        const isSame = this.state.sortKey === column.key;
        this.state.ascending = isSame ? !this.state.ascending : true;
        this.state.sortKey = column.key;
        this.state.page = 0;
    }

    ariaSort(column) {
        if (this.state.sortKey !== column.key) {
            return "none";
        }
        return this.state.ascending ? "ascending" : "descending";
    }

    sortIcon(column) {
        if (this.state.sortKey !== column.key) {
            return "fa-sort o_lot_trace_unsorted";
        }
        return this.state.ascending ? "fa-sort-asc" : "fa-sort-desc";
    }

    onFilter(ev) {
        this.state.filter = ev.target.value;
        this.state.page = 0;
    }

    pageOf(found) {
        const start = this.state.page * PAGE;
        return found.slice(start, start + PAGE);
    }

    pagerText(found) {
        const start = this.state.page * PAGE;
        return _t("%(from)s–%(to)s of %(total)s", {
            from: formatQuantity(found.length ? start + 1 : 0),
            to: formatQuantity(Math.min(start + PAGE, found.length)),
            total: formatQuantity(found.length),
        });
    }

    isLastPage(found) {
        return (this.state.page + 1) * PAGE >= found.length;
    }

    get isCut() {
        return this.props.total > this.props.rows.length;
    }

    get cutText() {
        return _t("%(shown)s of %(total)s are here; the spreadsheet has all.", {
            shown: formatQuantity(this.props.rows.length),
            total: formatQuantity(this.props.total),
        });
    }

    isNumeric(column) {
        return NUMERIC.has(column.kind);
    }

    cellClass(column) {
        if (this.isNumeric(column)) {
            return "o_lot_trace_number";
        }
        if (column.brief) {
            return "text-nowrap";
        }
        return column.wide ? "o_lot_trace_wide" : "";
    }

    recordOf(column, row) {
        const [model, id] = column.record?.(row) || [];
        return model && id ? { model, id } : null;
    }

    openRow(row, isMiddleClick) {
        const [model, id] = this.props.open(row);
        if (model && id) {
            this.env.openRecord(model, id, isMiddleClick);
        }
    }
}

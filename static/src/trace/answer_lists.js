import { _t } from "@web/core/l10n/translation";
import { Component, useState } from "@odoo/owl";
import { formatQuantity } from "./format";
import { columnsOf, rowsOf, sidesOf, TABS } from "./lists";
import { DIRECTIONS } from "./question";
import { TraceList } from "./trace_list";
import { TraceTree } from "./trace_tree";

/** All that was found, a tab per list, and the tree. */
export class AnswerLists extends Component {
    static template = "lot_genealogy.AnswerLists";
    static components = { TraceList, TraceTree };
    static props = { trace: Object, tab: String, showTab: Function };

    setup() {
        this.state = useState({ direction: "forward" });
    }

    get tabs() {
        const { trace } = this.props;
        const lists = TABS.map((tab) => {
            const sides = sidesOf(trace, tab);
            const total = tab.parts
                ? sides.reduce((sum, side) => sum + rowsOf(trace, tab, side).total, 0)
                : rowsOf(trace, tab).total;
            return { ...tab, sides, total, isShown: !tab.parts || sides.length > 0 };
        });
        const tree = {
            id: "tree",
            title: _t("Tree"),
            sides: ["forward", "backward"].filter((side) => trace[side]),
            isShown: true,
        };
        return [...lists.filter((tab) => tab.isShown), tree];
    }

    get current() {
        const { tabs } = this;
        return tabs.find((tab) => tab.id === this.props.tab) || tabs[0];
    }

    get direction() {
        const { sides } = this.current;
        return sides.includes(this.state.direction) ? this.state.direction : sides[0];
    }

    get directions() {
        return this.current.sides.map((side) => DIRECTIONS.find(({ value }) => value === side));
    }

    countOf(tab) {
        return tab.total === undefined ? "" : formatQuantity(tab.total);
    }

    sideCount(direction) {
        return this.current.parts
            ? formatQuantity(rowsOf(this.props.trace, this.current, direction).total)
            : "";
    }

    get list() {
        return rowsOf(this.props.trace, this.current, this.direction);
    }

    /** Whether a row shows a partner by facts of a later day. */
    get hasLater() {
        return this.list.rows.some((row) => row.contact?.taken_later);
    }

    get columns() {
        return columnsOf(this.current, this.direction);
    }

    get listKey() {
        return `${this.current.id}/${this.direction || ""}`;
    }

    get treeCutText() {
        const { total, rows } = rowsOf(
            this.props.trace,
            { parts: ["events"] },
            this.direction
        );
        return total > rows.length
            ? _t("The tree is drawn from %(shown)s of %(total)s events; the spreadsheet has all.", {
                  shown: formatQuantity(rows.length),
                  total: formatQuantity(total),
              }).toString()
            : "";
    }
}

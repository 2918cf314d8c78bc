import { _t } from "@web/core/l10n/translation";
import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { formatAmount, formatDay, formatMeasure, formatShare } from "./format";
import { LEDGER_KINDS, wordOf } from "./words";
import { RecordLink } from "./record_link";
import { childrenOf, indexSide, rootsOf, visibleNodes } from "./tree";

const PAGE = 40;
const MAX_INDENT = 12;

/**
 * Lot → event → lots …, level by level, opened in the browser from the lists of
 * the Trace. Arrow keys walk it as any tree; Enter opens the document.
 */
export class TraceTree extends Component {
    static template = "lot_genealogy.TraceTree";
    static components = { RecordLink };
    static props = { side: Object, start: Array, direction: String, cutText: String };

    setup() {
        Object.assign(this, { formatDay, formatMeasure });
        this.root = useRef("tree");
        this.state = useState({ expanded: new Set(), limits: new Map(), current: null });
        this.moveFocus = false;
        this.plant(this.props);
        onWillUpdateProps((next) => {
            if (next.side !== this.props.side) {
                this.plant(next);
            }
        });
        useEffect(
            (current) => {
                if (this.moveFocus && current) {
                    this.moveFocus = false;
                    const rows = [...(this.root.el?.querySelectorAll("[role=treeitem]") || [])];
                    rows.find((row) => row.dataset.key === current)?.focus();
                }
            },
            () => [this.state.current, this.state.expanded.size]
        );
    }

    plant({ side, start, direction }) {
        this.index = indexSide(side, direction);
        this.roots = rootsOf(this.index, start);
        this.state.expanded.clear();
        this.state.limits.clear();
        this.state.current = this.roots[0]?.key || null;
        if (this.roots.length <= 3) {
            for (const node of this.roots) {
                this.state.expanded.add(node.key);
            }
        }
    }

    get nodes() {
        const { expanded, limits } = this.state;
        return visibleNodes(this.index, this.roots, expanded, limits, PAGE);
    }

    isOpen(node) {
        return this.state.expanded.has(node.key);
    }

    toggle(node) {
        if (!node.expandable) {
            return;
        }
        if (this.isOpen(node)) {
            this.state.expanded.delete(node.key);
        } else {
            this.state.expanded.add(node.key);
        }
        this.state.current = node.key;
    }

    /** Opens one more level beneath all that is shown. */
    openLevel() {
        for (const node of this.nodes) {
            if (node.expandable) {
                this.state.expanded.add(node.key);
            }
        }
    }

    closeAll() {
        this.state.expanded.clear();
        this.state.current = this.roots[0]?.key || null;
    }

    showMore(node) {
        this.state.limits.set(node.parentKey, node.shown + PAGE);
    }

    goTo(key) {
        this.moveFocus = true;
        this.state.current = key;
    }

    onKeydown(ev, node) {
        const nodes = this.nodes;
        const at = nodes.findIndex(({ key }) => key === node.key);
        const go = (target) => target && this.goTo(target.key);
        const parent = () =>
            nodes
                .slice(0, at)
                .reverse()
                .find(({ level }) => level < node.level);
        const actions = {
            ArrowDown: () => go(nodes[at + 1]),
            ArrowUp: () => go(nodes[at - 1]),
            ArrowRight: () => (this.isOpen(node) ? go(nodes[at + 1]) : this.toggle(node)),
            ArrowLeft: () => (this.isOpen(node) ? this.toggle(node) : go(parent())),
            Home: () => go(nodes[0]),
            End: () => go(nodes.at(-1)),
            " ": () => this.activate(node),
            Enter: () => this.activate(node, true),
        };
        if (ev.target === ev.currentTarget && actions[ev.key]) {
            ev.preventDefault();
            actions[ev.key]();
        }
    }

    activate(node, openDocument = false) {
        if (node.type === "more") {
            return this.showMore(node);
        }
        if (node.above) {
            return this.goTo(node.above);
        }
        const record = this.recordOf(node);
        if (openDocument && record.id) {
            return this.env.openRecord(record.model, record.id);
        }
        this.toggle(node);
    }

    recordOf(node) {
        if (node.type === "event") {
            return { model: node.event.model, id: node.event.res_id };
        }
        if (node.type === "end") {
            const { model, res_id, lot_id } = node.row;
            return model ? { model, id: res_id } : { model: "stock.lot", id: lot_id };
        }
        return { model: "stock.lot", id: node.lotId };
    }

    indent(node) {
        return `--o-lot-trace-level: ${Math.min(node.level - 1, MAX_INDENT)}`;
    }

    /** Where a branch ends, in words. */
    endText({ list, row }) {
        const who = row.partner || row.contact?.name;
        if (list === "on_hand") {
            return _t("In stock: %s", row.location);
        }
        if (list === "in_transit") {
            return _t("On the way: %s", row.location);
        }
        if (list === "shipments" && who) {
            return _t("Shipped to %s", who);
        }
        if (list === "receipts" && who) {
            return _t("Received from %s", who);
        }
        return wordOf(LEDGER_KINDS, row.kind);
    }

    endDetail({ row }) {
        return [
            row.document,
            row.supplier_lot && _t("supplier's lot %s", row.supplier_lot),
            row.package,
            formatDay(row.date),
        ]
            .filter(Boolean)
            .join(" · ");
    }

    /** Forward: how much of what was asked is in it; backward: how much of it went in. */
    affectedText({ row }) {
        const amount = formatAmount(row.affected);
        if (!amount) {
            return "";
        }
        const share = formatShare(row.share);
        if (this.props.direction === "backward") {
            return share
                ? _t("%(amount)s went in (%(share)s)", { amount, share })
                : _t("%s went in", amount);
        }
        return share
            ? _t("%(amount)s of it (%(share)s)", { amount, share })
            : _t("%s of it", amount);
    }
}

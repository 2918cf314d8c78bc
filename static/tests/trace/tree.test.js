import { describe, expect, test } from "@odoo/hoot";
import { childrenOf, indexSide, rootsOf, visibleNodes } from "@lot_genealogy/trace/tree";

describe.current.tags("headless");

const row = (lot_id, quantity, more = {}) => ({
    lot_id,
    lot: lot_id && `LOT-${lot_id}`,
    quantity,
    uom: "kg",
    in_trace: true,
    ...more,
});
const lot = (id) => ({ id, name: `LOT-${id}`, quantity: 10, uom: "kg" });
const start = [lot(1)];
// 1 → 2, 2 → 3 and something without lot, 3 → 1: rework; lot 9 is not traced
const side = {
    lots: [lot(1), lot(2), lot(3)],
    events: [
        { id: 1, inputs: [row(1, 4), row(9, 1, { in_trace: false })], outputs: [row(2, 5)] },
        { id: 2, inputs: [row(2, 5)], outputs: [row(3, 4), row(null, 1, { in_trace: false })] },
        { id: 3, inputs: [row(3, 1)], outputs: [row(1, 1)] },
    ],
    shipments: [{ id: 50, ...row(3, 2) }],
    on_hand: [row(1, 6)],
    in_transit: [],
    receipts: [{ id: 60, ...row(1, 10) }],
    scraps: [],
    adjustments: [],
    returns: [],
};

const ids = (nodes) =>
    nodes.map((node) => {
        if (node.type === "lot") {
            return `lot ${node.lotId}`;
        }
        return node.type === "event" ? `event ${node.event.id}` : node.list || node.type;
    });

function openAll(index, roots) {
    const expanded = new Set();
    for (let more = true; more; ) {
        const nodes = visibleNodes(index, roots, expanded, new Map(), 40);
        const closed = nodes.filter((node) => node.expandable && !expanded.has(node.key));
        closed.forEach((node) => expanded.add(node.key));
        more = closed.length > 0;
    }
    return visibleNodes(index, roots, expanded, new Map(), 40);
}

test("forward: lot, event, lot, and where it ends; a loop is shown once", () => {
    const index = indexSide(side, "forward");
    const nodes = openAll(index, rootsOf(index, start));
    expect(ids(nodes)).toEqual([
        "lot 1",
        "event 1",
        "lot 2",
        "event 2",
        "lot 3",
        "event 3",
        "lot 1",
        "shipments",
        "lot null",
        "on_hand",
    ]);
    const [first, again] = nodes.filter((node) => node.lotId === 1);
    expect(again.above).toBe(first.key);
    expect(again.expandable).toBe(false);
    expect(nodes.map((node) => node.level)).toEqual([1, 2, 3, 4, 5, 6, 7, 6, 5, 2]);
});

test("backward: what made a lot, its inputs, and who supplied them", () => {
    const index = indexSide(side, "backward");
    const [root] = rootsOf(index, [lot(3)]);
    const [event] = childrenOf(index, root);
    expect(event.quantity).toBe(4);
    const inputs = childrenOf(index, event);
    expect(ids(inputs)).toEqual(["lot 2"]);
    const [earlier] = childrenOf(index, inputs[0]);
    const [raw, sibling] = childrenOf(index, earlier);
    expect(ids(childrenOf(index, raw))).toEqual(["event 3", "receipts"]);
    // what was used beside it, but is no part of the trace, is a leaf
    expect(sibling.lotId).toBe(9);
    expect(sibling.expandable).toBe(false);
});

test("long branches come page by page", () => {
    const wide = { ...side, on_hand: Array.from({ length: 100 }, () => row(1, 1)) };
    const index = indexSide(wide, "forward");
    const roots = rootsOf(index, start);
    const expanded = new Set([roots[0].key]);
    const nodes = visibleNodes(index, roots, expanded, new Map(), 40);
    expect(nodes).toHaveLength(42);
    expect(nodes.at(-1)).toMatchObject({ type: "more", left: 61 });
    const limits = new Map([[roots[0].key, 200]]);
    expect(visibleNodes(index, roots, expanded, limits, 40)).toHaveLength(102);
});

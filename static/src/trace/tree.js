/**
 * The tree of one side of a Trace: lot → event → lots …, made node by node when
 * it is opened, from the lists of the Trace. Plain functions, no component.
 *
 * A node: {key, type, level, lotId, above, expandable, ...what is shown}
 *   type "lot": a lot, or a product without lot; `row` is an input or output of an event
 *   type "event": one transformation; `quantity` is what it took or made of its parent lot
 *   type "end": where a branch ends: shipped, in stock, received …
 *   `above`: key of the same lot further up the branch: a loop, shown once
 */

function groupBy(rows, keysOf) {
    const groups = new Map();
    for (const row of rows || []) {
        for (const key of new Set(keysOf(row))) {
            if (!groups.has(key)) {
                groups.set(key, []);
            }
            groups.get(key).push(row);
        }
    }
    return groups;
}

const ENDS = {
    forward: ["shipments", "on_hand", "in_transit", "scraps", "adjustments", "returns"],
    backward: ["receipts", "adjustments", "returns"],
};

/** Prepares a side for `childrenOf`. */
export function indexSide(side, direction) {
    const forward = direction === "forward";
    const tracedIds = (rows) => rows.filter((r) => r.in_trace && r.lot_id).map((r) => r.lot_id);
    const ends = {};
    for (const list of ENDS[direction]) {
        ends[list] = groupBy(side[list], (row) => [row.lot_id]);
    }
    return {
        direction,
        lots: new Map(side.lots.map((lot) => [lot.id, lot])),
        events: groupBy(side.events, (event) => tracedIds(forward ? event.inputs : event.outputs)),
        ends,
    };
}

/** The nodes of the first level: the lots that were asked. */
export function rootsOf(index, start) {
    return start.map((lot) =>
        lotNode(index, null, lot.id, { ...lot, lot_id: lot.id, lot: lot.name })
    );
}

function lotNode(index, parent, lotId, row, position = 0) {
    const key = `${parent ? parent.key : ""}/lot${lotId || `-${position}`}`;
    const path = parent?.path || new Map();
    const above = (lotId && path.get(lotId)) || null;
    const isTraced = Boolean(lotId) && index.lots.has(lotId) && row.in_trace !== false;
    return {
        key,
        type: "lot",
        level: parent ? parent.level + 1 : 1,
        lotId,
        row,
        lot: index.lots.get(lotId) || null,
        above,
        path: above ? path : new Map(path).set(lotId, key),
        expandable: isTraced && !above && hasChildren(index, lotId),
    };
}

function hasChildren(index, lotId) {
    return (
        index.events.has(lotId) || Object.values(index.ends).some((byLot) => byLot.has(lotId))
    );
}

function eventNode(index, parent, event) {
    const forward = index.direction === "forward";
    const own = (forward ? event.inputs : event.outputs).filter((r) => r.lot_id === parent.lotId);
    return {
        key: `${parent.key}/event${event.id}`,
        type: "event",
        level: parent.level + 1,
        event,
        quantity: own.reduce((sum, row) => sum + row.quantity, 0),
        uom: own[0]?.uom || null,
        path: parent.path,
        expandable: (forward ? event.outputs : event.inputs).length > 0,
    };
}

function endNodes(index, parent) {
    const nodes = [];
    for (const [list, byLot] of Object.entries(index.ends)) {
        for (const [position, row] of (byLot.get(parent.lotId) || []).entries()) {
            nodes.push({
                key: `${parent.key}/${list}${row.id || position}`,
                type: "end",
                level: parent.level + 1,
                list,
                row,
                expandable: false,
            });
        }
    }
    return nodes;
}

/** What an opened node shows, in the Trace's own order. */
export function childrenOf(index, node) {
    if (!node.expandable) {
        return [];
    }
    if (node.type === "event") {
        const rows = index.direction === "forward" ? node.event.outputs : node.event.inputs;
        return rows.map((row, position) => lotNode(index, node, row.lot_id, row, position));
    }
    const events = (index.events.get(node.lotId) || []).map((event) =>
        eventNode(index, node, event)
    );
    return [...events, ...endNodes(index, node)];
}

/**
 * The rows to show, top down: the roots and what is open beneath them. `limits`
 * holds how many children of a node are shown where it is not `pageSize`.
 */
export function visibleNodes(index, roots, expanded, limits, pageSize) {
    const visible = [];
    const walk = (nodes, parentKey) => {
        const limit = limits.get(parentKey) || pageSize;
        for (const node of nodes.slice(0, limit)) {
            visible.push(node);
            if (expanded.has(node.key)) {
                walk(childrenOf(index, node), node.key);
            }
        }
        if (nodes.length > limit) {
            visible.push({
                key: `${parentKey}/more`,
                type: "more",
                level: nodes[0].level,
                parentKey,
                shown: limit,
                left: nodes.length - limit,
                expandable: false,
            });
        }
    };
    walk(roots, "");
    return visible;
}

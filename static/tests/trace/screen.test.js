import { describe, expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, makeMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { AnswerHead } from "@lot_genealogy/trace/answer_head";
import { SummaryBlock } from "@lot_genealogy/trace/summary_block";
import { TABS } from "@lot_genealogy/trace/lists";
import { TraceList } from "@lot_genealogy/trace/trace_list";
import { Component, xml } from "@odoo/owl";

describe.current.tags("desktop");
defineMailModels();

const shipments = TABS.find((tab) => tab.id === "shipments");
const rows = Array.from({ length: 200 }, (_, i) => ({
    id: i,
    date: `2026-01-${String((i % 28) + 1).padStart(2, "0")} 10:00:00`,
    partner: `Customer ${i}`,
    partner_id: i + 1,
    lot: `LOT-${i}`,
    lot_id: i + 1,
    product: "Hummus",
    product_id: 1,
    quantity: (i * 7) % 200,
    uom: "kg",
    affected: [{ quantity: i / 1000, uom: "kg" }],
    share: i / 1e6,
    document: `WH/OUT/${i}`,
    model: "stock.picking",
    res_id: i + 1,
    order: null,
    contact: { phone: null, email: null },
}));

async function mountList(props) {
    const opened = [];
    await makeMockEnv({ openRecord: (model, id) => opened.push(`${model},${id}`) });
    await mountWithCleanup(TraceList, {
        props: {
            rows,
            total: 87000,
            columns: shipments.columns,
            open: shipments.open,
            title: "Shipments",
            ...props,
        },
    });
    return opened;
}

const cells = (column) => queryAllTexts(`tbody td[data-column=${column}]`);

test("a list shows 80 rows at a time, and says what the server cut off", async () => {
    await mountList();
    expect("tbody tr").toHaveCount(80);
    expect(".o_lot_trace_pager").toHaveText("1–80 of 200");
    expect(".o_lot_trace_cut").toHaveText("200 of 87,000 are here; the spreadsheet has all.");
    await contains("button[aria-label='Next rows']").click();
    await contains("button[aria-label='Next rows']").click();
    expect("tbody tr").toHaveCount(40);
    expect("button[aria-label='Next rows']").not.toBeEnabled();
});

test("columns that are empty in every row are not shown", async () => {
    await mountList();
    expect("td[data-column=order]").toHaveCount(0);
    expect("td[data-column=phone]").toHaveCount(0);
    expect("td[data-column=document]").toHaveCount(80);
});

test("numbers sort as numbers, over all pages", async () => {
    await mountList();
    await contains("th button:contains(Quantity)").click();
    expect(cells("quantity").slice(0, 3)).toEqual(["0", "1", "2"]);
    await contains("th button:contains(Quantity)").click();
    expect(cells("quantity").slice(0, 3)).toEqual(["199", "198", "197"]);
    expect("th[aria-sort=descending]").toHaveText("Quantity");
});

test("the filter looks at every cell as it is shown", async () => {
    await mountList();
    await click(".o_lot_trace_filter");
    await edit("wh/out/199");
    await animationFrame();
    expect(cells("lot")).toEqual(["LOT-199"]);
    await click(".o_lot_trace_filter");
    await edit("no such thing");
    await animationFrame();
    expect("tbody").toHaveText("No row holds “no such thing”.");
});

test("a row opens its document, a name in it its own record", async () => {
    const opened = await mountList();
    await click("tbody tr:first-child td[data-column=uom]");
    await click("tbody tr:first-child td[data-column=lot] a");
    await click("tbody tr:first-child td[data-column=partner] a");
    expect(opened).toEqual(["stock.picking,1", "stock.lot,1", "res.partner,1"]);
    expect(queryFirst("td[data-column=lot] a").getAttribute("href")).toBe("/odoo/stock.lot/1");
});

test("nothing that is missing is written as null or false", async () => {
    await mountList({
        rows: [{ ...rows[1], partner: null, share: null, affected: [], date: null }],
        total: 1,
    });
    expect("tbody").not.toHaveText(/null|false|undefined|NaN|Invalid/);
});

const gap = (severity, more) => ({
    severity,
    message: `A ${severity} gap`,
    lot_id: 5,
    lot: "LOT-5",
    model: null,
    res_id: null,
    ...more,
});
async function mountHead(gaps, more = {}) {
    const calls = [];
    await makeMockEnv({ openRecord: (model, id) => calls.push(`${model},${id}`) });
    await mountWithCleanup(AnswerHead, {
        props: {
            trace: {
                question: { asked_at: "2026-11-21 08:00:00", asked_by: "Ada", options: {} },
                complete: !gaps.length,
                complete_since: null,
                gaps,
                crossings: [],
                forward: null,
                backward: { excluded: [] },
                counts: { gaps: gaps.length, "backward.excluded": 0 },
                fingerprint: "abcdef0123456789",
                ...more,
            },
            changed: false,
            showTab: (tab) => calls.push(tab),
            askAll: () => calls.push("all"),
        },
    });
    return calls;
}

test("a trace without gaps says complete", async () => {
    await mountHead([]);
    expect(".o_lot_trace_head.alert-success h2").toHaveText("Complete: no gaps");
    expect("section").toHaveText(/Asked 11\/21\/2026.* by Ada/);
    expect("section").toHaveText(/abcdef012345/);
});

test("chain gaps come first, each opens its document or lot", async () => {
    const document = { model: "mrp.production", res_id: 8, document: "WH/MO/8" };
    const calls = await mountHead([gap("fact"), gap("chain", document), gap("chain")]);
    expect(".o_lot_trace_head.alert-danger h2").toHaveText(
        "2 places where the chain is incomplete"
    );
    expect(".badge").toHaveText("1 missing fact");
    expect(queryAllTexts(".o_lot_trace_first_gaps li")).toEqual([
        "A chain gap",
        "A chain gap",
        "A fact gap",
    ]);
    await click(".o_lot_trace_first_gaps a:eq(0)");
    await click(".o_lot_trace_first_gaps a:eq(1)");
    expect(calls).toEqual(["mrp.production,8", "stock.lot,5"]);
});

test("only facts missing is no alarm about the chain", async () => {
    await mountHead([gap("fact")]);
    expect(".o_lot_trace_head.alert-warning").toHaveCount(1);
    expect("h2").toHaveText("The chain has no gaps; some facts are missing");
});

test("what was left out is counted and can be asked again", async () => {
    const counts = {
        gaps: 0,
        "backward.excluded": 4,
        "backward.lots": 10,
        "backward.conservative_lots": 13,
    };
    const calls = await mountHead([], { counts });
    expect(".o_lot_trace_left_out").toHaveText(/4 movements were left out/);
    await click(".o_lot_trace_left_out button:contains(3 lots more)");
    await click(".o_lot_trace_left_out button:contains(Show them)");
    expect(calls).toEqual(["all", "excluded"]);
});

test("a block shows ten rows, then all; an empty one says so", async () => {
    class Blocks extends Component {
        static components = { SummaryBlock };
        static props = {};
        static template = xml`
            <SummaryBlock name="'full'" title="'Full'" icon="''" rows="rows" total="25"
                          empty="'None'">
                <t t-set-slot="row" t-slot-scope="scope"><t t-esc="scope.row"/></t>
            </SummaryBlock>
            <SummaryBlock name="'none'" title="'None'" icon="''" rows="[]" total="0"
                          empty="'Nobody'">
                <t t-set-slot="row" t-slot-scope="scope"><t t-esc="scope.row"/></t>
            </SummaryBlock>`;
        rows = Array.from({ length: 25 }, (_, i) => `row ${i}`);
    }
    await mountWithCleanup(Blocks);
    expect("[data-block=full] li").toHaveCount(10);
    await contains("[data-block=full] button:contains(Show all 25)").click();
    expect("[data-block=full] li").toHaveCount(25);
    await contains("[data-block=full] button:contains(Show fewer)").click();
    expect("[data-block=full] li").toHaveCount(10);
    expect("[data-block=none]").toHaveText(/Nobody/);
});

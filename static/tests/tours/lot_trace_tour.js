import { LotTrace } from "@lot_genealogy/trace/trace_action";
import { registry } from "@web/core/registry";

/**
 * What people do on the trace screen. The history behind it is made by
 * tests/test_trace_screen.py: 25 kg of tahini TAH-1, 10 kg of it into 40 kg of
 * hummus HUM-1, 20 kg of that into 100 tubs TUB-1, 30 of them to Corner Shop.
 */
const tours = registry.category("web_tour.tours");

const search = ".o_lot_trace_search input";
const typed = (text) => ({
    content: `Type ${text}`,
    trigger: search,
    run: `edit ${text}`,
});
const pick = (name, type) => ({
    content: `Pick ${name}`,
    trigger: `.o-autocomplete--dropdown-item a:contains(${name}):contains(${type})`,
    run: "click",
});
const seen = (content, trigger) => ({ content, trigger });
const ask = { content: "Trace", trigger: ".o_lot_trace_ask:enabled", run: "click" };
const goBack = (content) => ({
    content,
    trigger: ".o_form_view",
    run: () => window.history.back(),
});
const scan = (code) => {
    for (const key of [...code, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
};
const customer = (text) => `[data-block=customers] li:contains(Corner Shop):contains(${text})`;

tours.add("lot_genealogy_trace_customer", {
    steps: () => [
        seen("The empty screen says what can be typed", ".o_lot_trace_empty:contains(A supplier)"),
        typed("TAH-1"),
        pick("TAH-1", "Lot"),
        seen("The lot is in the question", ".o_lot_trace_item:contains(TAH-1)"),
        ask,
        seen("How much of which product", customer("30 Units")),
        seen("How much of what was asked", customer("1.5 kg of it (6 %)")),
        seen("Whom to call", "[data-block=customers] a[href='tel:+32 9 1234567']"),
        seen("Whom to write", "[data-block=customers] a[href='mailto:shop@corner.example']"),
        seen("What is left", "[data-block=stock] li:contains(TAH-1):contains(15 kg)"),
        seen("Reserved stock", "[data-block=stock] li:contains(TUB-1):contains(12 Units reserved)"),
        seen(
            "What can be stopped",
            "[data-block=orders] li:contains(Hospital Kitchen):contains(12 Units)"
        ),
        seen("Who supplied it", "[data-block=suppliers] li:contains(Sesame Traders)"),
        seen("The chain is whole", ".o_lot_trace_head[data-complete=true]:contains(Complete)"),
        seen("Where it is now", "[data-end=shipped]:contains(1.5 kg):contains(6 %)"),
        seen("The balance closes", "[data-lot=TAH-1]:contains(0 unexplained)"),
        {
            content: "The full list of shipments",
            trigger: "[data-tab=shipments]",
            run: "click",
        },
        {
            content: "Open the delivery",
            trigger: ".o_lot_trace_table td[data-column=document] a:contains(/OUT/)",
            run: "click",
        },
        seen("The delivery", ".o_form_view .o_field_widget[name=name]:contains(/OUT/)"),
        {
            content: "Back by the breadcrumb",
            trigger: ".o_back_button a, .breadcrumb-item a:contains(TAH-1)",
            run: "click",
        },
        seen("The answer is still there", customer("30 Units")),
        seen("So is the list", "[data-tab=shipments].active"),
        {
            content: "Open the customer",
            trigger: "[data-block=customers] a:contains(Corner Shop)",
            run: "click",
        },
        goBack("Back by the browser"),
        seen("The question is asked again", ".o_lot_trace_item:contains(TAH-1)"),
        seen("The answer is back", customer("30 Units")),
    ],
});

tours.add("lot_genealogy_trace_nothing_found", {
    steps: () => [
        typed("NO-SUCH-LOT"),
        seen("The list says so", ".o-autocomplete--dropdown-item:contains(Nothing found)"),
        { content: "A scanner ends with Enter", trigger: search, run: "press Enter" },
        seen("So does the page", ".o_lot_trace_nothing:contains(NO-SUCH-LOT)"),
        {
            content: "The next scan replaces the text",
            trigger: search,
            run() {
                const { selectionStart, selectionEnd } = this.anchor;
                if (selectionStart !== 0 || selectionEnd !== "NO-SUCH-LOT".length) {
                    throw new Error("The text that was not found is not selected");
                }
            },
        },
        seen("There is nothing to ask", ".o_lot_trace_ask:disabled"),
        typed("TUB-1"),
        { content: "Enter waits for the list", trigger: search, run: "press Enter" },
        seen("The lot was picked", ".o_lot_trace_item:contains(TUB-1)"),
        seen("The message is gone", ".o_lot_trace_question:not(:has(.o_lot_trace_nothing))"),
        typed("HUM-1"),
        ask,
        seen("What was typed but not picked is not asked", ".o_lot_trace_unpicked:contains(HUM-1)"),
        seen("Nor is anything else", ".o_lot_trace:not(:has(.o_lot_trace_answer))"),
        { content: "Clear it", trigger: search, run: "clear" },
        { content: "Enter in the empty box asks", trigger: search, run: "press Enter" },
        seen("The answer", customer("30 Units")),
    ],
});

tours.add("lot_genealogy_trace_scanner", {
    steps: () => [
        {
            content: "Scan while nothing has the focus",
            trigger: ".o_lot_trace_empty",
            run() {
                document.activeElement.blur();
                scan("TUB-1");
            },
        },
        seen("The scanned lot", ".o_lot_trace_item:contains(TUB-1)"),
        {
            content: "Scan a code nobody knows",
            trigger: ".o_lot_trace_empty",
            run: () => scan("0107700000000000"),
        },
        seen("It says so", ".o_lot_trace_nothing:contains(0107700000000000)"),
        {
            content: "Scan what may mean several things",
            trigger: ".o_lot_trace_empty",
            run: () => scan("HUM"),
        },
        seen("A person chooses", ".o-autocomplete--dropdown-item:contains(HUM-1)"),
        seen("Nothing was picked", ".o_lot_trace_items:not(:contains(HUM-1))"),
        {
            content: "Scan it into the box",
            trigger: search,
            run() {
                this.anchor.value = "HUM";
                this.anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
                const enter = { key: "Enter", bubbles: true };
                this.anchor.dispatchEvent(new KeyboardEvent("keydown", enter));
            },
        },
        seen("The list is there", ".o-autocomplete--dropdown-item:contains(HUM-1)"),
        seen("Nothing was picked", ".o_lot_trace_items:not(:contains(HUM-1))"),
        pick("HUM-1", "Lot"),
        seen("Picked", ".o_lot_trace_item:contains(HUM-1)"),
        {
            content: "Scan a GS1 code",
            trigger: ".o_lot_trace_empty",
            run() {
                document.activeElement.blur();
                scan("0109521234543213" + "10TAH-1");
            },
        },
        seen("The lot it names", ".o_lot_trace_item:contains(TAH-1)"),
    ],
});

tours.add("lot_genealogy_trace_refused", {
    steps: () => [
        seen("Said at once, and whom to ask", ".o_lot_trace_refused:contains(Compliance officer)"),
        seen("No question can be typed", ".o_lot_trace:not(:has(.o_lot_trace_search))"),
    ],
});

tours.add("lot_genealogy_trace_from_lot", {
    steps: () => [
        seen("The lot", ".o_form_view button[name=action_lot_trace_backward]"),
        {
            content: "Odoo hides the buttons there is no room for",
            isActive: ["body:not(:has(button[name=action_lot_trace_forward]))"],
            trigger: ".o_button_more",
            run: "click",
        },
        {
            content: "Went to, on the lot",
            trigger: "button[name=action_lot_trace_forward]",
            run: "click",
        },
        seen("Answered at once", customer("30 Units")),
        seen("In the direction asked", "[data-direction=forward].active"),
        seen("Only that", ".o_lot_trace_answer:not(:has([data-block=suppliers]))"),
        {
            content: "Ask the other way",
            trigger: "[data-direction=backward]",
            run: "click",
        },
        seen("The old answer is marked", ".o_lot_trace_changed"),
        ask,
        seen("Suppliers", "[data-block=suppliers] li:contains(Sesame Traders)"),
        seen("No customers", ".o_lot_trace_answer:not(:has([data-block=customers]))"),
        seen("Not marked any more", ".o_lot_trace_answer:not(:has(.o_lot_trace_changed))"),
    ],
});

const node = (text) => `.o_lot_trace_node:contains(${text})`;
tours.add("lot_genealogy_trace_tree", {
    steps: () => [
        seen("The answer", ".o_lot_trace_answer"),
        { content: "The tree", trigger: "[data-tab=tree]", run: "click" },
        seen("The start lot", `${node("TAH-1")}[aria-level='1'][aria-expanded=true]`),
        {
            content: "Open the order with the keyboard",
            trigger: `${node("/MO/")}[aria-level='2']`,
            run() {
                this.anchor.focus();
                this.anchor.dispatchEvent(
                    new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })
                );
            },
        },
        seen("The hummus", `${node("HUM-1")}[aria-level='3']`),
        ...[1, 2, 3].map((turn) => ({
            content: `Open one more level (${turn})`,
            trigger: ".o_lot_trace_tree button:contains(Open one more level)",
            run: "click",
        })),
        seen("The shipment", `${node("Shipped to Corner Shop")}:contains(30 Units)`),
        {
            content: "Filter a list",
            trigger: "[data-tab=lots]",
            run: "click",
        },
        { content: "Type", trigger: ".o_lot_trace_filter", run: "edit tub-1" },
        seen("One row", ".o_lot_trace_pager:contains(1–1 of 1)"),
        seen("The right one", ".o_lot_trace_table tbody tr:only-child:contains(TUB-1)"),
        { content: "All again", trigger: ".o_lot_trace_filter", run: "clear" },
        {
            content: "Sort by lot",
            trigger: ".o_lot_trace_table th:contains(Lot) button",
            run: "click",
        },
        seen("Ascending", ".o_lot_trace_table tbody tr:first-child:contains(HUM-1)"),
        {
            content: "And back",
            trigger: ".o_lot_trace_table th[aria-sort=ascending] button",
            run: "click",
        },
        seen("Descending", ".o_lot_trace_table tbody tr:first-child:contains(TUB-1)"),
    ],
});

tours.add("lot_genealogy_trace_gone", {
    steps: () => [
        seen("The server's own words", ".o_lot_trace_error:contains(no longer exists)"),
        seen("The question is kept", ".o_lot_trace_item:contains(Lot)"),
        seen("No answer is shown", ".o_lot_trace:not(:has(.o_lot_trace_answer))"),
        {
            content: "Take it out",
            trigger: ".o_lot_trace_item button[title=Remove]",
            run: "click",
        },
        typed("TAH-1"),
        pick("TAH-1", "Lot"),
        ask,
        seen("The answer", customer("30 Units")),
    ],
});

tours.add("lot_genealogy_trace_product_dates", {
    steps: () => [
        typed("Tahini"),
        pick("Tahini", "Product"),
        {
            content: "Until long ago",
            trigger: ".o_lot_trace_dates input:eq(1)",
            run: "edit 01/31/2001 && press Enter",
        },
        seen("The day is kept", ".o_lot_trace_item:contains(received or made)"),
        ask,
        seen("Nothing came in then", ".o_lot_trace_error:contains(No lots found)"),
        {
            content: "From then on",
            trigger: ".o_lot_trace_dates input:eq(1)",
            run: "clear && press Enter",
        },
        ask,
        seen("The answer", customer("30 Units")),
    ],
});

/** Keeps what would be sent to the server instead of sending it. */
const sent = [];
function keepDownloads() {
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (method, url) {
        this.askedUrl = url;
        return open.apply(this, arguments);
    };
    XMLHttpRequest.prototype.send = function (body) {
        if (!(body instanceof FormData)) {
            return send.apply(this, arguments);
        }
        sent.push([this.askedUrl, ...body.entries()].map(String));
    };
}
async function somethingSent() {
    for (let turn = 0; turn < 100 && !sent.length; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
function check(url, ...parts) {
    const [askedUrl, ...entries] = sent.shift() || [];
    const text = decodeURIComponent(decodeURIComponent(entries.join()));
    if (askedUrl !== url) {
        throw new Error(`Asked ${askedUrl} instead of ${url}`);
    }
    for (const part of [...parts, '"type":"lot"', '"direction":"forward"', '"conservative"']) {
        if (!text.includes(part) && !text.includes(part.replaceAll('"', '\\"'))) {
            throw new Error(`${part} is not in what was sent: ${text}`);
        }
    }
    if (/consignees|shipments|max_rows/.test(text)) {
        throw new Error(`Rows or limits were sent: ${text}`);
    }
}

tours.add("lot_genealogy_trace_print", {
    steps: () => [
        { ...seen("The answer", ".o_lot_trace_answer"), run: keepDownloads },
        {
            content: "Spreadsheet, and only the question goes out",
            trigger: ".o_lot_trace_spreadsheet",
            async run({ click }) {
                await click();
                await somethingSent();
                check("/lot_genealogy/trace/xlsx", "question");
            },
        },
        {
            content: "Print, and only the question goes out",
            trigger: ".o_lot_trace_print",
            async run({ click }) {
                await click();
                await somethingSent();
                check("/report/download", "/report/pdf/lot_genealogy.report_lot_trace", "qweb-pdf");
            },
        },
    ],
});

tours.add("lot_genealogy_trace_sheet", {
    steps: () => [
        {
            content: "Spreadsheet of an answer that is large",
            trigger: ".o_lot_trace_spreadsheet",
            run({ click }) {
                LotTrace.rowsAtOnce = 0;
                return click();
            },
        },
        seen(
            "It says that it is made later",
            ".o_notification:contains(TAH-1):contains(its spreadsheet is made in the background)"
        ),
        seen(
            "And where it will be",
            ".o_notification a[href$=lot_trace_sheet_action]:contains(Papers › Spreadsheets)"
        ),
    ],
});

tours.add("lot_genealogy_trace_sheet_made", {
    steps: () => [
        seen(
            "It is made, and can be downloaded",
            ".o_data_row:contains(TAH-1):contains(Made) button[name=action_download]"
        ),
    ],
});

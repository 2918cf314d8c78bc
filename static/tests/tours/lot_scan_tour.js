import { registry } from "@web/core/registry";

/**
 * A worker scans labels. The receipt of 25 kg tahini (GTIN 09521234543213) is made by
 * tests/test_scan.py.
 */
const GS = "\x1d";
const LABEL = `]d20109521234543213172704103102001000422792${GS}10SES-24158`;
const box = ".o_lot_scan_input";
const seen = (content, trigger) => ({ content, trigger });
/** Keys of a scanner that types, into what has the focus or nothing. */
const scan = (code, target = document.body) => {
    for (const key of [...code, "Enter"]) {
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
};
const typed = (code) => [
    // not as a string: the tour would take the first bracket for its own
    { content: `Type ${code}`, trigger: box, run: (helpers) => helpers.edit(code) },
    { content: "Enter", trigger: box, run: "press Enter" },
];

registry.category("web_tour.tours").add("lot_genealogy_scan_receipt", {
    steps: () => [
        {
            content: "Scan while nothing has the focus",
            trigger: ".o_form_view .o_lot_scan",
            run() {
                document.activeElement.blur();
                scan(LABEL);
            },
        },
        seen("What was read", ".o_lot_scan_done:contains(lot SES-24158: 10 kg)"),
        seen("The form shows it", ".o_data_row [name=quantity]:contains(10.00)"),
        ...typed("(01)09521234543213(17)270510(3102)001000(10)SES-24158"),
        seen("A contradiction", ".o_lot_scan_error:contains(known is 2027-04-10)"),
        ...typed("0109521234543210"),
        seen("A mistyped digit", ".o_lot_scan_error:contains(Character 16)"),
        {
            content: "The detailed operations",
            trigger: "button[name=action_detailed_operations]",
            run: "click",
        },
        seen("The line of the lot", ".o_list_view .o_data_row:contains(SES-24158)"),
        ...typed("(01)09521234543213(17)270601(3102)001500(422)792(10)SES-24159"),
        seen("Two lines", ".o_list_view .o_data_row:eq(1)"),
        seen("Of two lots", ".o_list_view .o_data_row:contains(SES-24159)"),
        { content: "Back", trigger: ".breadcrumb-item a:contains(/IN/)", run: "click" },
        { content: "Validate", trigger: "button[name=button_validate]", run: "click" },
        seen("Done", ".o_arrow_button_current:contains(Done)"),
    ],
});

/** A delivery of 10: M-1 (6) and M-2 (4) are reserved, M-3 is there as well. */
const MILK = "(01)09521234500209";

registry.category("web_tour.tours").add("lot_genealogy_scan_delivery", {
    steps: () => [
        seen("The delivery", ".o_form_view .o_lot_scan"),
        ...typed(`${MILK}(10)M-1`),
        seen("Picked", ".o_lot_scan_done:contains(Milk, lot M-1: 6 Units)"),
        {
            content: "The lines of the move",
            trigger: "[name=move_ids] button[name=action_show_details]",
            run: "click",
        },
        seen("The box in the dialog", `.modal ${box}`),
        {
            content: "Scan while nothing has the focus",
            trigger: ".modal .o_data_row:contains(M-2)",
            run() {
                document.activeElement.blur();
                scan(`${MILK}(30)4(10)M-3`);
            },
        },
        seen("Picked instead", ".modal .o_lot_scan_done:contains(Milk, lot M-3: 4 Units)"),
        seen("Its line", ".modal .o_data_row:contains(M-3) [name=quantity]:contains(4.00)"),
        seen("Not the reserved one", ".modal:not(:has(.o_data_row:contains(M-2)))"),
        { content: "Close", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "Closed", trigger: "body:not(:has(.modal))" },
        { content: "Validate", trigger: "button[name=button_validate]", run: "click" },
        seen("Done", ".o_arrow_button_current:contains(Done)"),
    ],
});

registry.category("web_tour.tours").add("lot_genealogy_scan_lot", {
    steps: () => [
        {
            content: "Scan into the new lot",
            trigger: ".o_form_view .o_lot_scan",
            run() {
                document.activeElement.blur();
                scan(LABEL);
            },
        },
        seen("Its number", "[name=name] input:value(SES-24158)"),
        seen("Its product", "[name=product_id] input:value(Tahini)"),
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        seen("Saved", ".o_form_saved"),
    ],
});

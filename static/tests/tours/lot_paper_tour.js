import { registry } from "@web/core/registry";

/** Papers as a compliance officer makes them; the plant is that of tests/papers_common.py. */
const tours = registry.category("web_tour.tours");

const seen = (content, trigger) => ({ content, trigger });
const choose = (name) => [
    {
        content: `Look for ${name}`,
        trigger: ".modal .o_field_widget[name=type_id] input",
        run: `edit ${name}`,
    },
    {
        content: `Choose ${name}`,
        trigger: `.o-autocomplete--dropdown-item:contains(${name})`,
        run: "click",
    },
];
const make = { content: "Make it", trigger: ".modal button[name=action_make]", run: "click" };

tours.add("lot_genealogy_papers_trace", {
    steps: () => [
        seen("The answer is there", ".o_lot_trace_head[data-complete=true]"),
        { content: "Papers", trigger: ".o_lot_trace_papers", run: "click" },
        ...choose("NVWA gegevenspakket"),
        seen(
            "It says which data it contains",
            ".modal .o_field_widget[name=source]:contains(zes gegevens)"
        ),
        {
            content: "The reason",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Salmonella in 25 g",
        },
        {
            content: "The measures",
            trigger: ".modal .o_field_widget[name=measures] textarea",
            run: "edit Voorraad geblokkeerd",
        },
        make,
        seen("It says that something is missing", ".alert:contains(mandatory elements are missing)"),
        seen("And where to enter it", ".o_field_widget[name=missing]:contains(EAN/GTIN)"),
        seen("Both files are there", "button[name=action_download]:contains(Download PDF)"),
        seen("The spreadsheet too", "button[name=action_download]:contains(Download spreadsheet)"),
    ],
});

tours.add("lot_genealogy_papers_filters", {
    steps: () => [
        { content: "Papers", trigger: ".o_lot_trace_papers", run: "click" },
        ...choose("FSMA 204 workbook"),
        {
            content: "Lot codes of the request",
            trigger: ".modal .o_field_widget[name=lot_codes] textarea",
            run: "edit HUM-1",
        },
        make,
        seen("Made", "button[name=action_download]:contains(Download spreadsheet)"),
        seen("Gaps name the paragraph", ".o_field_widget[name=missing]:contains(21 CFR 1.13)"),
    ],
});

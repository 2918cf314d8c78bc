import { registry } from "@web/core/registry";

/**
 * A picker took L-0233 though L-0230 goes first. The delivery is made by tests/test_lot_choice.py.
 */
registry.category("web_tour.tours").add("lot_genealogy_choice", {
    steps: () => [
        {
            content: "The transfer says why",
            trigger: "[name=move_ids] [name=lot_choice_text]:contains(FEFO said L-0230)",
        },
        { content: "Validate", trigger: "button[name=button_validate]", run: "click" },
        { content: "A reason is asked for", trigger: ".modal:contains(L-0230 goes first)" },
        { content: "Close", trigger: ".modal footer .btn-primary", run: "click" },
        { content: "The lines", trigger: "[name=move_ids] button[name=action_show_details]", run: "click" },
        {
            content: "Into the reason",
            trigger: ".modal .o_data_row [name=lot_override_reason_id]",
            run: "click",
        },
        {
            content: "Type the reason",
            trigger: ".modal .o_data_row [name=lot_override_reason_id] input",
            run: "edit damaged",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item a:contains(damaged)",
            run: "click",
        },
        { content: "Save", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "Closed", trigger: "body:not(:has(.modal))" },
        { content: "Validate again", trigger: "button[name=button_validate]", run: "click" },
        { content: "Done", trigger: ".o_statusbar_status button[aria-checked=true]:contains(Done)" },
    ],
});

import { registry } from "@web/core/registry";

/** The responsible person answers an alert and says what was done: tests/test_expiry_board.py. */
registry.category("web_tour.tours").add("lot_genealogy_expiry_answer", {
    steps: () => [
        {
            content: "The alert of the lot",
            trigger: ".o_data_row:contains(HUM-1) [name=level_name]",
            run: "click",
        },
        { content: "Take care of it", trigger: "button[name=action_acknowledge]", run: "click" },
        {
            content: "It is answered",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Acknowledged)",
        },
        { content: "Say what was done", trigger: "button[name=action_resolve]", run: "click" },
        {
            content: "Given away",
            trigger: ".modal .o_field_widget[name=outcome] label:contains(Donated)",
            run: "click",
        },
        {
            content: "To whom",
            trigger: ".modal [name=resolution] textarea",
            run: "edit Food bank",
        },
        { content: "Resolve", trigger: ".modal button[name=action_confirm]", run: "click" },
        {
            content: "It stands there",
            trigger: ".o_form_view [name=resolution]:contains(Food bank)",
        },
        {
            content: "Resolved",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
    ],
});

import { Component } from "@odoo/owl";

/**
 * A name that opens its record; plain text where there is no record to open.
 * The address stands in the link, so "open in a new tab" works as on any link.
 */
export class RecordLink extends Component {
    static template = "lot_genealogy.RecordLink";
    static props = {
        model: { type: [String, { value: null }], optional: true },
        id: { type: [Number, { value: null }], optional: true },
        label: { type: String },
        class: { type: String, optional: true },
        tabindex: { type: String, optional: true },
    };

    get canOpen() {
        return Boolean(this.props.model && this.props.id);
    }

    get href() {
        return `/odoo/${this.props.model}/${this.props.id}`;
    }

    onClick(isMiddleClick) {
        this.env.openRecord(this.props.model, this.props.id, isMiddleClick);
    }
}

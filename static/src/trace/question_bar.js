import { _t } from "@web/core/l10n/translation";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { useBus, useChildRef, useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";
import { describeError } from "./errors";
import { DIRECTIONS, ITEM_TYPES, itemKey } from "./question";
import { SearchBox } from "./search_box";

const SHOWN_ITEMS = 30;

/** What is asked: items, direction, options. The answer is the parent's. */
export class QuestionBar extends Component {
    static template = "lot_genealogy.QuestionBar";
    static components = { DateTimeInput, SearchBox };
    static props = {
        items: Array,
        direction: String,
        conservative: Boolean,
        loading: Boolean,
        onChange: Function,
        onAsk: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.directions = DIRECTIONS;
        this.inputRef = useChildRef();
        this.state = useState({ nothingFor: "", unpicked: "", error: "" });
        this.sources = [{ options: (text) => this.search(text), optionSlot: "item" }];
        // a scanner also works while the box does not have the focus
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.onScanned(detail.barcode)
        );
    }

    /** A recall can start from thousands of lots: the first stand for them. */
    get shownItems() {
        return this.props.items.slice(0, SHOWN_ITEMS);
    }

    get placeholder() {
        return _t("Lot, product, order, delivery, supplier, or scan a code");
    }

    typeOf(item) {
        return ITEM_TYPES[item.type] || { label: item.type, icon: "fa-question" };
    }

    nameOf(item) {
        return item.name || this.typeOf(item).label.toString();
    }

    /** Options for the box. Never rejects: what went wrong is said under the box. */
    async search(text) {
        this.clearMessages();
        if (!text) {
            return [];
        }
        const items = await this.find(text);
        if (!items.length && !this.state.error) {
            return [{ label: _t("Nothing found for “%s”", text), cssClass: "text-muted" }];
        }
        return items.map((item) => ({
            label: item.name,
            data: {
                ...item,
                icon: this.typeOf(item).icon,
                typeLabel: this.typeOf(item).label,
                isExact: this.isExact(item, text),
            },
            onSelect: () => this.add(item),
        }));
    }

    async find(text) {
        try {
            return await this.orm.call("lot.trace", "search_items", [text]);
        } catch (error) {
            this.state.error = describeError(error);
            return [];
        }
    }

    async onScanned(code) {
        this.clearMessages();
        const items = await this.find(code);
        if (items.length === 1 || (items.length && this.isExact(items[0], code))) {
            this.add(items[0]);
        } else if (items.length) {
            // of several a person chooses: as if it had been typed
            this.inputRef.el.value = code;
            this.inputRef.el.focus();
            this.inputRef.el.dispatchEvent(new InputEvent("input", { bubbles: true }));
        } else if (!this.state.error) {
            this.onNothing(code);
        }
    }

    isExact(item, text) {
        return item.name.toLowerCase() === text.toLowerCase();
    }

    onNothing(text) {
        if (!this.state.error) {
            this.state.nothingFor = text;
        }
    }

    onEnterEmpty() {
        if (this.props.items.length) {
            this.props.onAsk();
        }
    }

    /** A code that was typed but not picked must not be thought asked. */
    onAskClick() {
        const text = this.inputRef.el?.value.trim();
        this.clearMessages();
        if (text) {
            this.state.unpicked = text;
            this.inputRef.el.select();
        } else {
            this.props.onAsk();
        }
    }

    clearMessages() {
        Object.assign(this.state, { nothingFor: "", unpicked: "", error: "" });
    }

    add(item) {
        this.clearMessages();
        if (!this.props.items.some((other) => itemKey(other) === itemKey(item))) {
            this.props.onChange({ items: [...this.props.items, { ...item }] });
        }
    }

    remove(item) {
        this.props.onChange({ items: this.props.items.filter((other) => other !== item) });
    }

    removeAll() {
        this.props.onChange({ items: [] });
    }

    dateOf(item, key) {
        return item[key] ? deserializeDate(item[key]) : false;
    }

    setDate(item, key, value) {
        const changed = { ...item, [key]: value ? serializeDate(value) : null };
        this.props.onChange({
            items: this.props.items.map((other) => (other === item ? changed : other)),
        });
    }
}

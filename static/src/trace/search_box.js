import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";

/**
 * The one box of the question: Odoo's autocomplete, made safe for scanners, which type
 * fast and end with Enter before anybody has seen the list. Then Enter picks the only
 * match or the exact one; of several others a person chooses. Where nothing matches it
 * says so and selects the text, so that the next scan replaces it. Enter in the empty
 * box asks the question.
 */
export class SearchBox extends AutoComplete {
    static props = {
        ...AutoComplete.props,
        onNothing: { type: Function },
        onEnterEmpty: { type: Function },
    };

    async onInputKeydown(ev) {
        const wasSeen = this.isOpened && this.activeOption && !this.loadingPromise;
        if (getActiveHotkey(ev) !== "enter" || wasSeen) {
            return super.onInputKeydown(ev);
        }
        ev.preventDefault();
        ev.stopPropagation();
        const text = this.inputRef.el.value.trim();
        if (!text) {
            return this.props.onEnterEmpty();
        }
        await (this.loadingPromise || this.open(true));
        const options = this.sources[0].options.filter((option) => !option.unselectable);
        if (!options.length) {
            this.close();
            this.inputRef.el.select();
            this.props.onNothing(text);
        } else if (options.length === 1 || options[0].data.isExact) {
            this.selectOption(options[0]);
        }
    }
}

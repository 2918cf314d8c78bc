import { Component } from "@odoo/owl";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ScanBox } from "./scan_box";

/** The scan box in the form of a transfer or an order: the server enters what was scanned. */
export class ScanWidget extends Component {
    static template = "lot_genealogy.ScanWidget";
    static components = { ScanBox };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
    }

    async scan(code, lineId) {
        const { record } = this.props;
        if (!(await record.save())) {
            return null; // the form shows what is missing
        }
        const answer = await this.orm.call(record.resModel, "scan_code", [
            [record.resId],
            code,
            lineId,
        ]);
        await record.load();
        return answer;
    }
}

/** In the form of a lot it fills the form, and the person saves it. */
export class LotScanWidget extends ScanWidget {
    async scan(code) {
        const { record } = this.props;
        const answer = await this.orm.call("stock.lot", "scan_code", [
            code,
            record.resId || false,
            record.data.product_id?.id || false,
        ]);
        const values = {};
        for (const [name, value] of Object.entries(answer.values)) {
            if (name in record.activeFields) {
                values[name] = this.parse(record.fields[name].type, value);
            }
        }
        await record.update(values);
        return answer;
    }

    parse(type, value) {
        return { date: deserializeDate, datetime: deserializeDateTime }[type]?.(value) ?? value;
    }
}

registry.category("view_widgets").add("lot_scan", { component: ScanWidget });
registry.category("view_widgets").add("lot_scan_lot", { component: LotScanWidget });

import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";
import { useService } from "@web/core/utils/hooks";
import { ScanBox } from "./scan_box";

/** Operation types whose transfers take scans. */
const SCANNED = ["incoming", "outgoing", "internal"];

/** The detailed operations of a transfer, with the scan box above them. */
export class ScanListController extends ListController {
    static template = "lot_genealogy.ScanList";
    static components = { ...ListController.components, ScanBox };

    setup() {
        super.setup();
        this.scanOrm = useService("orm");
    }

    get canScan() {
        const { picking_code, create } = this.props.context;
        return SCANNED.includes(picking_code) && create;
    }

    async scan(code, lineId) {
        if (!(await this.model.root.leaveEditMode())) {
            return null; // the list shows what is missing
        }
        const answer = await this.scanOrm.call("stock.picking", "scan_code", [
            [this.props.context.default_picking_id],
            code,
            lineId,
        ]);
        await this.model.root.load();
        return answer;
    }
}

registry.category("views").add("lot_scan_list", { ...listView, Controller: ScanListController });

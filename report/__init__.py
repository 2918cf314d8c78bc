from . import ir_actions_report
from . import lot_trace_report
from . import lot_paper_report
from . import papers

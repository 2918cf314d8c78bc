# One file a paper: to add one, write it, name it here, and add a record `lot.paper.type`.
from . import (
    bfr_foodchain_lab,
    eu_178_2002,
    eu_931_2011,
    eu_recipients,
    fda_recall_information,
    fda_recall_submission,
    fda_status_report,
    fsma_204,
    nvwa,
    recall_dossier,
    recall_drill,
    recall_lists,
    recall_register,
)

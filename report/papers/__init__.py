from . import bfr_foodchain_lab, eu_178_2002, eu_931_2011, eu_recipients, fsma_204, nvwa

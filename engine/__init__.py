"""The genealogy engine: plain Python and SQL text, imports no Odoo."""

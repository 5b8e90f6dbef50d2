"""Letters and short messages in Russian: kinds, words, charts, tables, papers.

The only importer of jinja2, css_inline, matplotlib, xlsxwriter, typst and segno.

Belongs here: how facts become a subject, a text and HTML, or a text of a few lines.
Does not belong here: which facts are told, to whom and when.
"""

KINDS = (
    "answer_reply",
    "birthday",
    "debt_lifted",
    "debt_soft",
    "debt_statement",
    "debt_stop",
    "debt_warning",
    "digest/accountant",
    "digest/head",
    "digest/manager",
    "digest/owner",
    "digest/warehouse",
    "invoice",
    "invoice_unpaid",
    "order_ready",
    "payments_due",
    "shipped",
    "shipping_moved",
    "shipping_today",
    "thanks_review",
    "visit_booked",
    "visit_cancelled",
    "visit_eve",
    "visit_soon",
    "welcome",
)
"""A kind is a folder of `templates/` with a subject, a text and an HTML body; one for clients may have texts for other channels."""

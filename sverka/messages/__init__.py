"""Letters and short messages in Russian: kinds, words, charts, tables; the only importer of jinja2, css_inline, matplotlib, xlsxwriter.

Belongs here: how facts become a subject, a text and HTML, or a text of a few lines.
Does not belong here: which facts are told, to whom and when.
"""

KINDS = (
    "answer_reply",
    "birthday",
    "digest/accountant",
    "digest/head",
    "digest/manager",
    "digest/owner",
    "digest/warehouse",
    "order_ready",
    "thanks_review",
    "visit_booked",
    "visit_cancelled",
    "visit_eve",
    "visit_soon",
    "welcome",
)
"""A kind is a folder of `templates/` with a subject, a text and an HTML body; one for clients may have texts for other channels."""

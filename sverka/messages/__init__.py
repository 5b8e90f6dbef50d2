"""Letters in Russian for people: kinds, words, rendering, charts, tables; the only importer of jinja2, css_inline, matplotlib, xlsxwriter.

Belongs here: how facts become a subject, a text and HTML. Does not belong here: which facts are told, to whom and when.
"""

KINDS = (
    "answer_reply",
    "digest/accountant",
    "digest/head",
    "digest/manager",
    "digest/owner",
    "digest/warehouse",
    "order_ready",
)
"""A kind is a folder of `templates/` with a subject, a text and an HTML body."""

"""Letters in Russian for people: kinds, words, rendering; the only importer of jinja2 and css_inline.

Belongs here: how facts become a subject, a text and HTML. Does not belong here: which facts are told, to whom and when.
"""

KINDS = ("digest/manager", "digest/owner", "order_ready")
"""A kind is a folder of `templates/` with a subject, a text and an HTML body."""

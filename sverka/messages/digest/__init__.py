"""The sentences of the daily letters: facts in, Russian out; text and HTML share them, so that both say the same.

Belongs here: wording that needs plurals or a choice. Does not belong here: headings and layout, which are the templates', and
mark-up: what comes out is plain text, escaped where it is printed.
"""

PARTS = ("done", "goods", "head", "headlines", "money", "phrase", "questions", "sales", "state", "talked", "work")

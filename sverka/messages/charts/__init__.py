"""The pictures of the letters: facts become a chart in words and numbers, which is drawn when the letter is sent.

Belongs here: which numbers are shown, and how they are drawn. Does not belong here: which letter has them when (`sverka.messages.render`).
"""

CHARTS = ("ages", "sources", "weeks")
"""A chart is a module with `chart(letter)`, which returns None where there is nothing worth a picture."""

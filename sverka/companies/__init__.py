"""Companies' YAML files: read with their line numbers, checked as a whole, turned into a policy.

Belongs here: the shape of the file, what its parts mean to each other, every sentence about a mistake in it.
Does not belong here: values of secrets (a file holds names of variables; `sverka.settings` reads them) and what the systems really have.
"""

"""`sverka check`: whether what a company's file and the environment name really is there. Only reads, unless told to make fields.

Belongs here: what is looked at, and the sentence that is enough to mend what is wrong. Does not belong here: the mending itself.
"""

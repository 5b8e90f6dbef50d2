"""The rules of the CRM's objects: their fields, stages, stamps, product rows, phones and custom fields.

Does not belong here: the shape of any method's parameters or answer.
"""

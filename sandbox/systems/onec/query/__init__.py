"""What a request asks of rows: conditions, columns, order, and the virtual tables of registers.

Does not belong here: where rows come from (`laws.sources`), and how an answer is written (`wire`).
"""

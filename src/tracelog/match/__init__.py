"""How text is spelled: record shapes from Lark grammars, run as regular expressions, explained by Lark.

The only stage that imports Lark, and only when a grammar is new or a record has to be explained.
"""

"""What must hold after a rehearsal, each rule a pure function over loaded rows. None repairs anything.

A finding is one thing that is wrong: a line of text that names where and what.
"""

"""Pure rules of the contest: no Django, no I/O, no clock, no global random."""

"""Demo content: a contest open at whatever hour, sign-ins for each kind of person, synthetic results."""

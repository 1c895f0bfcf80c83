"""Which results count: all but those of attempts that are voided now. One condition, for every projection."""

# `r` is the result's row; `ResultQuerySet.counted` says the same to the ORM.
COUNTED = "NOT EXISTS (SELECT 1 FROM results_voidedattempt AS v WHERE v.attempt_id = r.attempt_id AND v.is_in_force)"

"""Who stands where: best results, ranks, ticks."""

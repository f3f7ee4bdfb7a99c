sample-identical = Identical: the record draws the same sample again.
sample-differs = DIFFERENT: the record does not follow from its frame, design and seed.

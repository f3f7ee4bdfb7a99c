estimate-nothing-asked = Ask for a figure: --mean, --share, --total, --ratio or --quantile.
estimate-misspelt = Cannot read “{ $text }”; write it like { $option } '{ $example }'.
estimate-snapshot-design = A snapshot declares its own design; leave --weight, --strata, --psu, --fpc, --nest and --pps out.
estimate-refused = { $where }: { $detail }. { $remedy }.

estimate-nothing-asked = Hãy nêu chỉ số cần ước lượng: --mean, --share, --total, --ratio hoặc --quantile.
estimate-misspelt = Không đọc được “{ $text }”; hãy viết theo mẫu { $option } '{ $example }'.
estimate-snapshot-design = Bản chụp dữ liệu đã khai báo thiết kế mẫu; hãy bỏ --weight, --strata, --psu, --fpc, --nest và --pps.
estimate-refused = { $where }: { $detail }. { $remedy }.

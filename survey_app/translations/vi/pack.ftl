pack-changed = Gói dữ liệu { $name } đã được nạp với nội dung khác. Hãy đặt tên mới cho gói đã sửa (pack.yaml, trường name).
pack-questionnaire-changed = Phiếu { $code } phiên bản { $version } đã có với nội dung khác. Hãy tăng số phiên bản.

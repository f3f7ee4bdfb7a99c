sample-identical = Trùng khớp: rút lại từ hồ sơ cho đúng mẫu này.
sample-differs = KHÁC NHAU: mẫu trong hồ sơ không suy ra được từ dàn mẫu, thiết kế và số khởi đầu.

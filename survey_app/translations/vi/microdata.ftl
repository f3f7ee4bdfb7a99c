microdata = Dữ liệu từng phiếu (CSV, Parquet, SPSS, R, DDI)
microdata-hint = Mỗi lần tải được ghi vào nhật ký. Dữ liệu không có tên, địa chỉ, thời điểm trả lời hay câu viết tự do.
microdata-stratum = Tầng của mẫu
microdata-psu = Đơn vị mẫu cấp một
microdata-weight = Trọng số
microdata-domain = Đơn vị báo cáo
microdata-unit = Địa bàn
microdata-level = Đơn vị hành chính cấp trên
microdata-answered = 1: có trả lời; 0: địa bàn được chọn nhưng không ai trả lời
microdata-sampling = Mẫu ngẫu nhiên phân tầng nhiều giai đoạn; hồ sơ rút mẫu kiểm tra được bằng lệnh survey sample verify.
microdata-readme = { $title } { $mark }

    answers.csv, answers.parquet, answers.sav: mỗi dòng một người trả lời (answered = 1) hoặc một địa bàn
    được chọn mà không ai trả lời (answered = 0, trọng số 0). figures.R tính lại các tỷ lệ chính bằng gói
    survey của R và báo lỗi nếu lệch. codebook.xml: mô tả theo DDI-Codebook 2.5.

    Không tìm cách nhận ra người trả lời.
results-not-interview = Chỉ đợt phỏng vấn có số liệu đã tính mới có dữ liệu từng phiếu.

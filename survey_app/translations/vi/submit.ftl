answer-invalid = { $count } câu trả lời chưa hợp lệ. Chưa có gì được lưu.
answer-not-taken = Đợt khảo sát này không nhận câu trả lời ở nơi này vào ngày này. Hãy kiểm tra thời gian và địa điểm của đợt.

code-already-revoked = Mã { $code } đã bị thu hồi. Hãy xem danh sách mã đang dùng rồi chọn lại.
code-not-issued = Chưa cấp được mã mới cho điểm { $point }. Hãy thử lại.
code-no-points = Chưa có điểm phục vụ nào được cấp mã. Hãy cấp mã trước: survey qr issue.

# Mã dùng một lần
codes-used = Mã này đã được dùng cho một phiếu khác.
codes-made-before = Đợt mã này đã được tạo và tệp đã được đưa một lần; hệ thống không giữ mã nên không đưa lại được. Nếu tệp bị mất, hãy thu hồi đợt đó, tải lại trang rồi tạo đợt mới.
codes-campaign-over = Đợt khảo sát đã kết thúc, không tạo thêm mã được.
codes-wrong-count = Số mã từ { $least } đến { NUMBER($most, useGrouping: 0) }: ít hơn thì biết được ai đã trả lời.
codes-wrong-expires-on = Ngày cuối phải từ hôm nay đến ngày kết thúc của đợt khảo sát.

citizen-one-time-unknown-title = Không tìm thấy mã này
citizen-one-time-unknown = Hãy xem lại từng ký tự trên phiếu mã. Nếu vẫn không được, quét mã QR trên áp phích tại quầy, hoặc nhập mã trên áp phích vào ô dưới đây.
citizen-one-time-used-title = Mã này đã dùng rồi
citizen-one-time-used = Mỗi mã chỉ gửi được một phiếu, và đã có một phiếu gửi bằng mã này. Nếu phiếu đó không phải của ông/bà, xin dùng phiếu chung của quầy.
citizen-one-time-expired-title = Mã này đã hết hạn
citizen-one-time-expired = Mã dùng được đến hết ngày { $day }. Ông/bà vẫn có thể góp ý bằng phiếu chung của quầy.
citizen-one-time-withdrawn-title = Mã này đã được thu hồi
citizen-one-time-withdrawn = Mã này không dùng nữa. Ông/bà vẫn có thể góp ý bằng phiếu chung của quầy.
codes-counter-form = Mở phiếu chung của quầy

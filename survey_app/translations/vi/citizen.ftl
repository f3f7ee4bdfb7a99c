citizen-level-1 = Rất không hài lòng
citizen-level-2 = Không hài lòng
citizen-level-3 = Bình thường
citizen-level-4 = Hài lòng
citizen-level-5 = Rất hài lòng
citizen-no-opinion = Không rõ, không gặp
citizen-yes = Có
citizen-no = Không
citizen-required = (cần trả lời)
citizen-send = Gửi ý kiến
citizen-more = Ông/bà có thể gửi ngay. Nếu có thêm một phút, xin trả lời { $count } câu dưới đây; câu nào cũng có thể bỏ qua.
citizen-not-sent = Phiếu chưa gửi được
citizen-opened-too-long = Phiếu đã mở quá lâu. Những gì ông/bà chọn vẫn còn nguyên: chỉ cần bấm “Gửi ý kiến” một lần nữa.
citizen-simulated = Đây là đợt chạy thử với dữ liệu mô phỏng, không phải khảo sát thật.

citizen-privacy-title = Phiếu này giữ lại những gì?
citizen-privacy-kept = Giữ lại: các câu trả lời, điểm phục vụ, ngày gửi (không có giờ), ngôn ngữ của phiếu.
citizen-privacy-not-kept = Không giữ lại: họ tên, số điện thoại, địa chỉ mạng, loại điện thoại, vị trí. Trang này không dùng cookie.
citizen-privacy-use = Câu trả lời chỉ dùng để đo mức độ hài lòng và cải thiện việc phục vụ. Lời góp ý không được công bố khi chưa có người đọc và bỏ thông tin cá nhân.
citizen-privacy-choice = Trả lời hay không là quyền của ông/bà. Vì không biết phiếu nào là của ai, phiếu đã gửi không thể tìm lại để sửa hoặc xóa.

citizen-unknown-title = Không tìm thấy phiếu
citizen-unknown = Mã này không đúng. Hãy quét lại mã QR, hoặc nhập lại mã in dưới hình QR.
citizen-revoked-title = Mã này không còn dùng
citizen-revoked = Tờ áp phích đã được thay bằng mã mới. Hãy quét mã trên tờ áp phích đang treo tại quầy, hoặc hỏi cán bộ tại quầy.
citizen-no-campaign-title = Chưa có đợt khảo sát
citizen-no-campaign = Điểm phục vụ này chưa mở đợt lấy ý kiến nào. Xin ông/bà quay lại sau.
citizen-not-yet-title = Chưa đến ngày mở phiếu
citizen-not-yet = Đợt lấy ý kiến tại đây mở từ ngày { $day }. Xin ông/bà quay lại từ ngày đó.
citizen-closed-title = Đợt lấy ý kiến đã kết thúc
citizen-closed = Đợt lấy ý kiến tại đây đã kết thúc ngày { $day }. Cảm ơn ông/bà đã quan tâm.

citizen-front-title = Ý kiến của người dân về việc phục vụ
citizen-front-what = Nơi ông/bà đánh giá lần làm việc tại Bộ phận Một cửa hoặc bệnh viện, trong khoảng một phút, không cần đăng nhập.
citizen-front-how = Hãy quét mã QR trên áp phích tại quầy. Nếu không quét được, nhập mã in dưới hình QR vào ô sau.
citizen-front-staff = Cán bộ đăng nhập
citizen-code-label = Mã trên áp phích
citizen-code-hint = 8 ký tự, ví dụ 7K3M-2QXC. Viết hoa hay thường, có gạch nối hay không đều được.
citizen-code-open = Mở phiếu
citizen-code-not-found = Chưa mở được phiếu
citizen-code-wrong = Mã chưa đúng. Hãy xem lại từng ký tự trên áp phích.

citizen-thanks-title = Đã nhận được ý kiến. Xin cảm ơn!
citizen-thanks-received = Phiếu đã được lưu. Nếu lỡ bấm gửi nhiều lần, phiếu vẫn chỉ tính một lần.
citizen-thanks-next = Ý kiến được gộp với ý kiến của nhiều người khác để biết nơi nào cần phục vụ tốt hơn.
citizen-thanks-close = Ông/bà có thể đóng trang này.

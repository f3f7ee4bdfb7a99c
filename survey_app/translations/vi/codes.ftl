code-already-revoked = Mã { $code } đã bị thu hồi. Hãy xem danh sách mã đang dùng rồi chọn lại.
code-not-issued = Chưa cấp được mã mới cho điểm { $point }. Hãy thử lại.
code-no-points = Chưa có điểm phục vụ nào được cấp mã. Hãy cấp mã trước: survey qr issue.

cli-no-database = Không kết nối được cơ sở dữ liệu. Hãy kiểm tra DATABASE_URL.
cli-offer-demo = Cơ sở dữ liệu chưa có đợt khảo sát nào. Nạp một đợt mô phỏng để xem thử?
cli-citizen-form = Trang của người dân:  { $url }
cli-staff-desk = Bàn làm việc:         { $url }
cli-results = Kết quả:              { $url }
cli-first-administrator = Quản trị viên đầu tiên: { $user }, mật khẩu dùng một lần: { $password }
cli-demo-hint = Chưa có đợt khảo sát nào. Để xem thử với dữ liệu mô phỏng: make run DEMO=1
cli-users = Tài khoản cán bộ
cli-campaigns = Đợt khảo sát
cli-place-form = Ghi tên gói và mã, ví dụ laocai-2021:082
cli-one-time-password = { $user }: mật khẩu dùng một lần { $password } (chỉ hiện một lần; chủ tài khoản phải đổi khi đăng nhập lần đầu)
cli-sample-plan = Phương án { $areas } địa bàn
cli-sample-drawn = Đã rút { $areas } địa bàn và { $persons } hộ. Mã băm của kết quả: { $digest }
cli-port-taken = Không mở được { $host }:{ $port }: một chương trình khác đang dùng. Hãy chọn PORT khác.
cli-progress = Tỷ lệ kết quả tiếp cận, còn { $left } ngày

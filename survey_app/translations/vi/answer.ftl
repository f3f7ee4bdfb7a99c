answer-required = Hãy chọn một câu trả lời.
answer-one-only = Chỉ chọn một câu trả lời.
answer-not-offered = Hãy chọn một trong các câu trả lời có sẵn.
answer-number = Hãy nhập một số từ { $minimum } đến { $maximum }.
answer-too-long = Hãy viết ngắn hơn, nhiều nhất { $maximum } ký tự.

code-already-revoked = The code { $code } was revoked. Look at the list of codes in use and choose again.
code-not-issued = No new code could be given to the point { $point }. Try again.
code-no-points = No service point has a code yet. Issue codes first: survey qr issue.

# One-time codes
codes-used = Another answer has used this code.
codes-made-before = This batch was made and its file handed out once; the codes are not kept, so it cannot be handed out again. If the file is lost, withdraw that batch, reload the page and make a new one.
codes-campaign-over = The campaign is over; no more codes can be made for it.
codes-wrong-count = Between { $least } and { NUMBER($most, useGrouping: 0) } codes: with fewer it could be told who answered.
codes-wrong-expires-on = The last day lies between today and the campaign's last day.

citizen-one-time-unknown-title = This code was not found
citizen-one-time-unknown = Check every character on the slip. If that does not help, scan the QR code on the poster at the counter, or type the poster's code below.
citizen-one-time-used-title = This code has been used
citizen-one-time-used = Each code sends one answer, and one was sent with this code. If it was not yours, please use the counter's general form.
citizen-one-time-expired-title = This code has expired
citizen-one-time-expired = The code was valid until { $day }. You can still answer with the counter's general form.
citizen-one-time-withdrawn-title = This code was withdrawn
citizen-one-time-withdrawn = This code is no longer in use. You can still answer with the counter's general form.
codes-counter-form = Open the counter's general form

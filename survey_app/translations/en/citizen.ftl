citizen-level-1 = Very dissatisfied
citizen-level-2 = Dissatisfied
citizen-level-3 = Neither
citizen-level-4 = Satisfied
citizen-level-5 = Very satisfied
citizen-no-opinion = Don’t know, not for me
citizen-yes = Yes
citizen-no = No
citizen-required = (needs an answer)
citizen-send = Send my answer
citizen-more = You may send it now. If you have one more minute, please answer the { $count } questions below; any of them may be skipped.
citizen-not-sent = Not sent yet
citizen-opened-too-long = The form was open for too long. Everything you chose is still here: just press “Send my answer” once more.
citizen-simulated = This is a trial run with simulated data, not a real survey.

citizen-privacy-title = What does this form keep?
citizen-privacy-kept = Kept: your answers, the service point, the day you sent them (no hour), the language of the form.
citizen-privacy-not-kept = Not kept: name, telephone number, network address, kind of telephone, location. This page uses no cookies.
citizen-privacy-use = Answers are used only to measure satisfaction and to improve the service. No comment is published before somebody has read it and taken personal details out.
citizen-privacy-choice = Answering is your own choice. As nobody knows which form is whose, a form that was sent cannot be found again to change or remove it.

citizen-unknown-title = No form found
citizen-unknown = This code is not right. Scan the QR code again, or type again the code printed under it.
citizen-revoked-title = This code is no longer used
citizen-revoked = The poster was replaced by one with a new code. Scan the poster that hangs at the counter now, or ask the staff there.
citizen-no-campaign-title = No survey here yet
citizen-no-campaign = This service point has not opened a survey yet. Please come back later.
citizen-not-yet-title = The survey has not begun
citizen-not-yet = The survey here opens on { $day }. Please come back from that day on.
citizen-closed-title = The survey has ended
citizen-closed = The survey here ended on { $day }. Thank you for your interest.

citizen-front-title = Citizens' views of public service
citizen-front-what = Here you rate your visit to a one-stop shop or a hospital, in about a minute, without signing in.
citizen-front-how = Scan the QR code on the poster at the counter. If you cannot scan it, type the code printed under it here.
citizen-front-staff = Staff sign-in
citizen-code-label = Code on the poster
citizen-code-hint = 8 characters, such as 7K3M-2QXC. Capitals or not, hyphen or not: all the same.
citizen-code-open = Open the form
citizen-code-not-found = The form could not be opened
citizen-code-wrong = The code is not right. Check each character on the poster.

citizen-thanks-title = Your answer was received. Thank you!
citizen-thanks-received = It is stored. If you pressed send more than once, it still counts once.
citizen-thanks-next = It is added to the answers of many others, to see where the service must get better.
citizen-thanks-close = You may close this page.

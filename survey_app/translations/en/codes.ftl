code-already-revoked = The code { $code } was revoked. Look at the list of codes in use and choose again.
code-not-issued = No new code could be given to the point { $point }. Try again.
code-no-points = No service point has a code yet. Issue codes first: survey qr issue.

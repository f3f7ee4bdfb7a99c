answer-required = Choose an answer.
answer-one-only = Choose one answer only.
answer-not-offered = Choose one of the answers offered.
answer-number = Enter a number from { $minimum } to { $maximum }.
answer-too-long = Write less: { $maximum } characters at most.

answer-invalid = { $count } answers are not valid. Nothing was stored.
answer-not-taken = This campaign takes no answers at this place on this day. Check the campaign's period and places.

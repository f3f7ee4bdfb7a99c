"""The rules of the survey, free of database and web."""

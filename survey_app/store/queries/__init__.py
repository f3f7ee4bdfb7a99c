"""Questions put to the database, named by what they answer."""

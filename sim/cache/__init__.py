"""What is kept in the user's cache folder."""

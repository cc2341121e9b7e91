"""What people read: texts and dates, names for ids, changes in words."""

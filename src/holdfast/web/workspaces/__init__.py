"""Who may enter: keys today, members and roles when there are pages."""

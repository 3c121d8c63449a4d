"""Questions in SQL, over stable views."""

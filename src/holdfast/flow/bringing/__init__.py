"""Files and mended rejects brought in."""

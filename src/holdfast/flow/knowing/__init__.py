"""What is declared and known: settings, records, names of segments, rows that Holdfast writes."""

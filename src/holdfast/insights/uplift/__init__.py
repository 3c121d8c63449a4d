"""Whether an effort helped, against accounts held out at random: holding out, planning, reading."""

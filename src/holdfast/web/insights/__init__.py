"""Pages of what was learnt: report cards, what goes with staying, what was tried and whether it helped."""

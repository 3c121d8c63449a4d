"""What new accounts do early that goes with staying, held against chance and against decoys."""

"""Notes that members write about customers, and letters to those whom they name."""

"""National inventories: facility reports and national statistics rolled up, accepted, published."""

"""Read to me 念给人听: recorded voices for each page, in each of the tongues of a market (paper 5.2-3 分级帮扶)."""

//! Pure licensing rules: products, usage locations and what an assignment may do.

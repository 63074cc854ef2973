//! The C ABI: sessions, jobs, handles, and panics stopped at the border.

//! The embedded tenant: a Graph-compatible service over one SQLite file.

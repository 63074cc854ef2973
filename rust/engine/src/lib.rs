//! What a command means: requests built, names resolved, writes checked before they are sent.

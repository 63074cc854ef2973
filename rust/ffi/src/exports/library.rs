//! Functions about the library itself.

use crate::bytes::MglBuf;
use crate::guard::guard;
use crate::status::MGL_ABI_VERSION;

/// The version that is built in: another one where a test asked for it when building, so that it can be
/// shown how a caller refuses a library that isn't its own.
const BUILT_ABI_VERSION: u32 = match option_env!("MGLICENSE_BUILD_ABI_VERSION") {
    Some(text) => number(text),
    None => MGL_ABI_VERSION,
};

const fn number(text: &str) -> u32 {
    let digits = text.as_bytes();
    let (mut value, mut at) = (0, 0);
    while at < digits.len() {
        assert!(
            digits[at].is_ascii_digit(),
            "MGLICENSE_BUILD_ABI_VERSION must be a number"
        );
        value = value * 10 + (digits[at] - b'0') as u32;
        at += 1;
    }
    value
}

/// The version of the interface the library was built with. Compare it with MGL_ABI_VERSION before any
/// other call. 0 after a fault inside the library.
#[unsafe(no_mangle)]
pub extern "C" fn mgl_abi_version() -> u32 {
    guard("mgl_abi_version", 0, || BUILT_ABI_VERSION)
}

/// The library's version as text, such as "0.1.0". Free it with mgl_buf_free.
#[unsafe(no_mangle)]
pub extern "C" fn mgl_version() -> MglBuf {
    guard("mgl_version", MglBuf::EMPTY, || {
        MglBuf::give(env!("CARGO_PKG_VERSION").as_bytes().to_vec())
    })
}

/// Frees an output buffer. An empty buffer is left alone. Each buffer is freed once.
///
/// # Safety
/// `buffer` must be as a function of this library gave it, and not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_buf_free(buffer: MglBuf) {
    guard("mgl_buf_free", (), || {
        // SAFETY: the caller vouches that the buffer is ours and whole.
        drop(unsafe { buffer.take() });
    });
}

//! Bytes across the border: borrowed on the way in, owned by the caller on the way out.

use bytes::Bytes;
use mglicense_engine::{Event, Failure};

use crate::status::{MGL_INVALID_ARGUMENT, MGL_NOT_UTF8};

/// Bytes that belong to the caller. A NULL `ptr` with a `len` of 0 is no bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MglBytes {
    /// Where the bytes begin.
    pub ptr: *const u8,
    /// How many there are.
    pub len: usize,
}

/// Bytes that now belong to the caller, who frees them with `mgl_buf_free`.
#[repr(C)]
pub struct MglBuf {
    /// Where the bytes begin; NULL for none.
    pub ptr: *mut u8,
    /// How many there are.
    pub len: usize,
    /// For `mgl_buf_free` alone.
    pub cap: usize,
}

/// One event of a job. Free `data` with `mgl_buf_free`.
#[repr(C)]
pub struct MglEvent {
    /// One of the `MGL_EVENT_` numbers; 0 when there is no event.
    pub kind: u32,
    /// The id of a question, for `mgl_job_reply`; 0 otherwise.
    pub id: u64,
    /// JSON or text, as the kind says.
    pub data: MglBuf,
}

impl MglBytes {
    /// The bytes, for the length of the call that brought them.
    ///
    /// # Safety
    /// Unless `ptr` is null, it must be readable for `len` bytes, which nobody changes meanwhile.
    pub(crate) unsafe fn borrow<'a>(self) -> Result<&'a [u8], i32> {
        if self.ptr.is_null() {
            return if self.len == 0 {
                Ok(&[])
            } else {
                Err(MGL_INVALID_ARGUMENT)
            };
        }
        if isize::try_from(self.len).is_err() {
            return Err(MGL_INVALID_ARGUMENT);
        }
        // SAFETY: the pointer is not null and the length fits; the caller vouches for the rest.
        Ok(unsafe { std::slice::from_raw_parts(self.ptr, self.len) })
    }

    /// The bytes as text, for the length of the call that brought them.
    ///
    /// # Safety
    /// As [`MglBytes::borrow`].
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, i32> {
        // SAFETY: passed on from this function's own contract.
        let bytes = unsafe { self.borrow() }?;
        std::str::from_utf8(bytes).map_err(|_| MGL_NOT_UTF8)
    }
}

impl MglBuf {
    /// No bytes.
    pub(crate) const EMPTY: Self = Self {
        ptr: std::ptr::null_mut(),
        len: 0,
        cap: 0,
    };

    /// Gives bytes to the caller.
    pub(crate) fn give(bytes: Vec<u8>) -> Self {
        if bytes.is_empty() {
            return Self::EMPTY;
        }
        let mut bytes = std::mem::ManuallyDrop::new(bytes);
        Self {
            ptr: bytes.as_mut_ptr(),
            len: bytes.len(),
            cap: bytes.capacity(),
        }
    }

    /// Takes bytes back from the caller.
    ///
    /// # Safety
    /// The buffer must come from [`MglBuf::give`] and be taken back once.
    pub(crate) unsafe fn take(self) -> Vec<u8> {
        if self.ptr.is_null() {
            return Vec::new();
        }
        // SAFETY: pointer, length and capacity are those of the vector that `give` let go of.
        unsafe { Vec::from_raw_parts(self.ptr, self.len, self.cap) }
    }
}

impl MglEvent {
    /// No event.
    pub(crate) const EMPTY: Self = Self {
        kind: 0,
        id: 0,
        data: MglBuf::EMPTY,
    };

    /// Gives an event to the caller.
    pub(crate) fn give(event: Event) -> Self {
        Self {
            kind: event.kind as u32,
            id: event.id,
            data: MglBuf::give(Vec::from(event.data)),
        }
    }
}

/// Writes to an output, if there is one.
///
/// # Safety
/// Unless `out` is null, it must be writable and aligned for a `T`.
pub(crate) unsafe fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null, and the caller vouches that it is writable; what it holds is never dropped,
        // because an output is plain data that may never have been initialised.
        unsafe { out.write(value) };
    }
}

/// Writes a failure to an error output, if there is one.
///
/// # Safety
/// As [`put`].
pub(crate) unsafe fn put_failure(out: *mut MglBuf, failure: &Failure) {
    if !out.is_null() {
        // SAFETY: passed on from this function's own contract.
        unsafe { put(out, MglBuf::give(failure.to_json())) };
    }
}

/// A copy of the caller's bytes.
///
/// # Safety
/// As [`MglBytes::borrow`].
pub(crate) unsafe fn copied(bytes: MglBytes) -> Result<Bytes, i32> {
    // SAFETY: passed on from this function's own contract.
    unsafe { bytes.borrow() }.map(Bytes::copy_from_slice)
}

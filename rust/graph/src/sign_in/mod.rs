//! Signing in: how a session gets the tokens its requests carry, and keeps getting them.
//!
//! A [`TokenSource`] is one way to sign in. The authentication layer asks it for a token before each request
//! and again, naming the token, when the service has refused one. What a sign-in needs of a person or of the
//! platform (a code typed elsewhere, a signature by a key that can't be exported) it asks of the [`Caller`]
//! that the running command has put in place.

mod answer;
mod app;
mod assertion;
mod authority;
mod caller;
mod claims;
mod error;
mod fixed;
mod keeper;
mod line;
mod loopback;
mod managed;
mod meaning;
mod person;
mod pkce;
mod refusal;
mod secret;
mod token;
mod way;
mod web;

pub use caller::{Caller, Prompt, SignRefused, caller, tell, with_caller};
pub use error::{SignInError, SignInErrorKind};
pub use fixed::FixedToken;
pub use secret::Secret;
pub use token::{AccessToken, SignedIn, TokenAsk, TokenSource};
pub use way::{CertificateOptions, MICROSOFT_CLIENT_ID, Surroundings, Way};
pub use web::{Web, WebRequest, WebResponse};

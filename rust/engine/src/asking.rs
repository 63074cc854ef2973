//! A job as the layers below see it: what they say becomes events, what they ask becomes questions.

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mglicense_graph::sign_in::{Caller, Prompt, SignRefused};
use serde::Deserialize;
use serde_json::json;

use crate::event::{Event, EventKind};
use crate::job::JobContext;

/// The answer to a `sign` question.
#[derive(Deserialize)]
struct Signed {
    /// The signature, in base64.
    signature: Option<String>,
    /// Why there is none.
    error: Option<String>,
}

#[async_trait]
impl Caller for JobContext {
    async fn verbose(&self, text: String) {
        Self::verbose(self, text).await;
    }

    async fn warn(&self, text: String) {
        Self::warn(self, text).await;
    }

    fn wants_debug(&self) -> bool {
        self.shows_exchanges()
    }

    async fn debug(&self, text: String) {
        self.emit(Event::new(EventKind::Debug, text)).await;
    }

    async fn cancelled(&self) {
        Self::cancelled(self).await;
    }

    async fn prompt(&self, prompt: Prompt) -> bool {
        match prompt {
            Prompt::DeviceCode {
                message,
                verification_uri,
                user_code,
            } => {
                let shown = json!({
                    "kind": "prompt", "method": "deviceCode", "message": message,
                    "verificationUri": verification_uri, "userCode": user_code,
                });
                self.emit(Event::json(EventKind::Question, &shown)).await;
                true
            }
            Prompt::Browser { message, url } => {
                let asked = json!({
                    "kind": "prompt", "method": "browser", "message": message, "url": url,
                });
                self.ask(&asked)
                    .await
                    .is_some_and(|answer| &answer[..] == b"true")
            }
        }
    }

    async fn sign(&self, digest: [u8; 32]) -> Result<Vec<u8>, SignRefused> {
        let question = json!({
            "kind": "sign", "algorithm": "PS256", "digest": BASE64_STANDARD.encode(digest),
        });
        let answer = self
            .ask(&question)
            .await
            .ok_or_else(|| SignRefused("the command was stopped".into()))?;
        let signed: Signed = serde_json::from_slice(&answer)
            .map_err(|_| SignRefused("the platform gave no signature".into()))?;
        signed
            .signature
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .ok_or_else(|| {
                SignRefused(
                    signed
                        .error
                        .unwrap_or_else(|| "the platform gave no signature".into()),
                )
            })
    }
}

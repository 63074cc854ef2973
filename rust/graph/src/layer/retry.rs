//! Repeating what the service put off, and what was lost on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;

use super::retry_after;
use super::settle::{Settled, Settlement, settlement};
use crate::sign_in::tell;
use crate::wait::wait;
use crate::{
    Clock, Request, RequestContext, Response, Retry, SharedContext, Transport, TransportError,
    TransportErrorKind, parse_error, reason_phrase,
};

/// The longest wait that a service may ask for. One that asks for more is given up, so that nobody sits in front of a
/// command that seems dead.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

type Answer = Result<Response, TransportError>;

/// Repeats a request as its session's request context says: after 429, 500, 502, 503 and 504, after a 409 that names a
/// concurrent change, and after a connection that failed.
///
/// A write is repeated only where it was certainly not carried out, or where a second one does no harm; where an answer
/// was lost on the way, the service is asked what is there first (see [`settlement`]). A connection that could never be
/// made is not tried again: a wrong address or a missing network doesn't get better in seconds.
pub struct Retrying {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    context: SharedContext,
    reached: AtomicBool,
}

/// Why a request has to be repeated.
struct Cause {
    /// For people, as a whole clause.
    text: String,
    /// How long the service asks to wait.
    asked: Option<Duration>,
    /// Whether the request may have been carried out all the same.
    unsure: bool,
}

impl Retrying {
    /// The layer around a transport.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, clock: Arc<dyn Clock>, context: SharedContext) -> Self {
        Self {
            inner,
            clock,
            context,
            reached: AtomicBool::new(false),
        }
    }

    fn cause(&self, answer: &Answer) -> Option<Cause> {
        match answer {
            Ok(response) => {
                self.reached.store(true, Ordering::Relaxed);
                let status = response.status;
                let unsure = match status {
                    StatusCode::TOO_MANY_REQUESTS => false,
                    StatusCode::CONFLICT => {
                        let code = parse_error(response).code;
                        if code.as_deref() != Some("Directory_ConcurrencyViolation") {
                            return None;
                        }
                        false
                    }
                    StatusCode::INTERNAL_SERVER_ERROR
                    | StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT => true,
                    _ => return None,
                };
                Some(Cause {
                    text: format!(
                        "the service answered {} ({})",
                        status.as_u16(),
                        reason_phrase(status.as_u16())
                    ),
                    asked: retry_after(&response.headers, self.clock.now()),
                    unsure,
                })
            }
            Err(error) => {
                let unsure = match error.kind() {
                    TransportErrorKind::NotSent
                        if error.code() != Some("Cancelled")
                            && self.reached.load(Ordering::Relaxed) =>
                    {
                        false
                    }
                    // It would be as large again.
                    TransportErrorKind::Interrupted if error.code() != Some("AnswerTooLarge") => {
                        true
                    }
                    _ => return None,
                };
                Some(Cause {
                    text: error.to_string(),
                    asked: None,
                    unsure,
                })
            }
        }
    }
}

/// How long to wait before a repeat; `None` where there must be none.
fn pause(
    context: &RequestContext,
    cause: &Cause,
    repeats: u32,
    waited: Duration,
) -> Option<Duration> {
    if repeats >= context.max_retry {
        return None;
    }
    let pause = cause.asked.unwrap_or_else(|| {
        // A little more each time and for each client, so that clients that failed together don't return together.
        let doubled = context.retry_delay * 2_u32.saturating_pow(repeats.min(16));
        doubled.mul_f64(rand::random_range(1.0..1.1))
    });
    let allowed = context
        .retries_time_limit
        .is_none_or(|limit| waited + pause <= limit);
    (allowed && pause <= LONGEST_WAIT).then_some(pause)
}

#[async_trait]
impl Transport for Retrying {
    async fn send(&self, request: Request) -> Answer {
        if request.retry == Retry::None {
            return self.inner.send(request).await;
        }
        let context = self.context.get();
        let begun = self.clock.elapsed();
        let mut repeats = 0;
        let mut waited = Duration::ZERO;
        // How a write stands of which an earlier attempt may have been carried out.
        let mut open: Option<Settlement> = None;
        loop {
            let answer = self.inner.send(request.clone()).await;
            let Some(cause) = self.cause(&answer) else {
                return match open {
                    Some(open) => self.close(open, answer, begun).await,
                    None => answer,
                };
            };
            if cause.unsure && request.is_write() {
                open = Some(settlement(&request));
            }
            let pause = pause(&context, &cause, repeats, waited);
            if let Some(pause) = pause
                && !matches!(open, Some(Settlement::Unknown))
            {
                tell(waiting(&cause, pause, repeats + 1, context.max_retry)).await;
                if wait(&*self.clock, pause).await.is_err() {
                    return answer;
                }
                waited += pause;
            }
            match &open {
                Some(Settlement::Unknown) => return answer,
                Some(Settlement::Read(reading)) => {
                    tell("Reading back whether the change was made, because its answer was lost.")
                        .await;
                    let since = self.clock.elapsed().saturating_sub(begun);
                    match reading.read(self, since).await {
                        Settled::Done(response) => {
                            tell("The change was made; it is not sent again.").await;
                            return Ok(response);
                        }
                        Settled::NotDone => tell("The change was not made.").await,
                        Settled::Unknown => return answer,
                    }
                }
                Some(Settlement::Repeat(_)) | None => {}
            }
            if pause.is_none() {
                return answer;
            }
            repeats += 1;
        }
    }
}

impl Retrying {
    /// The last word on a write of which an earlier attempt may have been carried out: a refusal of the repeat can mean
    /// just that.
    async fn close(&self, open: Settlement, answer: Answer, begun: Duration) -> Answer {
        let Ok(response) = &answer else { return answer };
        if !response.status.is_client_error() {
            return answer;
        }
        let done = match open {
            Settlement::Repeat(refusal) => refusal.means_done(response),
            Settlement::Read(reading) => {
                let since = self.clock.elapsed().saturating_sub(begun);
                match reading.read(self, since).await {
                    Settled::Done(response) => Some(response),
                    Settled::NotDone | Settled::Unknown => None,
                }
            }
            Settlement::Unknown => None,
        };
        match done {
            Some(response) => {
                tell("The change was made by an earlier attempt whose answer was lost.").await;
                Ok(response)
            }
            None => answer,
        }
    }
}

fn waiting(cause: &Cause, pause: Duration, repeat: u32, most: u32) -> String {
    let why = if cause.asked.is_some() {
        " as it asked"
    } else {
        ""
    };
    format!(
        "Waiting {:.1} s{why} before trying again ({repeat} of {most}), because {}.",
        pause.as_secs_f64(),
        cause.text
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::testing::{Script, answer, body, header, lost, refusal, unsent};
    use http::Method;

    const ADD: &str =
        r#"{"addLicenses":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],"removeLicenses":[]}"#;
    const HELD: &str = r#"{"id":"u","licenseAssignmentStates":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","disabledPlans":[],"assignedByGroup":null}]}"#;
    const BARE: &str = r#"{"id":"u","licenseAssignmentStates":[]}"#;

    fn get() -> Request {
        Request::new(Method::GET, "v1.0/users/u")
    }

    fn assign() -> Request {
        Request::new(Method::POST, "v1.0/users/u/assignLicense").with_json(ADD)
    }

    async fn send(
        request: Request,
        context: RequestContext,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (Answer, Script) {
        let script = Script::new(answers);
        let layer = Retrying::new(
            script.transport(),
            script.clock(),
            SharedContext::new(context),
        );
        layer.reached.store(true, Ordering::Relaxed);
        (layer.send(request).await, script)
    }

    fn context() -> RequestContext {
        RequestContext::default()
    }

    #[tokio::test]
    async fn the_service_says_how_long_to_wait_else_the_wait_doubles() {
        let (answered, script) = send(
            get(),
            context(),
            [
                Ok(header(answer(429), "retry-after", "17")),
                Ok(answer(503)),
                Ok(answer(504)),
                Ok(answer(200)),
            ],
        )
        .await;
        assert_eq!(answered.unwrap().status, 200);
        let seconds = script.seconds();
        assert_eq!(seconds[0], 17);
        // 3 s doubled once and twice, and up to a tenth more.
        assert!((6..=7).contains(&seconds[1]), "{seconds:?}");
        assert!((12..=13).contains(&seconds[2]), "{seconds:?}");
    }

    #[tokio::test]
    async fn the_last_answer_stands_when_the_repeats_are_used_up() {
        let (answered, script) = send(get(), context(), (0..4).map(|_| Ok(answer(503)))).await;
        assert_eq!(answered.unwrap().status, 503);
        assert_eq!(script.lines().len(), 4);
    }

    #[tokio::test]
    async fn no_repeat_is_made_where_none_is_allowed() {
        let none = RequestContext {
            max_retry: 0,
            ..context()
        };
        let (answered, script) = send(get(), none, [Ok(answer(429))]).await;
        assert_eq!(answered.unwrap().status, 429);
        assert!(script.seconds().is_empty());
        let (answered, _) = send(get().once(), context(), [Ok(answer(429))]).await;
        assert_eq!(answered.unwrap().status, 429);
    }

    #[tokio::test]
    async fn a_wait_beyond_the_time_limit_is_not_begun() {
        let limited = RequestContext {
            retries_time_limit: Some(Duration::from_secs(30)),
            ..context()
        };
        let refused = |seconds| Ok(header(answer(429), "retry-after", seconds));
        let (answered, script) = send(get(), limited, [refused("20"), refused("11")]).await;
        assert_eq!(answered.unwrap().status, 429);
        assert_eq!(script.seconds(), [20]);
        let (_, script) = send(get(), context(), [refused("3601")]).await;
        assert!(script.seconds().is_empty());
    }

    #[tokio::test]
    async fn only_a_conflict_that_names_a_concurrent_change_is_repeated() {
        let concurrent = refusal(409, "Directory_ConcurrencyViolation", "Wait.");
        let (answered, script) = send(assign(), context(), [Ok(concurrent), Ok(answer(200))]).await;
        assert_eq!(answered.unwrap().status, 200);
        assert_eq!(script.lines().len(), 2);
        let other = refusal(409, "Request_Conflict", "No.");
        let (answered, script) = send(assign(), context(), [Ok(other)]).await;
        assert_eq!(answered.unwrap().status, 409);
        assert_eq!(script.lines().len(), 1);
    }

    #[tokio::test]
    async fn a_write_that_was_never_sent_is_sent_again_without_asking() {
        let (answered, script) = send(assign(), context(), [unsent(), Ok(answer(200))]).await;
        assert_eq!(answered.unwrap().status, 200);
        assert_eq!(script.lines().len(), 2);
    }

    #[tokio::test]
    async fn a_service_that_was_never_reached_is_not_tried_again() {
        let script = Script::new([unsent()]);
        let layer = Retrying::new(script.transport(), script.clock(), SharedContext::default());
        let error = layer.send(get()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::NotSent);
        assert!(script.seconds().is_empty());
    }

    #[tokio::test]
    async fn a_lost_answer_of_a_change_that_was_made_is_read_back_and_nothing_is_sent_twice() {
        for first in [lost(), Ok(answer(504)), Ok(answer(500))] {
            let (answered, script) = send(
                assign(),
                context(),
                [first, Ok(body(200, HELD)), Ok(body(200, r#"{"id":"u"}"#))],
            )
            .await;
            assert_eq!(answered.unwrap().status, 200);
            let writes = script
                .lines()
                .iter()
                .filter(|line| line.starts_with("POST"))
                .count();
            assert_eq!(writes, 1);
        }
    }

    #[tokio::test]
    async fn a_change_that_was_not_made_is_sent_again() {
        let (answered, script) = send(
            assign(),
            context(),
            [lost(), Ok(body(200, BARE)), Ok(body(200, "{}"))],
        )
        .await;
        assert_eq!(&answered.unwrap().body[..], b"{}");
        assert_eq!(script.lines()[2], "POST v1.0/users/u/assignLicense");
    }

    #[tokio::test]
    async fn a_lost_answer_is_read_back_even_where_no_repeat_is_allowed() {
        let none = RequestContext {
            max_retry: 0,
            ..context()
        };
        let (answered, _) = send(
            assign(),
            none,
            [lost(), Ok(body(200, HELD)), Ok(body(200, r#"{"id":"u"}"#))],
        )
        .await;
        assert_eq!(answered.unwrap().status, 200);
        let (answered, script) = send(assign(), none, [lost(), Ok(body(200, BARE))]).await;
        assert_eq!(
            answered.unwrap_err().kind(),
            TransportErrorKind::Interrupted
        );
        assert_eq!(script.lines().len(), 2);
    }

    #[tokio::test]
    async fn a_write_that_nothing_can_settle_is_never_sent_twice() {
        let request = Request::new(Method::POST, "v1.0/users/u/sendMail").with_json("{}");
        let (answered, script) = send(request, context(), [lost()]).await;
        assert_eq!(
            answered.unwrap_err().kind(),
            TransportErrorKind::Interrupted
        );
        assert_eq!(script.lines().len(), 1);
        assert!(script.seconds().is_empty());
    }

    #[tokio::test]
    async fn a_deletion_that_finds_nothing_the_second_time_was_carried_out_the_first() {
        let request = || Request::new(Method::DELETE, "v1.0/users/u");
        let (answered, _) = send(request(), context(), [lost(), Ok(answer(404))]).await;
        assert_eq!(answered.unwrap().status, 204);
        let (answered, _) = send(request(), context(), [Ok(answer(404))]).await;
        assert_eq!(answered.unwrap().status, 404);
    }
}

//! Keeps the token of a session: hands out the one in hand, renews it before it ends, once for all who ask.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use super::answer::Grant;
use super::{
    AccessToken, Secret, SignInError, SignInErrorKind, SignedIn, TokenAsk, TokenSource, tell,
};
use crate::Clock;

/// A token is renewed this long before its end, or a fifth of its life if that is shorter.
const EARLY: Duration = Duration::from_secs(300);

/// A renewal that is ready to run by itself.
pub(super) type Renewal = Pin<Box<dyn Future<Output = Result<Grant, SignInError>> + Send>>;

/// How a way to sign in gets tokens.
#[async_trait]
pub(super) trait Flow: Send + Sync + 'static {
    /// The first sign-in, for as long as it takes.
    async fn sign_in(&self) -> Result<Grant, SignInError>;

    /// Makes a renewal ready. Whatever the caller is needed for, such as a signature, is done here; the renewal
    /// itself runs apart, since a command that isn't pulled stands still and others may wait for the token.
    async fn prepare(
        &self,
        refresh: Option<Secret>,
        claims: Option<String>,
    ) -> Result<Renewal, SignInError>;

    /// Who is signed in, where the token itself doesn't say.
    fn known(&self) -> SignedIn;
}

/// A source of tokens over a flow.
pub(super) struct Keeper<F> {
    flow: F,
    clock: Arc<dyn Clock>,
    /// How long the first sign-in may take.
    limit: Option<Duration>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    token: Option<AccessToken>,
    /// From when on the token is renewed.
    renew_at: Option<Duration>,
    refresh: Option<Secret>,
    serial: u64,
    /// How many are making a renewal ready.
    preparing: u32,
    running: Option<watch::Receiver<Option<Result<(), SignInError>>>>,
}

/// What an asker has to do next.
enum Step {
    Use(AccessToken),
    Wait(watch::Receiver<Option<Result<(), SignInError>>>),
    /// Renew what is there: the token of this serial, with this refresh token.
    Renew(u64, Option<Secret>),
}

impl<F: Flow> Keeper<F> {
    pub(super) fn new(flow: F, clock: Arc<dyn Clock>, limit: Option<Duration>) -> Self {
        Self {
            flow,
            clock,
            limit,
            state: Arc::default(),
        }
    }

    /// What to do for an ask. `early` tells whether a token near its end is to be renewed.
    fn step(&self, ask: &TokenAsk, early: bool) -> Step {
        let state = lock(&self.state);
        let now = self.clock.elapsed();
        let usable = state.token.as_ref().filter(|token| {
            ask.refused.is_none_or(|refused| token.serial > refused)
                && token.good_until.is_none_or(|end| now < end)
        });
        match (usable, &state.running) {
            (Some(token), None) if !early || state.renew_at.is_none_or(|at| now < at) => {
                Step::Use(token.clone())
            }
            // While another renews it, a token that is still good serves.
            (Some(token), Some(_)) => Step::Use(token.clone()),
            (Some(token), None) if state.preparing > 0 => Step::Use(token.clone()),
            (None, Some(running)) => Step::Wait(running.clone()),
            _ => Step::Renew(state.serial, state.refresh.clone()),
        }
    }

    /// Sets a renewal of the token of a serial going. `None` where another has renewed it meanwhile.
    fn begin(
        &self,
        serial: u64,
        renewal: Renewal,
    ) -> Option<watch::Receiver<Option<Result<(), SignInError>>>> {
        let mut state = lock(&self.state);
        if let Some(running) = &state.running {
            return Some(running.clone());
        }
        if state.serial != serial {
            return None;
        }
        let (sender, receiver) = watch::channel(None);
        state.running = Some(receiver.clone());
        let shared = Arc::clone(&self.state);
        let clock = Arc::clone(&self.clock);
        tokio::spawn(async move {
            let done = renewal.await;
            let outcome = {
                let mut state = lock(&shared);
                state.running = None;
                match done {
                    Ok(grant) => {
                        state.take(grant, &*clock);
                        Ok(())
                    }
                    Err(error) => {
                        state.put_off(&*clock);
                        Err(error)
                    }
                }
            };
            // Nobody may be waiting any more.
            let _ = sender.send(Some(outcome));
        });
        Some(receiver)
    }

    async fn renewed(
        &self,
        serial: u64,
        refresh: Option<Secret>,
        ask: &TokenAsk,
    ) -> Result<(), SignInError> {
        let preparing = Preparing::begin(&self.state);
        let renewal = self.flow.prepare(refresh, ask.claims.clone()).await?;
        drop(preparing);
        match self.begin(serial, renewal) {
            Some(running) => finished(running).await,
            None => Ok(()),
        }
    }
}

/// Somebody who makes a renewal ready; may be dropped at any time.
struct Preparing<'a>(&'a Mutex<State>);

impl<'a> Preparing<'a> {
    fn begin(state: &'a Mutex<State>) -> Self {
        lock(state).preparing += 1;
        Self(state)
    }
}

impl Drop for Preparing<'_> {
    fn drop(&mut self) {
        lock(self.0).preparing -= 1;
    }
}

impl State {
    fn take(&mut self, grant: Grant, clock: &dyn Clock) {
        let now = clock.elapsed();
        self.serial += 1;
        self.token = Some(AccessToken {
            secret: grant.access,
            serial: self.serial,
            good_until: grant.life.map(|life| now + life),
        });
        self.renew_at = grant.life.map(|life| now + life - EARLY.min(life / 5));
        if grant.refresh.is_some() {
            self.refresh = grant.refresh;
        }
    }

    /// After a renewal that failed, a token that is still good serves for a while before the next try.
    fn put_off(&mut self, clock: &dyn Clock) {
        if let Some(end) = self.token.as_ref().and_then(|token| token.good_until) {
            let now = clock.elapsed();
            self.renew_at = Some(now + end.saturating_sub(now) / 4);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // No code that can panic runs under this lock, so the state behind a poisoned one is whole.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn finished(
    mut running: watch::Receiver<Option<Result<(), SignInError>>>,
) -> Result<(), SignInError> {
    match running.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
        Err(_) => Err(SignInError::new(
            SignInErrorKind::Unreachable,
            "Interrupted",
            "the renewal of the sign-in was broken off",
        )),
    }
}

#[async_trait]
impl<F: Flow> TokenSource for Keeper<F> {
    async fn token(&self, ask: &TokenAsk) -> Result<AccessToken, SignInError> {
        // Twice is enough: what a renewal that others began brought, then what one's own brought.
        for _ in 0..3 {
            match self.step(ask, true) {
                Step::Use(token) => return Ok(token),
                Step::Wait(running) => finished(running).await?,
                Step::Renew(serial, refresh) => {
                    if let Err(error) = self.renewed(serial, refresh, ask).await {
                        match self.step(ask, false) {
                            Step::Use(token) if error.kind() != SignInErrorKind::Refused => {
                                tell(format!(
                                    "The sign-in could not be renewed yet ({error}); the present token is still good."
                                ))
                                .await;
                                return Ok(token);
                            }
                            _ => return Err(error),
                        }
                    }
                }
            }
        }
        match self.step(ask, false) {
            Step::Use(token) => Ok(token),
            Step::Wait(_) | Step::Renew(..) => Err(SignInError::new(
                SignInErrorKind::Refused,
                "NoUsableToken",
                "the sign-in service gives tokens that have ended when they arrive",
            )
            .advise("Check this machine's clock and the token lifetime that the tenant sets.")),
        }
    }

    async fn sign_in(&self) -> Result<SignedIn, SignInError> {
        let grant = match self.limit {
            None => self.flow.sign_in().await?,
            Some(limit) => tokio::select! {
                biased;
                grant = self.flow.sign_in() => grant?,
                () = self.clock.sleep(limit) => return Err(SignInError::timed_out(limit)),
            },
        };
        let expires = grant.life.and_then(|life| {
            let life = jiff::SignedDuration::try_from(life).ok()?;
            self.clock.now().checked_add(life).ok()
        });
        let told = grant.known.clone();
        lock(&self.state).take(grant, &*self.clock);
        let known = self.flow.known();
        Ok(SignedIn {
            client_id: known.client_id.or(told.client_id),
            tenant_id: told.tenant_id.or(known.tenant_id),
            account: told.account.or(known.account),
            app_name: told.app_name.or(known.app_name),
            scopes: if told.scopes.is_empty() {
                known.scopes
            } else {
                told.scopes
            },
            expires,
        })
    }

    fn keepable(&self) -> Option<Secret> {
        lock(&self.state).refresh.clone()
    }
}

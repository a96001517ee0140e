//! The HTTP client: time limits, proxies from the environment, and errors in our own words.

use std::io;
use std::time::{Duration, Instant};

use ureq::http::Response;
use ureq::{Agent, Body, Proxy, Timeout};

use super::error::FetchError;

/// Time limits for the parts of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Looking up the name, connecting, agreeing on encryption.
    pub(crate) connect: Duration,
    /// From the request to the end of the answer's head.
    pub(crate) response: Duration,
    /// Silence in the middle of a body.
    pub(crate) silence: Duration,
    /// The slowest transfer that is waited for, in bytes a second.
    pub(crate) slowest: u64,
    /// The time that a transfer may take however small its file is.
    pub(crate) least: Duration,
}

impl Limits {
    /// The time that the whole transfer of `bytes` may take, all its requests together.
    pub(crate) fn transfer(&self, bytes: u64) -> Duration {
        self.least + Duration::from_secs_f64(bytes as f64 / self.slowest as f64)
    }
}

/// The end of the time that a transfer may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    end: Instant,
    limit: Duration,
}

impl Deadline {
    pub(crate) fn in_time(limit: Duration) -> Self {
        Self { end: Instant::now() + limit, limit }
    }

    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// An error once the time is over.
    pub(crate) fn check(&self, received: u64, expected: u64) -> Result<(), FetchError> {
        if self.left().is_zero() { Err(self.passed(received, expected)) } else { Ok(()) }
    }

    fn passed(&self, received: u64, expected: u64) -> FetchError {
        FetchError::TooSlow { received, expected, limit: self.limit }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            response: Duration::from_secs(30),
            silence: Duration::from_secs(30),
            slowest: 16_000,
            least: Duration::from_secs(60),
        }
    }
}

/// Asks mirrors for files.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    limits: Limits,
}

impl Client {
    /// A client that honours `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
    pub(crate) fn from_environment(limits: Limits) -> Self {
        Self::new(limits, Proxy::try_from_env())
    }

    pub(crate) fn new(limits: Limits, proxy: Option<Proxy>) -> Self {
        let agent = Agent::config_builder()
            // The file itself is the gzip file: nothing on the way may pack or unpack it.
            .accept_encoding("identity")
            .user_agent(concat!("autoencoder-xtask/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .proxy(proxy)
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            .timeout_send_request(Some(limits.response))
            .timeout_recv_response(Some(limits.response))
            .timeout_per_read(Some(limits.silence))
            .timeout_per_write(Some(limits.silence))
            .build()
            .new_agent();
        Self { agent, limits }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Asks for `url`, a file of `expected` bytes, from byte `start` on, until the deadline. Any status is an answer.
    pub(crate) fn get(
        &self,
        url: &str,
        start: u64,
        expected: u64,
        deadline: &Deadline,
    ) -> Result<Response<Body>, FetchError> {
        deadline.check(start, expected)?;
        // The client watches the deadline too: a body in chunks may drip without a byte of the file.
        let request = self.agent.get(url).config().timeout_global(Some(deadline.left())).build();
        let request = if start == 0 { request } else { request.header("Range", format!("bytes={start}-")) };
        request.call().map_err(|error| match error {
            ureq::Error::Timeout(Timeout::Global) => deadline.passed(start, expected),
            ureq::Error::Timeout(timeout) => self.timed_out(timeout, start),
            ureq::Error::HostNotFound => FetchError::Connection("the host's name is not known".to_owned()),
            ureq::Error::Io(error) => FetchError::Connection(error.to_string()),
            other => FetchError::Connection(other.to_string()),
        })
    }

    /// Turns an error in reading a body into ours; it came when `received` of `expected` bytes were there.
    pub(crate) fn broken_body(
        &self,
        error: io::Error,
        received: u64,
        expected: u64,
        deadline: &Deadline,
    ) -> FetchError {
        match ureq::Error::from(error) {
            ureq::Error::Timeout(Timeout::Global) => deadline.passed(received, expected),
            ureq::Error::Timeout(timeout) => self.timed_out(timeout, received),
            ureq::Error::Io(error) => {
                FetchError::Interrupted { received, expected, reason: error.to_string() }
            }
            other => FetchError::Interrupted { received, expected, reason: other.to_string() },
        }
    }

    fn timed_out(&self, timeout: Timeout, received: u64) -> FetchError {
        let (what, limit) = match timeout {
            Timeout::Resolve => ("looking up the host's name", self.limits.connect),
            Timeout::Connect => ("connecting", self.limits.connect),
            Timeout::PerRead | Timeout::PerWrite => ("waiting for the next bytes", self.limits.silence),
            _ => ("waiting for the answer", self.limits.response),
        };
        FetchError::TimedOut { what, limit, received }
    }
}

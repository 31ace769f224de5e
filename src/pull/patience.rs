//! How long to wait before a server is asked again. Pure.

use super::Reply;
use crate::model::{Limits, ResetIs};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// So long a server is left alone that says only in words that too much was asked.
const UNTIL: Duration = Duration::from_secs(60);
/// So often one page is asked for.
pub const MOST_TRIES: u32 = 8;

/// How patient a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The longest that it waits for one page at a time. A server that wants more is told of, and asked another day.
    pub longest: Duration,
    /// The most entries that a list may have. A server that goes on for ever is left at some point.
    pub most_entries: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { longest: Duration::from_secs(15 * 60), most_entries: 20_000_000 }
    }
}

/// Whether another try may bring what this answer did not.
pub fn is_worth_another_try(reply: &Reply, limits: &Limits, now: Timestamp) -> bool {
    match reply.status {
        408 | 425 | 429 | 500 | 502 | 503 | 504 => true,
        // Some say so when they are asked too often, and say until when.
        403 => asked_for(reply, limits, now).is_some(),
        _ => false,
    }
}

/// Whether a refusal says in words that too much was asked.
fn says_so(reply: &Reply, limits: &Limits) -> bool {
    if reply.status != 403 || limits.said.is_empty() {
        return false;
    }
    let body = String::from_utf8_lossy(&reply.body).to_lowercase();
    limits.said.iter().any(|words| body.contains(&words.to_lowercase()))
}

/// How long the server asks to be left alone, if it says so.
pub fn asked_for(reply: &Reply, limits: &Limits, now: Timestamp) -> Option<Duration> {
    // The server's own clock counts where it tells it: ours may be wrong.
    let servers = reply.header("date").and_then(|date| rfc2822::parse(date).ok()).map_or(now, |z| z.timestamp());
    let until =
        |then: Timestamp| Duration::from_secs(then.as_second().saturating_sub(servers.as_second()).max(0) as u64);
    if let Some(after) = reply.header("retry-after") {
        let seconds = after.trim().parse::<u64>().ok().map(Duration::from_secs);
        if let Some(wait) = seconds.or_else(|| rfc2822::parse(after.trim()).ok().map(|z| until(z.timestamp()))) {
            return Some(wait);
        }
    }
    let remaining = limits.remaining.as_ref().and_then(|name| reply.header(&name.to_lowercase()));
    let nothing_left = remaining.and_then(|n| n.trim().parse::<f64>().ok()).is_some_and(|n| n < 1.0);
    if !nothing_left && reply.status != 429 {
        return says_so(reply, limits).then_some(UNTIL);
    }
    let name = limits.reset.as_ref()?.to_lowercase();
    let resets = reply.headers_of(&name).flat_map(|value| value.split(','));
    let soonest =
        resets.filter_map(|n| n.trim().parse::<f64>().ok()).filter(|n| n.is_finite()).fold(f64::NAN, f64::min);
    if soonest.is_nan() {
        return None;
    }
    Some(match limits.reset_is {
        ResetIs::Seconds => Duration::from_secs(soonest.max(0.0).ceil() as u64),
        // A second more: both clocks are cut to seconds.
        ResetIs::Epoch => until(Timestamp::from_second(soonest as i64).ok()?) + Duration::from_secs(1),
    })
}

/// How long to wait after so many tries in vain, where the server does not say.
pub fn after(tries: u32, jitter: f64) -> Duration {
    let most = f64::from(1u32 << tries.clamp(1, 7) >> 1);
    Duration::from_secs_f64(most * (0.5 + jitter.clamp(0.0, 1.0) / 2.0))
}

//! How often a client may ask: a bucket of tokens for each, filled evenly, in memory only.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Clients remembered; then the full buckets are forgotten, which changes nothing for them.
const REMEMBERED: usize = 100_000;

/// So many requests in a minute for each client, at once if it likes.
#[derive(Debug, Clone)]
pub(crate) struct Rate {
    per_minute: u32,
    buckets: Arc<Mutex<HashMap<IpAddr, Bucket>>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Rate {
    /// 0: as often as they like.
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Arc::default() }
    }

    /// Takes a token, or says how long until there is one.
    pub(crate) fn take(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let (most, a_second) = (f64::from(self.per_minute), f64::from(self.per_minute) / 60.0);
        let filled = |b: &Bucket| (b.tokens + now.saturating_duration_since(b.at).as_secs_f64() * a_second).min(most);
        let Ok(mut buckets) = self.buckets.lock() else { return Ok(()) };
        if buckets.len() >= REMEMBERED && !buckets.contains_key(&client) {
            buckets.retain(|_, b| filled(b) < most);
            if buckets.len() >= REMEMBERED {
                // A flood from everywhere: no memory for more, so no tokens either.
                return Err(Duration::from_secs(60));
            }
        }
        let bucket = buckets.entry(client).or_insert(Bucket { tokens: most, at: now });
        let tokens = filled(bucket);
        let taken = tokens >= 1.0;
        *bucket = Bucket { tokens: if taken { tokens - 1.0 } else { tokens }, at: now };
        if taken { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - tokens) / a_second)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_its_share_at_once_then_evenly_and_others_theirs() {
        let (rate, start) = (Rate::new(6), Instant::now());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let taken =
            |client, after| (0..20).filter(|_| rate.take(client, start + Duration::from_secs(after)).is_ok()).count();
        assert_eq!(taken(one, 0), 6);
        let wait = rate.take(one, start).unwrap_err();
        assert!((9.9..=10.0).contains(&wait.as_secs_f64()), "{wait:?}");
        assert_eq!(taken(other, 0), 6);
        assert_eq!(taken(one, 10), 1);
        assert_eq!(taken(one, 1000), 6);
        assert!((0..1000).all(|_| Rate::new(0).take(one, start).is_ok()));
    }

    #[test]
    fn memory_is_bounded_and_who_waited_long_is_forgotten() {
        let (rate, start) = (Rate::new(1), Instant::now());
        let client = |n: u32| IpAddr::from(n.to_be_bytes());
        let most = u32::try_from(REMEMBERED).unwrap();
        assert!((0..most).all(|n| rate.take(client(n), start).is_ok()));
        assert!(rate.take(client(most), start).is_err());
        assert!(rate.take(client(most), start + Duration::from_secs(61)).is_ok());
        assert_eq!(rate.buckets.lock().unwrap().len(), 1);
    }
}

//! How long somebody must wait before they may try a password again.
//!
//! NIST SP 800-63B-4, section 3.2.2: at most 100 failures in a row on one account, with a wait that grows. An address is
//! slowed down too, less, as a whole hospital may share one; what it did is forgotten after a while.

/// Failures in a row after which an account takes no password until a one-time link sets a new one.
pub const LOCKED_AFTER: u32 = 100;
/// Failures in a row that an account forgives without a wait.
const ACCOUNT_FREE: u32 = 5;
/// Longest wait of an account, seconds. With it, 100 failures take a day.
const ACCOUNT_LONGEST: i64 = 15 * 60;
/// Failures that an address is forgiven without a wait.
const ADDRESS_FREE: u32 = 20;
/// Longest wait of an address, seconds.
const ADDRESS_LONGEST: i64 = 60;
/// Seconds after which the failures of an address are forgotten.
const ADDRESS_FORGETS: i64 = 60 * 60;

/// Failures so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many, in a row.
    pub failures: u32,
    /// When the last was, seconds since 1970.
    pub last_at: i64,
}

/// Whether a password may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Open,
    /// In so many seconds.
    Wait(i64),
    /// Not before the password is set anew.
    Locked,
}

/// Whether a password of an account with these failures may be tried.
pub fn account(tally: Tally, now: i64) -> Gate {
    if tally.failures >= LOCKED_AFTER {
        return Gate::Locked;
    }
    wait(tally, now, ACCOUNT_FREE, ACCOUNT_LONGEST)
}

/// Whether an address with these failures may try a password; and the tally that counts from now on.
pub fn address(tally: Tally, now: i64) -> (Gate, Tally) {
    if now - tally.last_at >= ADDRESS_FORGETS {
        return (Gate::Open, Tally::default());
    }
    (wait(tally, now, ADDRESS_FREE, ADDRESS_LONGEST), tally)
}

/// One second after the first failure that is not forgiven, then twice as long after each; told and waited to the next whole second.
fn wait(tally: Tally, now: i64, free: u32, longest: i64) -> Gate {
    let Some(beyond) = tally.failures.checked_sub(free) else { return Gate::Open };
    let pause = 1_i64.checked_shl(beyond.min(62)).unwrap_or(longest).min(longest);
    // Both times are whole seconds, cut short: without one more, a second could be over after a millisecond.
    let pause = pause + 1;
    // A clock that was put back must not lock anybody out for longer than the pause.
    let left = (tally.last_at + pause - now).min(pause);
    if left > 0 { Gate::Wait(left) } else { Gate::Open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(failures: u32, last_at: i64) -> Tally {
        Tally { failures, last_at }
    }

    #[test]
    fn an_account_waits_longer_after_each_failure_and_is_locked_after_a_hundred() {
        assert_eq!(account(at(4, 1000), 1000), Gate::Open);
        assert_eq!(account(at(5, 1000), 1000), Gate::Wait(2));
        assert_eq!(account(at(5, 1000), 1001), Gate::Wait(1), "1000.9 and 1001.0 are no second apart");
        assert_eq!(account(at(5, 1000), 1002), Gate::Open);
        assert_eq!(account(at(8, 1000), 1003), Gate::Wait(6));
        assert_eq!(account(at(60, 1000), 1000), Gate::Wait(901));
        assert_eq!(account(at(99, 1000), 1901), Gate::Open);
        assert_eq!(account(at(100, 1000), 1_000_000), Gate::Locked);
        // The clock was put back by a year.
        assert_eq!(account(at(5, 31_536_000), 1000), Gate::Wait(2));
    }

    #[test]
    fn a_hundred_guesses_take_most_of_a_day() {
        let (mut now, mut tally) = (0, Tally::default());
        while account(tally, now) != Gate::Locked {
            match account(tally, now) {
                Gate::Wait(seconds) => now += seconds,
                _ => tally = at(tally.failures + 1, now),
            }
        }
        assert_eq!(tally.failures, LOCKED_AFTER);
        assert!((70_000..90_000).contains(&now), "{now}");
    }

    #[test]
    fn an_address_waits_at_most_a_minute_and_is_forgotten_after_an_hour() {
        assert_eq!(address(at(19, 1000), 1000), (Gate::Open, at(19, 1000)));
        assert_eq!(address(at(20, 1000), 1000).0, Gate::Wait(2));
        assert_eq!(address(at(500, 1000), 1000).0, Gate::Wait(61));
        assert_eq!(address(at(500, 1000), 4600), (Gate::Open, Tally::default()));
    }
}

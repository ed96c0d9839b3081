//! Named steps at which a test can stop a process and kill it.
//!
//! Owns nothing else, and is nothing at all in a release build. A step is a moment between two things that must not
//! come apart: `tests/killed.rs` of the command line stops at each and kills the process there.

/// The environment variable that names the step to stop at.
pub const HALT_AT: &str = "CURBSIDE_HALT_AT";

/// The environment variable that says how often a step is passed before it stops; never unless it is said.
pub const HALT_AFTER: &str = "CURBSIDE_HALT_AFTER";

/// Stops here for ever, saying so on standard error, when a test build is asked to.
pub fn reach(step: &str) {
    #[cfg(debug_assertions)]
    if std::env::var(HALT_AT).is_ok_and(|asked| asked == step) {
        use std::io::Write;
        use std::sync::atomic::{AtomicU32, Ordering};
        static PASSED: AtomicU32 = AtomicU32::new(0);
        let after = std::env::var(HALT_AFTER).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
        if PASSED.fetch_add(1, Ordering::Relaxed) < after {
            return;
        }
        let _ = writeln!(std::io::stderr(), "halted at {step}"); // the test that waits for this line would time out
        loop {
            std::thread::sleep(std::time::Duration::from_secs(60));
        }
    }
    let _ = step;
}

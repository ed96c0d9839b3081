//! Three-valued truth. What a question does not say is unknown, and unknown is neither met nor not met.

use serde::{Deserialize, Serialize};

/// Whether a condition holds of a case: Kleene's strong three-valued logic (Kleene 1952, section 64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// The case says so.
    Met,
    /// The case says the contrary.
    NotMet,
    /// The case does not say.
    Unknown,
}

impl Truth {
    /// Met if both are, not met if either is not met.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::NotMet, _) | (_, Truth::NotMet) => Truth::NotMet,
            (Truth::Met, Truth::Met) => Truth::Met,
            _ => Truth::Unknown,
        }
    }

    /// Met if either is, not met if neither can be.
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Met, _) | (_, Truth::Met) => Truth::Met,
            (Truth::NotMet, Truth::NotMet) => Truth::NotMet,
            _ => Truth::Unknown,
        }
    }

    /// The contrary; unknown stays unknown.
    #[allow(clippy::should_implement_trait)] // and, or, not read as one family; `!truth` would not
    pub fn not(self) -> Truth {
        match self {
            Truth::Met => Truth::NotMet,
            Truth::NotMet => Truth::Met,
            Truth::Unknown => Truth::Unknown,
        }
    }

    /// Whether the case decides it either way.
    pub fn is_decided(self) -> bool {
        self != Truth::Unknown
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Met } else { Truth::NotMet }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, Met, NotMet, Unknown};

    const ALL: [Truth; 3] = [Met, NotMet, Unknown];

    /// `b` says at least what `a` says.
    fn refines(a: Truth, b: Truth) -> bool {
        a == Unknown || a == b
    }

    // There are 27 triples: the laws are checked on all of them rather than on samples.
    #[test]
    fn kleenes_laws_hold() {
        for a in ALL {
            assert_eq!(a.not().not(), a, "double negation");
            assert_eq!(a.and(a), a, "idempotence");
            assert_eq!(a.or(a), a, "idempotence");
            for b in ALL {
                assert_eq!(a.and(b), b.and(a), "commutative");
                assert_eq!(a.or(b), b.or(a), "commutative");
                assert_eq!(a.and(b).not(), a.not().or(b.not()), "De Morgan");
                assert_eq!(a.or(b).not(), a.not().and(b.not()), "De Morgan");
                assert_eq!(a.or(a.and(b)), a, "absorption");
                assert_eq!(a.and(a.or(b)), a, "absorption");
                for c in ALL {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)), "associative");
                    assert_eq!(a.or(b).or(c), a.or(b.or(c)), "associative");
                    assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)), "distributive");
                    assert_eq!(a.or(b.and(c)), a.or(b).and(a.or(c)), "distributive");
                    if refines(a, b) {
                        assert!(refines(a.and(c), b.and(c)), "and is monotone in information");
                        assert!(refines(a.or(c), b.or(c)), "or is monotone in information");
                        assert!(refines(a.not(), b.not()), "not is monotone in information");
                    }
                }
            }
        }
    }

    #[test]
    fn the_middle_is_not_excluded() {
        assert_eq!(Unknown.or(Unknown.not()), Unknown);
        assert_eq!(Unknown.and(Unknown.not()), Unknown);
    }
}

//! What is being read into the library for somebody who uploaded it: how far it is, and what came of it. Kept in memory, the last
//! few only: what was added is in the library whether anybody looks here or not.

use desk::{AddReport, Progress, StandingReport};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are remembered.
const REMEMBERED: usize = 20;

/// How far something is.
#[derive(Clone)]
pub(super) enum State {
    /// It waits, or runs.
    Running(Option<Progress>),
    /// Files were added.
    Added(Arc<AddReport>),
    /// A list of retractions was read.
    Listed(Arc<StandingReport>),
    /// It could not be done: why, and what to do.
    Failed(String, String),
}

/// Something that is or was being read.
#[derive(Clone)]
pub(super) struct Work {
    /// What, as the person called it.
    pub(super) what: String,
    state: Arc<Mutex<State>>,
}

impl Work {
    /// Where it is now.
    pub(super) fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says where it is.
    pub(super) fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// The last few, by number.
#[derive(Default)]
pub(super) struct Works(Mutex<(u64, VecDeque<(u64, Work)>)>);

impl Works {
    /// Begins one; its number.
    pub(super) fn begin(&self, what: String) -> (u64, Work) {
        let work = Work { what, state: Arc::new(Mutex::new(State::Running(None))) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.0 += 1;
        let number = all.0;
        all.1.push_back((number, work.clone()));
        while all.1.len() > REMEMBERED {
            all.1.pop_front();
        }
        (number, work)
    }

    /// The one of a number, where it is remembered.
    pub(super) fn get(&self, number: u64) -> Option<Work> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.1.iter().find(|(n, _)| *n == number).map(|(_, work)| work.clone())
    }

    /// All that are remembered, the last first.
    pub(super) fn all(&self) -> Vec<(u64, Work)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.1.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_remembered_by_number() {
        let works = Works::default();
        let (first, _) = works.begin("a".to_owned());
        let later: Vec<u64> = (0..REMEMBERED).map(|n| works.begin(n.to_string()).0).collect();
        assert!(works.get(first).is_none() && later.iter().all(|n| works.get(*n).is_some()));
        let work = works.get(later[3]).unwrap();
        work.set(State::Failed("no".to_owned(), "again".to_owned()));
        assert!(matches!(works.get(later[3]).unwrap().state(), State::Failed(..)));
        assert_eq!(works.all()[0].1.what, (REMEMBERED - 1).to_string());
    }
}

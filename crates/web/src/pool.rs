//! Desks for request handlers: one data folder opened as often as there are requests at work, reused after. All write through
//! one writer.

use desk::{Desk, DeskError};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Gives a desk that was just opened what the operator configured for it, as a chat model.
pub type Equip = Arc<dyn Fn(Desk) -> Desk + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Pool {
    /// Serves nobody: the others are made of it.
    first: Arc<Mutex<Desk>>,
    /// Gives a desk that was opened what the operator configured.
    equip: Equip,
    idle: Arc<Mutex<Vec<Desk>>>,
    /// Bound the desks at work, and with them memory and CPU: those that look something up, and apart from them those that answer, check
    /// or compose, so that no page waits behind questions.
    looking: Arc<Semaphore>,
    answering: Arc<Semaphore>,
}

impl Pool {
    /// Of desks like this first one.
    pub(crate) fn new(first: Desk, equip: Equip) -> Self {
        let most = 2 * std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            first: Arc::new(Mutex::new(first)),
            equip,
            idle: Arc::default(),
            looking: Arc::new(Semaphore::new(most)),
            answering: Arc::new(Semaphore::new(most)),
        }
    }

    /// Runs blocking work on a desk, away from the threads that serve connections. Dropped before it began, it does not begin;
    /// after that it goes on, and counts as at work until it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_within(&self.looking, work).await
    }

    /// The same for what takes long: answering, checking, composing. Waits only behind such.
    pub(crate) async fn run_long<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_within(&self.answering, work).await
    }

    async fn run_within<T: Send + 'static>(
        &self,
        share: &Arc<Semaphore>,
        work: impl FnOnce(&mut Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(share).acquire_owned().await.map_err(|_| Failure::Stopping)?;
        let pool = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = pool.idle.lock().ok().and_then(|mut idle| idle.pop());
            let mut desk = match idle {
                Some(desk) => desk,
                // Somebody who panicked while making one left it as it was.
                None => (pool.equip)(pool.first.lock().unwrap_or_else(PoisonError::into_inner).another()?),
            };
            let result = work(&mut desk);
            if let Ok(mut idle) = pool.idle.lock() {
                idle.push(desk);
            }
            result
        });
        match done.await {
            Ok(result) => result.map_err(Failure::Desk),
            Err(_) => Err(Failure::Stopping),
        }
    }
}

/// Why a request was not served.
pub(crate) enum Failure {
    /// The use case said so.
    Desk(DeskError),
    /// The server is stopping, or the work panicked (a fault in Curbside).
    Stopping,
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::Question;
    use desk::board::Actor;

    /// As many askers as there may be at once, each another question: every answer is kept, in one whole chain.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_many_ask_at_once_is_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let pool = Pool::new(Desk::open(folder.path()).unwrap(), Arc::new(|desk| desk));
        let asked: Vec<_> = (0..12)
            .map(|n| {
                let pool = pool.clone();
                tokio::spawn(async move {
                    let question = Question::new(format!("How is hypomagnesemia evaluated in a {} year old?", 30 + n));
                    pool.run_long(move |desk| desk.by(Actor::Anonymous).ask(&question)).await.map_err(|_| ())
                })
            })
            .collect();
        let mut hashes = std::collections::BTreeSet::new();
        for asked in asked {
            hashes.insert(asked.await.unwrap().unwrap().article.hash);
        }
        assert_eq!(hashes.len(), 12);
        let seen = pool.run(|desk| desk.by(Actor::Operator).audit_verify(None)).await.map_err(|_| ()).unwrap();
        assert_eq!((seen.fault, seen.versions), (None, 12));
        assert!(pool.idle.lock().unwrap().len() > 1, "one desk served them all");
    }
}

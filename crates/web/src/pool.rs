//! Desks for request handlers: one data folder opened as often as there are requests at work, reused after.

use desk::{Desk, DeskError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Gives a desk that was just opened what the operator configured for it, as a chat model.
pub type Equip = Arc<dyn Fn(Desk) -> Desk + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Pool {
    folder: Arc<PathBuf>,
    /// Gives a desk that was opened what the operator configured.
    equip: Equip,
    idle: Arc<Mutex<Vec<Desk>>>,
    /// Bounds the desks at work, and with them memory and CPU.
    at_work: Arc<tokio::sync::Semaphore>,
}

impl Pool {
    /// Opens the first desk, so that trouble with the data folder shows at the start.
    pub(crate) fn open(folder: PathBuf, equip: Equip) -> Result<Self, DeskError> {
        let first = equip(Desk::open(&folder)?);
        let most = 2 * std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            folder: Arc::new(folder),
            equip,
            idle: Arc::new(Mutex::new(vec![first])),
            at_work: Arc::new(tokio::sync::Semaphore::new(most)),
        })
    }

    /// Runs blocking work on a desk, away from the threads that serve connections. Dropped before it began, it does not begin;
    /// after that it goes on, and counts as at work until it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.at_work).acquire_owned().await.map_err(|_| Failure::Stopping)?;
        let pool = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = pool.idle.lock().ok().and_then(|mut idle| idle.pop());
            let mut desk = match idle {
                Some(desk) => desk,
                None => (pool.equip)(Desk::open(&pool.folder)?),
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

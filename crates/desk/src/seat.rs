//! The desk with somebody at it: each use case that not everyone may is asked for through a seat, which looks in the board's
//! one table first.

use crate::{Answer, Desk, DeskError, Question};
use board::{Action, Actor, Openness, Own, may};

/// The desk, used by somebody.
pub struct Seat<'d> {
    pub(crate) desk: &'d mut Desk,
    pub(crate) actor: Actor,
}

impl Desk {
    /// The desk as this actor may use it.
    pub fn by(&mut self, actor: Actor) -> Seat<'_> {
        Seat { desk: self, actor }
    }
}

impl Seat<'_> {
    /// Who sits there.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Goes on only where the table says that this actor may.
    pub(crate) fn allow(&self, action: Action, own: Own) -> Result<(), DeskError> {
        Ok(may(&self.actor, action, own, self.openness())?)
    }

    /// How far this installation is open.
    fn openness(&self) -> Openness {
        Openness::default()
    }

    /// [`Desk::ask`], for who may ask.
    pub fn ask(&mut self, question: &Question) -> Result<Answer, DeskError> {
        self.allow(Action::Ask, Own::Nobodys)?;
        self.desk.ask(question)
    }
}
